import type { OrganizationSweeps } from '../aws/ledger/organization-sweeps.ts';
import type { AccountTable } from '../aws/ledger/account-table.ts';
import type { ListedAccount } from '../aws/organization/list-accounts.ts';
import type { Queues } from '../aws/queue/queues.ts';
import { errorName, whyOf } from '../aws/sdk/service-error.ts';
import { account } from '../intake/bus-event.ts';
import { allOpenMessage } from '../intake/open-job-message.ts';
import type { SweepRequest } from '../intake/parse-sweep-request.ts';
import { sweepPartMessage } from '../intake/sweep-part-message.ts';
import { type AccountsOfSweep, isOfAll } from '../ledger/sweep-item.ts';
import { present } from '../present.ts';
import type { Log } from './deps.ts';
import type { EndDeps } from './end-sweep.ts';

export interface BeginDeps extends EndDeps {
  /** The hub's own account. */
  account: string;
  accounts: AccountTable;
  /** The accounts from which events were heard, or that were swept. */
  heardAccounts: () => Promise<string[]>;
  /** Absent in a hub that was deployed for no organization. */
  listAccounts?: () => AsyncIterable<ListedAccount>;
  /** The accounts of the file that was packaged with the function. */
  committed: readonly string[];
  sweeps: OrganizationSweeps;
  queues: Queues;
  /** The queue of the function itself, and that of track-job. */
  membershipQueueUrl: string;
  jobQueueUrl: string;
  log: Log;
}

/** How a sweep goes on: each account is a message of its own. What it comes to stands in the ledger. */
export interface SweepResult {
  sweep: string;
  observe: boolean;
  accounts: number;
  /** Why AWS Organizations did not list the accounts; those that are known otherwise are swept. */
  accountsUnread?: string;
}

/** Begins a sweep: its accounts get one message each. A sweep that is begun twice under one id sends them again, and those that have ended are passed over. */
export async function beginSweep(request: SweepRequest, deps: BeginDeps): Promise<SweepResult> {
  const { observe, endedAt, accounts: known = 0, scope } = await deps.sweeps.begin(request);
  const begun = { sweep: request.id, observe };
  // The same event may come twice (Lambda, asynchronous invocation).
  if (endedAt !== undefined) return { ...begun, accounts: known };
  const listed = scope.accounts === undefined ? await everyAccount(deps) : { accounts: [...new Set(scope.accounts)] };
  const { accounts, ...unread } = await deps.sweeps.expand(request, listed);
  // A schedule asks for them too, every 6 hours; a sweep by hand is to show how things are now.
  if (isOfAll(scope)) await deps.queues.send(deps.jobQueueUrl, allOpenMessage());
  const messages = accounts.map((id) => ({
    body: sweepPartMessage({ sweep: request.id, account: id, step: 'account', tries: 0 }),
    group: id,
  }));
  await deps.queues.sendAll(deps.membershipQueueUrl, messages);
  return { ...begun, accounts: accounts.length, ...unread };
}

/** Those of AWS Organizations that are open, with all that the hub has met or was told of: some of these may have left, which a look at them shows. */
async function everyAccount(deps: BeginDeps): Promise<AccountsOfSweep> {
  const [known, heard] = await Promise.all([deps.accounts.list(), deps.heardAccounts()]);
  const all = new Set([deps.account, ...deps.committed, ...known, ...heard]);
  const accountsUnread = await listedInto(all, deps);
  // What is no account's id would be a message that nobody can read, and the sweep would wait for it for ever.
  return { accounts: [...all].filter((id) => account.safeParse(id).success), ...present({ accountsUnread }) };
}

const OPEN: ReadonlySet<string> = new Set(['ACTIVE', 'PENDING_CLOSURE']);

/** Adds what AWS Organizations lists; answers why it does not. */
async function listedInto(all: Set<string>, { listAccounts, log }: BeginDeps): Promise<string | undefined> {
  if (listAccounts === undefined) return undefined;
  try {
    for await (const { account: id, state = 'ACTIVE' } of listAccounts()) if (OPEN.has(state)) all.add(id);
    return undefined;
  } catch (error) {
    const isDenied = errorName(error) === 'AccessDeniedException';
    const hint = isDenied
      ? "make the hub's account a delegated administrator of any service, let it organizations:ListAccounts in a delegation policy, or name the accounts in a file (RESEAL_ACCOUNTS)"
      : 'the next sweep asks again';
    const why = `AWS Organizations did not list the accounts (${whyOf(error)}): ${hint}`;
    log.warn('accounts not listed', { why, known: all.size });
    return why;
  }
}
