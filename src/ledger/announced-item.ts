import * as z from 'zod/mini';
import { flag, listOf, text, time } from './shapes.ts';

/** Where the ledger keeps what was announced of a bucket or a job: beside the item of that subject, which has the same `pk`. */
export function announcedKey(subject: { pk: string }): { pk: string; sk: string } {
  return { pk: subject.pk, sk: 'TOLD' };
}

/** What was announced of one bucket or job. */
export const announcedItem = z.object({
  /** How the subject stood by the last announcement of it, and the id of that. */
  standing: z.exactOptional(text),
  standingId: z.exactOptional(text),
  notices: listOf(text),
  /** `CHANNEL ID` for each of the newest announcements and each channel that has taken it. */
  marks: listOf(text),
  /** The subject's finding in Security Hub: since when, what it says in codes and in words, whether it is open, and when it was sent last. */
  finding: z.exactOptional(z.object({ createdAt: time, says: text, text, isOpen: flag, sentAt: time })),
  /** The newest change that was announced: Lambda repeats changes that came after one that failed. */
  position: z.exactOptional(z.object({ stream: text, sequence: text })),
});
export type AnnouncedItem = z.output<typeof announcedItem>;
