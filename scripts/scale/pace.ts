import { BATCH, BUCKETS_A_PART, type Organization, sweepWork } from './sweep-work.ts';

/** What an operator can set, and how far away AWS is. */
export interface Settings {
  /** Copies of assess-bucket for a sweep (parameter SweepConcurrency) and for live events (AssessConcurrency). */
  sweepConcurrency: number;
  assessConcurrency: number;
  /** `memorySize` of serverless.yml, which decides the share of a CPU. */
  memoryMb: number;
  /** One call, and so one round of calls that are made at once. */
  latencyMs: number;
}

export const DEFAULTS: Settings = { sweepConcurrency: 2, assessConcurrency: 2, memoryMb: 512, latencyMs: 50 };

/** Lambda gives a function a whole CPU at so much memory, and less in proportion (Lambda guide, "Configure Lambda function memory"). */
export const MB_OF_A_CPU = 1_769;

/** Milliseconds of a whole CPU, as the benches print them, rather too high than too low. */
export const CPU_MS = { look: 3.5, lookUnderKey: 5, recorded: 2, listedBucket: 0.9, place: 20 };

/** Rounds of waiting: of a look (bench/counts.json), and of an empty account and Region. */
const ROUNDS = { look: 2, lookUnderKey: 3, place: 4 };
/** Regions of an account that are listed at once, and reads of GetBucketLogging in each (src/remediation). */
const REGIONS_AT_ONCE = 4;
const READS_AT_ONCE = 64;
/** Records that announce-change works on at once (src/runtime/stream-handler.ts). */
const RECORDS_AT_ONCE = 3;
/** The MaximumConcurrency of the queue of the function sweep (infra/triggers.yml). */
const SWEEPERS = 2;

export interface Pace {
  /** Buckets that are judged in a second, by all copies together. */
  judgedPerSecond: number;
  /** Seconds from the invocation until every bucket has its message, until every one is judged, and of the longest invocation of the function sweep. */
  listed: number;
  swept: number;
  longest: number;
  /** Megabytes of the function that needs the most. */
  memoryMb: number;
}

/** How long a sweep takes. */
export function paceOf(organization: Organization, settings: Settings): Pace {
  const { accounts, regions, buckets } = organization;
  const { places, largest } = sweepWork(organization);
  const share = Math.min(1, settings.memoryMb / MB_OF_A_CPU);
  const cpu = (ms: number) => ms / share / 1_000;
  const latency = settings.latencyMs / 1_000;
  const perAccount = (its: number) =>
    cpu(regions * CPU_MS.place + its * CPU_MS.listedBucket) +
    latency * (Math.ceil(regions / REGIONS_AT_ONCE) * ROUNDS.place + its / READS_AT_ONCE);
  const listed = (accounts * perAccount(buckets / accounts)) / Math.min(SWEEPERS, accounts);
  const judgedPerSecond = settings.sweepConcurrency * lookRate(organization.isUnderKey, { share, latency });
  const longest = perAccount(Math.min(largest, BUCKETS_A_PART));
  return {
    judgedPerSecond,
    listed,
    swept: Math.max(listed, buckets / judgedPerSecond),
    longest,
    memoryMb: memoryOf(places, largest),
  };
}

/** Looks that one copy takes in a second: the buckets of a batch wait together, and share one CPU. */
export function lookRate(isUnderKey: boolean, { share, latency }: { share: number; latency: number }): number {
  const what = isUnderKey ? 'lookUnderKey' : 'look';
  return BATCH / (ROUNDS[what] * latency + (BATCH * CPU_MS[what]) / share / 1_000);
}

/** Seconds of announce-change, which reads of each look what it has announced of the bucket. */
export function announceSeconds(looks: number, { memoryMb, latencyMs }: Settings): number {
  const share = Math.min(1, memoryMb / MB_OF_A_CPU);
  return (looks * (CPU_MS.recorded / share + latencyMs / RECORDS_AT_ONCE)) / 1_000;
}

/** An empty process, what the clients of up to 512 places take (src/runtime/places.ts) with what is not collected yet, and the names of the largest place. */
function memoryOf(places: number, largest: number): number {
  return Math.round(110 + (Math.min(512, places) * 150) / 512 + (largest * 200) / 1e6);
}
