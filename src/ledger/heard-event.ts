import * as z from 'zod/mini';
import type { BucketId } from '../bucket-id.ts';
import { CAUSES } from '../cause.ts';
import { bucketKey } from './bucket-item.ts';
import { checkedItem, encryptionRule, flag, listOf, text, time } from './shapes.ts';

/** What an event told of who did what and when: kept for later tries, whose messages are not believed in that. */
const heardEvent = z.object({
  cause: z.enum(CAUSES, { error: `one of ${CAUSES.join(', ')}` }),
  at: time,
  causeId: text,
  actor: z.exactOptional(text),
  rulePut: z.exactOptional(encryptionRule),
  tags: z.exactOptional(listOf(z.object({ key: text, value: text }))),
  someTags: z.exactOptional(flag),
});
export type HeardEvent = z.infer<typeof heardEvent>;

/** Where the ledger keeps an event of a bucket, for ever: beside the bucket's item. */
export function heardEventKey(id: BucketId, causeId: string): { pk: string; sk: string } {
  return { ...bucketKey(id), sk: `EVENT#${causeId}` };
}

/** Reads an item that DynamoDB gave, as plain values. Throws ResealError ledger-failed where it is none of this version's. */
export function readHeardEvent(item: Record<string, unknown>): HeardEvent {
  return checkedItem(heardEvent, item);
}
