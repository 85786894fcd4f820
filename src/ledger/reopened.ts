import type { Encryption } from '../policy/model.ts';
import { present } from '../present.ts';
import type { BucketItem } from './bucket-item.ts';
import { earliest } from './drift.ts';
import { eachOnce } from './due-work.ts';
import type { JobRequest } from './job-item.ts';
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
  const { rev, backfilled, belowSince, belowRules = [] } = item;
  const isOfJob = `${backfilled} `.startsWith(`${job.standardId} `);
  const remove = job.createdAfter === undefined && isOfJob ? ['backfilled'] : [];
  const since = job.createdAfter ?? firstDrift(item);
  if (since === undefined) return { set: {}, remove, rev };
  const below = earliest([belowSince, since]);
  return { set: present({ belowSince: below, belowRules: eachOnce([...belowRules, ruleOf(job)]) }), remove, rev };
}

/** A job for everything stood for the drifts too, and the next policy may ask for no more than those. */
function firstDrift(item: BucketItem): string | undefined {
  return earliest([item.lastDrift?.at, ...livingRepairs(item).map(({ at, driftAt }) => driftAt ?? at)]);
}

/** The rule under which the objects of its class were written. */
function ruleOf({ objectClass, sourceKeyArn, sourceBucketKey }: JobRequest): Encryption {
  if (objectClass !== 'SSE-KMS' && sourceKeyArn === undefined) return { algorithm: 'AES256' };
  return { algorithm: 'aws:kms', ...present({ keyId: sourceKeyArn, bucketKey: sourceBucketKey }) };
}
