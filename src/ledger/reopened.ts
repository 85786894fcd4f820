import type { Encryption } from '../policy/model.ts';
import { writesAlike } from '../policy/same-encryption.ts';
import { present } from '../present.ts';
import type { BucketItem } from './bucket-item.ts';
import { isCovered } from './covered.ts';
import { earliest, SSE_S3 } from './drift.ts';
import { ANY_KEY, eachOnce } from './due-work.ts';
import type { JobRequest } from './job-item.ts';
import { isOfEarlier } from './of-living-bucket.ts';
import { S3_BEGAN_MS } from './open-uploads.ts';
import { livingRepairs } from './repairs.ts';

/** How a bucket's item changes where it was written `rev` times. */
export interface Reopening {
  set: Partial<BucketItem>;
  remove: string[];
  rev: number | undefined;
}

/**
 * What makes the objects of a job due again that was planned and never ran: all of them, or those since the job's window began. So the next look
 * plans them by the standard that there is then.
 */
export function reopened(item: BucketItem, job: JobRequest): Reopening {
  const { rev, backfilled } = item;
  const isOfJob = `${backfilled} `.startsWith(`${job.standardId} `);
  const remove = job.createdAfter === undefined && isOfJob ? ['backfilled'] : [];
  const since = job.createdAfter ?? firstDrift(item);
  return { set: since === undefined ? {} : belowAlso(item, since, rulesOf(job)), remove, rev };
}

/**
 * What makes due again what a job has brought to a standard that its bucket has no more: the jobs of the newer one may have listed their objects before. Undefined where the bucket
 * has no other one.
 */
export function outdated(item: BucketItem, job: JobRequest): Reopening | undefined {
  const { rev, standardId = '' } = item;
  if (standardId === '' || standardId === job.standardId) return undefined;
  const { algorithm, keyArn, bucketKey, createdAfter = new Date(S3_BEGAN_MS).toISOString() } = job;
  const wrote = algorithm === 'AES256' ? SSE_S3 : { algorithm, bucketKey, ...present({ keyId: keyArn }) };
  return { set: belowAlso(item, createdAfter, [wrote]), remove: [], rev };
}

/** What makes due again all objects of a job that was stopped because its bucket has another standard: what it has done, and what it has not. */
export function overtaken(item: BucketItem, job: JobRequest): Reopening {
  const left = reopened(item, job);
  return { ...left, set: { ...left.set, ...outdated({ ...item, ...left.set }, job)?.set } };
}

/**
 * What makes due what a client wrote under this rule at that time (ISO 8601), round the default of a bucket that is right. Undefined where it is planned or due already, and where the
 * objects of the bucket are left alone.
 */
export function writtenBelow(item: BucketItem, at: string, rule: Encryption): Reopening | undefined {
  const { rev, belowSince, belowRules = [], standardId, covered } = item;
  if (standardId === '' || isCovered(covered, endOfSecond(at), rule) || isOfEarlier(at, item)) return undefined;
  const isDue = belowSince !== undefined && Date.parse(belowSince) <= Date.parse(at);
  if (isDue && belowRules.some((known) => writesAlike(known, rule))) return undefined;
  return { set: belowAlso(item, at, [rule]), remove: [], rev };
}

/** An event tells whole seconds, and the write may have been at the end of one. */
function endOfSecond(at: string): string {
  return new Date(Math.floor(Date.parse(at) / 1_000) * 1_000 + 999).toISOString();
}

function belowAlso({ belowSince, belowRules = [] }: BucketItem, since: string, rules: readonly Encryption[]) {
  return present({ belowSince: earliest([belowSince, since]), belowRules: eachOnce([...belowRules, ...rules]) });
}

/** A job for everything stood for the drifts too, and the next policy may ask for no more than those. */
function firstDrift(item: BucketItem): string | undefined {
  return earliest([item.lastDrift?.at, ...livingRepairs(item).map(({ at, driftAt }) => driftAt ?? at)]);
}

/** The rules under which the objects of its class were written; of a list nobody knows them, unless it is of one key. */
function rulesOf({ objectClass, sourceKeyArn, sourceBucketKey }: JobRequest): Encryption[] {
  if (objectClass === 'any' && sourceKeyArn === undefined) return [SSE_S3, ANY_KEY];
  if (objectClass !== 'SSE-KMS' && sourceKeyArn === undefined) return [SSE_S3];
  return [{ algorithm: 'aws:kms', ...present({ keyId: sourceKeyArn, bucketKey: sourceBucketKey }) }];
}
