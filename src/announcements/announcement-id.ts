import { createHash } from 'node:crypto';
import type { AnnouncementKind } from './announcement.ts';

/** Names one announcement by what it says, so that its repetition has the same id. 32 hex digits of a SHA-256. */
export function announcementId(
  { bucket, account, region }: { bucket: string; account: string; region: string },
  kind: AnnouncementKind,
  ...what: readonly string[]
): string {
  const text = JSON.stringify([account, region, bucket, kind, ...what]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
