import { present } from '../present.ts';
import type { TagHistory } from '../policy/facts.ts';
import { afterDeletion, exceptionTagOf } from '../policy/ruling/exception-tag.ts';
import type { BucketItem } from './bucket-item.ts';
import { isBefore, latest } from './drift.ts';

/**
 * What is remembered of a bucket that exists, beside its repairs: those stay readable for people and count for nothing. `undone` is none of it: a job that ends may add to it while
 * somebody looks, so only the end of a bucket takes it away.
 */
export const OF_A_LIVING = [
  'aclWriters',
  'backfilled',
  'belowRules',
  'belowSince',
  'claimOwner',
  'claimUntil',
  'compliantAt',
  'covered',
  'exceptionTag',
  'flappingSince',
  'jobs',
  'lastDrift',
  'leftovers',
  'logSources',
  'openUploads',
  'pending',
  'rolledBack',
  'rollingBack',
  'tagHistory',
] as const satisfies (keyof BucketItem)[];

/**
 * The item as far as it speaks of the bucket that is there now, where one of the same name was deleted at `at` (ISO 8601).
 * CreateBucket proves nothing (in us-east-1 it answers 200 for a bucket that one has); a bucket that is there after a DeleteBucket is new.
 */
export function ofLivingBucket(item: BucketItem, at: string): BucketItem {
  // Deletions may be told in any order: the newest counts.
  const deletedAt = latest([item.deletedAt, at]) ?? at;
  const isOlder = (time: string | undefined) => time === undefined || Date.parse(time) <= Date.parse(deletedAt);
  const { rolledBack, rollingBack, exceptionTag, lastDrift, pending } = item;
  const times: Partial<Record<(typeof OF_A_LIVING)[number], string | undefined>> = {
    belowRules: item.belowSince,
    belowSince: item.belowSince,
    flappingSince: item.flappingSince,
    rolledBack: rolledBack?.at,
    rollingBack: rollingBack?.at,
    exceptionTag: exceptionTag?.at,
    lastDrift: lastDrift?.at,
    openUploads: item.openUploads?.until,
    pending: pending?.at,
    claimOwner: pending?.at,
    claimUntil: pending?.at,
  };
  const living: BucketItem = { ...item, deletedAt };
  // What has no time of its own is as old as the last look that found the bucket right.
  for (const name of OF_A_LIVING) if (isOlder(times[name] ?? item.compliantAt)) delete living[name];
  const { claimOwner, claimUntil, tagHistory } = item;
  if (tagHistory !== undefined) Object.assign(living, ofTag(afterDeletion(tagHistory, deletedAt)));
  // Work that was begun for this very deletion, or whose lease ended after it, is on the new bucket, whatever it was begun for.
  if (pending?.at === deletedAt || (claimUntil !== undefined && claimUntil > Date.parse(deletedAt))) {
    return { ...living, ...present({ pending, claimOwner, claimUntil }) };
  }
  return living;
}

/** What the item says of a tag. */
export function ofTag(tagHistory: TagHistory): Pick<BucketItem, 'exceptionTag' | 'tagHistory'> {
  return present({ tagHistory, exceptionTag: exceptionTagOf(tagHistory) });
}

/** True for an event of a bucket of this name that is known to be gone. */
export function isOfEarlier(at: string, { deletedAt }: BucketItem): boolean {
  return deletedAt !== undefined && isBefore(at, deletedAt);
}

/** True where somebody has looked at the bucket that is there now. */
export function isSeen({ assessedAt, deletedAt }: BucketItem): boolean {
  return assessedAt !== undefined && (deletedAt === undefined || Date.parse(assessedAt) > Date.parse(deletedAt));
}
