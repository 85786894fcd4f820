import type { PriceName } from './prices.ts';

/** What the packaged template has that costs something while nothing happens. */
export interface StackCounts {
  alarmMetrics: number;
  polledQueues: number;
  memoryGb: number;
  logRetentionDays: number;
}

/** Counts of bench/counts.json. */
export interface WalkCounts {
  callsOfSweptBucket: number;
  roundsOfSweptBucket: number;
  callsOfEvent: number;
  roundsOfEvent: number;
  roundsOfSweepOf200: number;
}

/** Who is guarded: so many accounts in so many Regions each, with so many buckets in all. */
export interface Scene {
  accounts: number;
  regions: number;
  buckets: number;
}

export type Usage = Partial<Record<PriceName, number>>;

/** What the counts do not say. Each is rather too high than too low. */
export const ASSUMED = {
  hoursAMonth: 730,
  /** Lambda long-polls a queue with nothing in it by five connections, 20 s each. */
  pollsAtOnce: 5,
  pollSeconds: 20,
  eventsABucket: 10,
  msARound: 50,
  msOfCpu: 10,
  itemKb: 2,
  itemsABucket: 2,
  logKbAnInvocation: 2,
  logKbALook: 1,
};

const BATCH = 10;
const KB_IN_GB = 1e6;

/** What one month uses: the hub alone does, whatever the number of members; they have a rule, roles and an empty bucket. */
export function usageOf(stack: StackCounts, walk: WalkCounts, { accounts, regions, buckets }: Scene): Usage {
  const hours = ASSUMED.hoursAMonth;
  const days = hours / 24;
  const places = accounts * regions;
  const sweeps = days * places;
  const looks = days * buckets;
  const events = buckets * ASSUMED.eventsABucket;
  const schedules = hours * 12 + hours / 6;
  const announced = looks / BATCH + events;
  const invocations = schedules + sweeps + looks / BATCH + events + announced;
  const messages = looks + events;
  const log = (invocations * ASSUMED.logKbAnInvocation + messages * ASSUMED.logKbALook) / KB_IN_GB;
  const tableGb = (buckets * ASSUMED.itemsABucket * ASSUMED.itemKb) / KB_IN_GB;
  const grouped = looks * (2 + 1 / BATCH) + events * 3;
  // Of the calls of a look one writes the item; of those of an event one reads it and two write.
  const [readsOfLook, readsOfEvent] = [walk.callsOfSweptBucket - 1, walk.callsOfEvent - 3];
  return {
    alarmMetric: stack.alarmMetrics,
    customMetric: (2 * days + 2 * Math.min(hours, events)) / hours,
    logsIn: log,
    logsKept: log * (stack.logRetentionDays / days),
    sqsRequest: (stack.polledQueues * ASSUMED.pollsAtOnce * hours * 3_600) / ASSUMED.pollSeconds + grouped,
    sqsGroup: grouped,
    lambdaRequest: invocations,
    lambdaDuration: seconds(walk, { schedules: schedules + announced, sweeps, looks, events }) * stack.memoryGb,
    trace: invocations,
    dynamoWrite: looks * ASSUMED.itemKb + events * 2 * ASSUMED.itemKb + sweeps * 2,
    dynamoRead: schedules / 2 + events + sweeps + looks * (ASSUMED.itemKb / 8),
    dynamoKept: tableGb,
    dynamoBackup: tableGb,
    event: events,
    s3Read: looks * (readsOfLook + 1) + events * readsOfEvent,
    s3List: sweeps + looks / 1_000,
    kmsRequest: looks / BATCH + events,
  };
}

interface Runs {
  schedules: number;
  sweeps: number;
  looks: number;
  events: number;
}

/** Buckets of one batch are looked at together, and those of a sweep are asked in rounds. */
function seconds(walk: WalkCounts, { schedules, sweeps, looks, events }: Runs): number {
  const { msARound, msOfCpu } = ASSUMED;
  const ms =
    schedules * (2 * msARound + msOfCpu) +
    sweeps * walk.roundsOfSweepOf200 * msARound +
    (looks / 200) * walk.roundsOfSweepOf200 * msARound +
    (looks / BATCH) * walk.roundsOfSweptBucket * msARound +
    looks * msOfCpu +
    events * (walk.roundsOfEvent * msARound + msOfCpu);
  return ms / 1_000;
}

/** What `KmsKeyArn` adds: DynamoDB and SQS ask for a data key at most every 5 minutes for each of the four functions. */
export function usageOfOwnKey(): Usage {
  return { kmsKey: 1, kmsRequest: ASSUMED.hoursAMonth * 12 * 4 };
}
