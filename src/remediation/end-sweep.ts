import type { OrganizationSweeps } from '../aws/ledger/organization-sweeps.ts';
import { isOfAll, NAMED, type SweepEnd, sumOf, type Swept } from '../ledger/sweep-item.ts';
import { present } from '../present.ts';
import type { Log } from './deps.ts';

export interface EndDeps {
  sweeps: OrganizationSweeps;
  /** Counts the metric that an alarm waits for: a sweep of everything has ended. */
  countEnd: () => void;
  log: Log;
  now: () => Date;
}

/**
 * Ends an account once all its Regions were listed and swept; whoever ends the last account ends the sweep, and gets what it came to. Whoever comes
 * again, after a crash perhaps, ends what is left to end.
 */
export async function endAccount(swept: Swept, account: string, deps: EndDeps): Promise<SweepEnd | undefined> {
  const { sweeps, now } = deps;
  const [item, places] = await Promise.all([sweeps.readAccount(swept.id, account), sweeps.placesOf(swept.id, account)]);
  if (item?.listed !== true || !item.large.every((region) => places.has(region))) return undefined;
  if (item.endedAt === undefined) {
    await sweeps.account(swept, account, { ...sumOf([...places.values()]), endedAt: now().toISOString() });
  }
  // Counted by whoever comes again too: it may be what a crash prevented. One too many costs a read of all, and with one too few no sweep ends.
  const { accounts, accountsDone } = await sweeps.countAccount(swept.id);
  return accounts === undefined || accountsDone < accounts ? undefined : endSweep(swept, deps);
}

/** Ends a sweep of which every account has ended; undefined where one has not, or somebody was faster. */
export async function endSweep({ id, scope }: Swept, deps: EndDeps): Promise<SweepEnd | undefined> {
  const { sweeps, now, log } = deps;
  const item = await sweeps.read(id);
  if (item?.accounts === undefined || item.endedAt !== undefined) return undefined;
  const ended = [];
  for await (const account of sweeps.accounts(id)) if (account.endedAt !== undefined) ended.push(account);
  if (ended.length < item.accounts) return undefined;
  const unreached = ended.flatMap(({ account, why }) => (why === undefined ? [] : [{ account, why }]));
  const counts = sumOf(ended);
  const found = new Set(counts.found);
  const end: SweepEnd = {
    ...counts,
    missing: [...askedFor(scope)].filter((bucket) => !found.has(bucket)).toSorted(),
    unreached: { accounts: unreached.length, first: unreached.slice(0, NAMED) },
  };
  if (!(await sweeps.end(id, now().toISOString(), { ...end, accountsDone: ended.length }))) return undefined;
  if (isOfAll(scope)) deps.countEnd();
  log.info('sweep ended', present({ sweep: id, accounts: item.accounts, ...end, found: undefined }));
  return end;
}

/** The names that were asked for; a prefix narrows them. */
function askedFor({ buckets = [], prefix = '' }: Swept['scope']): Set<string> {
  return new Set(buckets.filter((bucket) => bucket.startsWith(prefix)));
}
