import * as z from 'zod/mini';
import { placeText } from '../bucket-id.ts';
import { count, flag, listOf, text, time } from './shapes.ts';

/** Where the ledger keeps what was announced of a bucket or a job: beside the item of that subject, which has the same `pk`. */
export function announcedKey(subject: { pk: string }): { pk: string; sk: string } {
  return { pk: subject.pk, sk: 'TOLD' };
}

/** How a bucket stands, as Security Hub shows it: one finding for each bucket, opened, updated and resolved with it. */
export const finding = z.object({
  bucket: text,
  account: text,
  region: text,
  /** What it says, to be compared: the same text is not sent again. */
  says: text,
  isOpen: flag,
  compliance: z.enum(['PASSED', 'WARNING', 'FAILED', 'NOT_AVAILABLE']),
  severity: z.enum(['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH']),
  updatedAt: time,
  title: text,
  description: text,
  recommendation: text,
});
export type Finding = z.output<typeof finding>;

/** The channel of a finding: the Security Hub of each account and Region is one of its own. */
export function hubOf(finding: Finding): string {
  return `hub ${placeText(finding)}`;
}

/** One announcement that some channels have not taken yet: where the change log has it, when it happened, and which channels. */
const owedAnnouncement = z.object({ pk: text, sk: text, at: time, channels: listOf(text) });
export type OwedAnnouncement = z.output<typeof owedAnnouncement>;

/** What was announced of one bucket or job, and what is owed: by this, each channel comes to say what the ledger says. */
export const announcedItem = z.object({
  /** How the subject stood by the last announcement of it, and the id of that. */
  standing: z.exactOptional(text),
  standingId: z.exactOptional(text),
  notices: listOf(text),
  /** The newest repair, leftovers, rollback and acknowledgement that were announced: whatever is newer was lost with the stream. */
  deeds: z.exactOptional(z.object({ repaired: text, leftovers: text, rolledBack: text, acknowledged: text })),
  owed: z._default(listOf(owedAnnouncement), []),
  /** The subject's finding in Security Hub: since when, what it says in codes and in words, whether it is open, and when it was sent last. */
  finding: z.exactOptional(z.object({ createdAt: time, says: text, text, isOpen: flag, sentAt: time })),
  /** The finding that Security Hub has not taken yet. */
  owedFinding: z.exactOptional(finding),
  /** The newest change that was announced: Lambda repeats changes that came after one that failed. */
  position: z.exactOptional(z.object({ stream: text, sequence: text })),
  /** How often the item was written. */
  rev: z.exactOptional(count),
});
export type AnnouncedItem = z.output<typeof announcedItem>;

/** Every channel that something is owed to. */
export function owesTo({ owed, owedFinding }: Pick<AnnouncedItem, 'owed' | 'owedFinding'>): string[] {
  const hub = owedFinding === undefined ? [] : [hubOf(owedFinding)];
  return [...new Set([...owed.flatMap(({ channels }) => channels), ...hub])];
}
