import type { ObjectsPolicy } from '../model.ts';
import type { Cost } from './cost.ts';
import { dollars } from './dollars.ts';

/** What the jobs of a bucket cost that a ceiling is about: once, and the first month of old versions that stay beside their copies. */
export function askedUsd({ usd = 0, monthlyUsd = 0 }: Pick<Cost, 'usd' | 'monthlyUsd'>): number {
  return Math.round((usd + monthlyUsd) * 100) / 100;
}

/**
 * Why a person is asked before the jobs of one bucket run; undefined where nobody is. A price that may be higher than anybody knows is above every ceiling: it
 * would else be passed unseen. `run` asks of the bucket by itself whether it can fit; what a run has spent, the ledger counts.
 */
export function ceilingPassed(
  cost: Cost,
  { bucket, run }: ObjectsPolicy['ceilingUsd'],
): { of: 'bucket' | 'run'; why: string } | undefined {
  const ceilings = [
    ['bucket', bucket],
    ['run', run],
  ] as const;
  for (const [of, ceiling] of ceilings) {
    if (ceiling === undefined) continue;
    if (cost.atLeast || cost.usd === undefined)
      return { of, why: `It is not known whether these jobs stay below ${named(of, ceiling)}.` };
    if (askedUsd(cost) > ceiling) return { of, why: `These jobs cost more than ${named(of, ceiling)}.` };
  }
  return undefined;
}

/** The same where the bucket by itself would fit into its run, and what others have spent before leaves too little. */
export function aboveRun(ceiling: number): string {
  return `With these jobs the run would cost more than ${named('run', ceiling)}.`;
}

/** A price that is only told, with what its ceiling would do. */
export function underCeiling(cost: Cost, ceilingUsd: ObjectsPolicy['ceilingUsd']): Cost {
  const asks = cost.usd === 0 && !cost.atLeast ? undefined : ceilingPassed(cost, ceilingUsd)?.why;
  if (asks === undefined) return cost;
  return { ...cost, asks, sentence: `${cost.sentence} ${asks} They wait until somebody confirms them.` };
}

function named(of: 'bucket' | 'run', ceiling: number): string {
  return `objects.ceilingUsd.${of} of the policy (${dollars(ceiling)})`;
}

/** What spends together: the buckets of a sweep, or those that events bring on one day in UTC. */
export function runOf({ cause, causeId }: { cause: string; causeId: string }, lookedAt: string): string {
  return cause === 'sweep' ? causeId : lookedAt.slice(0, 'YYYY-MM-DD'.length);
}
