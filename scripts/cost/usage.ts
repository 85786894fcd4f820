import { announceSeconds, DEFAULTS, paceOf } from '../scale/pace.ts';
import { BATCH, sweepWork } from '../scale/sweep-work.ts';
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
  callsOfEvent: number;
  roundsOfEvent: number;
}

/** Who is guarded: so many accounts, with so many buckets in all. */
export interface Scene {
  accounts: number;
  buckets: number;
}

export type Usage = Partial<Record<PriceName, number>>;

/** What the counts do not say. Each is rather too high than too low. */
export const ASSUMED = {
  hoursAMonth: 730,
  /** Lambda long-polls a queue with nothing in it by five connections, 20 s each. */
  pollsAtOnce: 5,
  pollSeconds: 20,
  /** Those that nobody has to turn on: a sweep looks into them, wherever Reseal is deployed. */
  regionsOn: 17,
  eventsABucket: 10,
  msARound: 50,
  msOfCpu: 10,
  itemKb: 2,
  itemsABucket: 2,
  logKbAnInvocation: 2,
  logKbALook: 1,
};

/** Read units of a bucket in the index of its place. */
const READ_TO_BE_KNOWN = 0.032;
const KB_IN_GB = 1e6;

/** What one month uses: the hub alone does, whatever the number of members; they have a rule, roles and an empty bucket. */
export function usageOf(stack: StackCounts, walk: WalkCounts, { accounts, buckets }: Scene): Usage {
  const hours = ASSUMED.hoursAMonth;
  const days = hours / 24;
  const swept = { accounts, buckets, regions: ASSUMED.regionsOn, isUnderKey: true };
  const { calls, invocations: sweep } = sweepWork(swept);
  const looks = days * buckets;
  const events = buckets * ASSUMED.eventsABucket;
  const schedules = hours * 12 + hours / 6;
  const invocations = schedules + days * (sweep.sweep + sweep.assess + sweep.announce) + 2 * events;
  const messages = looks + events;
  const log = (invocations * ASSUMED.logKbAnInvocation + messages * ASSUMED.logKbALook) / KB_IN_GB;
  const tableGb = (buckets * ASSUMED.itemsABucket * ASSUMED.itemKb) / KB_IN_GB;
  const grouped = days * calls.SQS + looks * 2 + days * accounts * 2 + events * 3;
  // Of the calls of an event one reads the item and two write it.
  const readsOfEvent = walk.callsOfEvent - 3;
  return {
    alarmMetric: stack.alarmMetrics,
    customMetric: (2 * days + 2 * Math.min(hours, events)) / hours,
    logsIn: log,
    logsKept: log * (stack.logRetentionDays / days),
    sqsRequest: (stack.polledQueues * ASSUMED.pollsAtOnce * hours * 3_600) / ASSUMED.pollSeconds + grouped,
    sqsGroup: grouped,
    lambdaRequest: invocations,
    lambdaDuration: (days * secondsOfSweep(swept) + secondsOf(walk, schedules + events, events)) * stack.memoryGb,
    trace: invocations,
    dynamoWrite: days * (calls['ledger writes'] - buckets) + (looks + events * 2) * ASSUMED.itemKb,
    dynamoRead: days * calls['ledger reads'] + looks * READ_TO_BE_KNOWN + schedules / 2 + events,
    dynamoKept: tableGb,
    dynamoBackup: tableGb,
    event: events,
    s3Read: days * calls['S3 reads'] + events * readsOfEvent,
    s3List: days * calls['S3 lists'],
    kmsRequest: looks / BATCH + events,
  };
}

/** Of all copies together: those that list, those that judge, and those that announce. */
function secondsOfSweep(swept: Parameters<typeof paceOf>[0]): number {
  const { listed, judgedPerSecond } = paceOf(swept, DEFAULTS);
  const judged = (swept.buckets / judgedPerSecond) * DEFAULTS.sweepConcurrency;
  return listed * Math.min(2, swept.accounts) + judged + announceSeconds(swept.buckets, DEFAULTS);
}

/** Of invocations that look for something and find nothing, and of events. */
function secondsOf(walk: WalkCounts, quiet: number, events: number): number {
  const { msARound, msOfCpu } = ASSUMED;
  return (quiet * (2 * msARound + msOfCpu) + events * (walk.roundsOfEvent * msARound + msOfCpu)) / 1_000;
}

/** What `KmsKeyArn` adds: DynamoDB and SQS ask for a data key at most every 5 minutes for each of the five functions. */
export function usageOfOwnKey(): Usage {
  return { kmsKey: 1, kmsRequest: ASSUMED.hoursAMonth * 12 * 5 };
}
