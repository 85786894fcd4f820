import { isOfAll, type OrganizationSweep } from '../../src/ledger/sweep-item.ts';
import { clipped } from '../../src/problem.ts';
import type { Overview } from '../../src/remediation/overview.ts';
import type { Commands } from './commands-for.ts';
import type { Need } from './needs.ts';

const HOUR_MS = 3_600_000;

/** The newest sweep of everything that has ended. */
export function lastWhole(sweeps: readonly OrganizationSweep[]): OrganizationSweep | undefined {
  return sweeps.find(({ scope, endedAt }) => isOfAll(scope) && endedAt !== undefined);
}

/** What is wrong with the sweeps: none has ended in time, one was lost, or accounts were not reached. */
export function overdueSweep({ at, hub, sweeps, accounts = [] }: Overview, commands: Commands): Need[] {
  if (sweeps === undefined) return [];
  const hours = Number(hub.parameters.get('SweepWithinHours') ?? 30);
  const isOld = (time: string) => Date.parse(at) - Date.parse(time) > hours * HOUR_MS;
  const last = lastWhole(sweeps);
  // Somebody who looked at the failed one has begun another.
  const lost = sweeps.filter(
    (each) => each.endedAt === undefined && isOld(each.at) && (last === undefined || each.at > last.at),
  );
  const [newest] = lost;
  const late = newest !== undefined || (last?.endedAt !== undefined && !isOld(last.endedAt));
  const entered = new Set(accounts.filter(({ role }) => role?.there === false).map(({ account }) => account));
  const missed = (last?.unreached.first ?? []).filter(({ account }) => !entered.has(account));
  return [
    ...(newest === undefined
      ? []
      : [
          {
            what: `sweep ${newest.sweep} of ${newest.at} has not ended within ${hours} hours: see what became of it, and reseal replay --queue run`,
            command: commands.watch(newest.sweep),
          },
        ]),
    ...(late
      ? []
      : [{ what: `no sweep of everything has ended in the last ${hours} hours`, command: commands.backfill }]),
    ...missed.slice(0, 1).map(({ account, why }) => ({
      what: `the last sweep did not reach all accounts, ${account} among them: ${clipped(why, 160)}`,
      command: commands.members,
    })),
  ];
}
