import { ResealError } from '../../src/errors.ts';
import { isShut } from '../../src/ledger/account-item.ts';
import { isUnder } from '../../src/remediation/sweep-account.ts';
import type { PlanAccount, PlanDeps } from '../../src/runtime/plan-deps.ts';
import type { PlanFilter } from './planned-bucket.ts';

/** The accounts that are asked about, as they become known. Throws ResealError unreadable. */
export async function* accountsAsked({ accounts, ous }: PlanFilter, deps: PlanDeps): AsyncGenerator<PlanAccount> {
  const wanted = accounts === 'all' ? openAccounts(deps) : named(accounts ?? [deps.caller.account]);
  for await (const listed of wanted) {
    if (ous === undefined) yield listed;
    else {
      const ouPath = listed.ouPath ?? (await pathOf(listed.account, deps));
      if (ous.some((ou) => isUnder(ouPath, ou))) yield { ...listed, ouPath };
    }
  }
}

/** Nothing can be done in an account that is suspended, closed or not yet open. */
async function* openAccounts(deps: PlanDeps): AsyncGenerator<PlanAccount> {
  try {
    for await (const listed of deps.accounts()) if (!isShut(listed.state)) yield listed;
  } catch (cause) {
    const why = `AWS Organizations did not list the accounts for ${deps.caller.arn} (${deps.whyOf(cause)})`;
    throw new ResealError(
      'unreadable',
      `${why}: name them with --account, or use credentials of the management account or of a delegated administrator`,
      { cause },
    );
  }
}

function* named(accounts: readonly string[]): Generator<PlanAccount> {
  for (const account of new Set(accounts)) yield { account };
}

async function pathOf(account: string, deps: PlanDeps): Promise<string> {
  const { ouPath } = await deps.membership(account);
  if (ouPath.kind === 'read') return ouPath.value;
  throw new ResealError('unreadable', `--ou: ${ouPath.why} Name the accounts with --account alone.`);
}
