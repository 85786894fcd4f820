import { ARCHIVED } from '../plan/copy-part.ts';

/** Why an object waits that is restored first. */
export const RESTORING = 'restoring';

/** What HeadObject says of an archive (S3 API HeadObject, x-amz-restore and x-amz-archive-status). */
export interface ArchiveHeaders {
  storageClass: string;
  /** Of an object of INTELLIGENT_TIERING: ARCHIVE_ACCESS or DEEP_ARCHIVE_ACCESS. */
  archiveTier?: string;
  restore?: string;
}

/** Whether an object can be read: yes, not before a restore, or not until the one ends that was begun. */
export function archiveState({
  storageClass,
  archiveTier,
  restore,
}: ArchiveHeaders): 'readable' | 'archived' | 'restoring' {
  if (restore !== undefined && /ongoing-request="true"/.test(restore)) return 'restoring';
  if (archiveTier !== undefined) return 'archived';
  return ARCHIVED.includes(storageClass) && restore === undefined ? 'archived' : 'readable';
}

const HOUR_MS = 3_600_000;

/** The longest time that S3 calls typical, in hours (S3 guide, "Understanding archive retrieval options"). */
const TYPICAL_HOURS: readonly [tier: string, flexible: number, deep: number][] = [
  ['Expedited', 1, 12],
  ['Standard', 5, 12],
  ['Bulk', 12, 48],
];

/** ISO 8601. When a restore that begins now has typically ended: no answer names that time. */
export function restoredBy(
  { storageClass, archiveTier = storageClass }: ArchiveHeaders,
  tier: string,
  nowMs: number,
): string {
  const [, flexible, deep] = TYPICAL_HOURS.find(([name]) => name === tier) ?? ['', 12, 48];
  return new Date(nowMs + (archiveTier.startsWith('DEEP_') ? deep : flexible) * HOUR_MS).toISOString();
}
