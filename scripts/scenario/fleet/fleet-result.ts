import type { LedgerJob } from '../ledger-view.ts';
import { offencesOf } from '../offences.ts';
import type { BucketResult } from '../result.ts';
import type { FleetEvent } from './fleet-cast.ts';
import type { FleetPlayed } from './fleet-played.ts';

/** What stands in one line of the table. */
export interface RegionResult {
  region: string;
  buckets: number;
  drifted: number;
  foundByEvents: number;
  foundBySweep: number;
  repaired: number;
  held: number;
  jobs: number;
}

/** The documented shape of `npm start --silent -- --scenario org --accounts N --json` (docs/json.md). */
export interface FleetResult {
  accounts: number;
  regions: RegionResult[];
  buckets: number;
  drifted: number;
  seed: number;
  events: FleetEvent[];
  eventsSent: number;
  eventsLost: number;
  foundByEvents: number;
  foundBySweep: number;
  repaired: number;
  held: number;
  /** Not at the standard, and named with a reason. */
  named: number;
  jobs: number;
  jobsClosed: number;
  objectsRead: number;
  objectsReencrypted: number;
  objectsBelowStandard: number;
  sweepSeconds: number;
  seconds: number;
  results: BucketResult[];
}

/** Adds everything up. */
export function fleetResult(
  {
    fleet,
    size,
    results,
    events,
    byEvents,
    sweepSeconds,
  }: Pick<FleetPlayed, 'fleet' | 'size' | 'results' | 'events' | 'byEvents' | 'sweepSeconds'>,
  jobs: readonly LedgerJob[],
): Omit<FleetResult, 'seconds'> {
  const drifted = new Set(fleet.plays.filter(({ kind }) => kind !== 'already-right').map(({ bucket }) => bucket));
  const sum = <T>(of: readonly T[], pick: (one: T) => number) => of.reduce((total, one) => total + pick(one), 0);
  const regions = fleet.layout.regions.map((region): RegionResult => {
    const its = results.filter((result) => result.region === region);
    const repaired = its.filter(({ verdict }) => verdict === 'repair');
    return {
      region,
      buckets: its.length,
      drifted: its.filter(({ bucket }) => drifted.has(bucket)).length,
      foundByEvents: repaired.filter(({ bucket }) => byEvents.has(bucket)).length,
      foundBySweep: repaired.filter(({ bucket }) => !byEvents.has(bucket)).length,
      repaired: repaired.length,
      held: its.filter(({ verdict }) => verdict === 'hold').length,
      jobs: jobs.filter((job) => job.region === region).length,
    };
  });
  return {
    accounts: size.accounts,
    regions,
    buckets: sum(regions, (one) => one.buckets),
    drifted: sum(regions, (one) => one.drifted),
    seed: size.seed,
    events: [...events.values()],
    eventsSent: sum([...events.values()], ({ sent }) => sent),
    eventsLost: sum([...events.values()], ({ lost }) => lost),
    foundByEvents: sum(regions, (one) => one.foundByEvents),
    foundBySweep: sum(regions, (one) => one.foundBySweep),
    repaired: sum(regions, (one) => one.repaired),
    held: sum(regions, (one) => one.held),
    named: results.filter((result) => isNamed(result)).length,
    jobs: jobs.length,
    jobsClosed: jobs.filter(({ isClosed }) => isClosed).length,
    objectsRead: sum(results, ({ objects }) => objects.total),
    objectsReencrypted: sum(results, ({ objects }) => objects.reencrypted),
    objectsBelowStandard: sum(results, ({ objects }) => objects.below),
    sweepSeconds,
    results,
  };
}

const AT_STANDARD = 'SSE-KMS (standard key)';

export function isNamed({ after, verdict, reasons }: BucketResult): boolean {
  return after !== AT_STANDARD && ['hold', 'unreadable', 'exempt'].includes(verdict) && reasons.length > 0;
}

/** So many offences of one kind are named; of thousands nobody reads all. */
const MOST = 20;

/** What did not come as it should have, in words, each with what was expected. */
export function fleetOffences(
  result: Pick<FleetResult, 'results' | 'jobs' | 'jobsClosed' | 'eventsLost' | 'drifted'>,
  { plays, silent }: FleetPlayed['fleet'],
): string[] {
  const { results, jobs, jobsClosed, eventsLost } = result;
  const expected = new Map<string, string>(plays.map((play) => [play.bucket, play.expected]));
  const read = new Set(results.map(({ bucket }) => bucket));
  const missing = plays.filter(({ bucket }) => !read.has(bucket));
  const weak = results.filter((one) => one.after !== AT_STANDARD && !isNamed(one));
  const offences = [
    ...missing.map(({ bucket }) => `${bucket}: expected to be read back, found no such bucket`),
    ...weak.map(({ bucket, after }) => `${bucket}: expected its standard, ${AT_STANDARD}, or a reason, found ${after}`),
    ...offencesOf({ results, broken: [] }, expected),
  ];
  return [
    ...offences.slice(0, MOST),
    ...(offences.length > MOST ? [`and ${offences.length - MOST} more such offences; --json has every bucket`] : []),
    ...(jobs === jobsClosed ? [] : [`jobs: expected all of them closed, found ${jobsClosed} of ${jobs}`]),
    ...(eventsLost >= silent.size ? [] : [`events: expected at least ${silent.size} lost, found ${eventsLost}`]),
  ];
}
