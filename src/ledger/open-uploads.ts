import type { Encryption } from '../policy/model.ts';
import { CLOCK_MARGIN_MS } from '../policy/plan/object-classes.ts';
import type { BucketItem } from './bucket-item.ts';
import { earliest, SSE_S3 } from './drift.ts';
import { ANY_KEY, type Due, eachOnce } from './due-work.ts';

/** A multipart upload in flight. S3 settles how it is encrypted when it is initiated (S3 API, CreateMultipartUpload). */
export interface Upload {
  key: string;
  uploadId: string;
  /** By S3's clock, in whole seconds; the object has it as LastModified when it is complete. */
  initiatedMs: number;
}

/** What a bucket's item remembers of uploads that began before a repair and may be encrypted as the bucket was then. */
export type OpenUploads = Exclude<BucketItem['openUploads'], undefined>;

/** How long such uploads keep a window open: a lifecycle rule that ends them is rarely set to more. */
export const UPLOADS_WAIT_MS = 7 * 24 * 60 * 60 * 1000;

/** Those that began in a time, by S3's clock (ISO 8601); `until` is missing where it has no end. */
export function begunBetween(
  uploads: readonly Upload[],
  { since, until }: { since: string; until?: string | undefined },
): Upload[] {
  const untilMs = until === undefined ? Infinity : Date.parse(until);
  return uploads.filter(({ initiatedMs }) => initiatedMs >= Date.parse(since) && initiatedMs <= untilMs);
}

/** When the first upload of a window may have begun: its margin is for clocks. */
export function startOfUploads({ from = '' }: Due): string {
  return new Date(Math.max(Date.parse(from), S3_BEGAN_MS) - CLOCK_MARGIN_MS).toISOString();
}

/** Nothing in S3 is older. */
export const S3_BEGAN_MS = Date.parse('2006-03-14T00:00:00Z');

/** The rules that uploads of these scopes may be encrypted under: where all objects are planned, nobody knows them. */
export function rulesOfUploads({ scopes }: Due): Encryption[] {
  return eachOnce(scopes.flatMap((scope) => (scope.kind === 'window' ? [scope.replaced] : [SSE_S3, ANY_KEY])));
}

/**
 * The item as one whose bucket is below since the window of these uploads, which is planned once more: whatever completed has the date on which
 * it was initiated. What is open still after that is remembered anew.
 */
export function withWindowAgain({ openUploads, ...item }: BucketItem): BucketItem {
  if (openUploads === undefined) return item;
  const { since, rules } = openUploads;
  return {
    ...item,
    belowSince: earliest([item.belowSince, since]) ?? since,
    belowRules: eachOnce([...(item.belowRules ?? []), ...rules]),
  };
}
