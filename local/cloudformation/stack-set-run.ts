import type { StackSetOperationPreferences } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../errors.ts';
import type { Instance, Result, SetOperation } from './stack-set.ts';

/** Does one instance; a text says why it failed. */
export type Work = (instance: Instance) => Promise<string | undefined>;

/**
 * Works through the instances Region by Region. Where more accounts of a Region fail than are tolerated, the rest of the Region is cancelled,
 * and the Regions after it too unless they go in parallel (CloudFormation guide, "StackSets concepts": operation options).
 */
export async function runOperation(operation: SetOperation, instances: readonly Instance[], work: Work): Promise<void> {
  const { preferences, results } = operation;
  let isFailed = false;
  for (const inRegion of byRegion(instances, preferences)) {
    const isStopped: boolean = isFailed && preferences.RegionConcurrencyType !== 'PARALLEL';
    const done: readonly Result[] = isStopped ? inRegion.map(cancelled) : await runRegion(inRegion, preferences, work);
    results.push(...done);
    isFailed ||= failures(done) > toleranceOf(inRegion.length, preferences);
  }
  operation.status = isFailed ? 'FAILED' : 'SUCCEEDED';
}

async function runRegion(
  instances: readonly Instance[],
  preferences: StackSetOperationPreferences,
  work: Work,
): Promise<Result[]> {
  const tolerance = toleranceOf(instances.length, preferences);
  const size = batchOf(instances.length, preferences);
  const results: Result[] = [];
  for (let at = 0; at < instances.length; at += size) {
    const batch = instances.slice(at, at + size);
    if (failures(results) > tolerance) {
      results.push(...batch.map(cancelled));
      continue;
    }
    for (const instance of batch) results.push(await runOne(instance, work));
  }
  return results;
}

async function runOne(instance: Instance, work: Work): Promise<Result> {
  const { account, region } = instance;
  const reason = await work(instance);
  return reason === undefined
    ? { account, region, status: 'SUCCEEDED' }
    : { account, region, status: 'FAILED', reason };
}

function cancelled(instance: Instance): Result {
  const { account, region } = instance;
  const reason = 'Cancelled since failure tolerance has exceeded';
  Object.assign(instance, { detail: 'CANCELLED', reason });
  return { account, region, status: 'CANCELLED', reason };
}

function byRegion(
  instances: readonly Instance[],
  { RegionOrder: order = [] }: StackSetOperationPreferences,
): readonly (readonly Instance[])[] {
  const regions = new Set([...order, ...instances.map(({ region }) => region)]);
  return [...regions]
    .map((region) => instances.filter((each) => each.region === region))
    .filter(({ length }) => length > 0);
}

function failures(results: readonly Result[]): number {
  return results.filter(({ status }) => status === 'FAILED').length;
}

/** None unless the preferences say so; a percentage is rounded down. */
function toleranceOf(accounts: number, preferences: StackSetOperationPreferences): number {
  const { FailureToleranceCount: count, FailureTolerancePercentage: percentage = 0 } = preferences;
  return count ?? Math.floor((accounts * percentage) / 100);
}

/** How many accounts are at work at once: in strict mode never more than may fail, and one. */
function batchOf(accounts: number, preferences: StackSetOperationPreferences): number {
  const { MaxConcurrentCount: count, MaxConcurrentPercentage: percentage = 0, ConcurrencyMode: mode } = preferences;
  const most = Math.max(1, count ?? Math.floor((accounts * percentage) / 100));
  return mode === 'SOFT_FAILURE_TOLERANCE' ? most : Math.min(most, toleranceOf(accounts, preferences) + 1);
}

/** Does the work and notes on the instance how it ended; answers why it failed. */
export async function settle(
  instance: Instance,
  failedStatus: 'OUTDATED' | 'INOPERABLE',
  work: () => Promise<void>,
): Promise<string | undefined> {
  try {
    await work();
    Object.assign(instance, { status: 'CURRENT', detail: 'SUCCEEDED', reason: undefined });
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const reason = `${error.code}: ${error.message}`;
    Object.assign(instance, { status: failedStatus, detail: 'FAILED', reason });
    return reason;
  }
}
