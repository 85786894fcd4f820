import * as z from 'zod/mini';
import { ResealError } from '../errors.ts';
import { present } from '../present.ts';
import { problemLine, someProblemsOf } from '../problem.ts';

// Each has as its error what was expected, for the message about an item that is not so.

/** ISO 8601 in UTC. */
export const time = z.string({ error: 'text' });
export const text = z.string({ error: 'text' });
export const flag = z.boolean({ error: 'true or false' });
export const count = z.number({ error: 'a number' });

export function listOf<T extends z.ZodMiniType>(member: T) {
  return z.array(member, { error: 'a list' });
}

/** Which bucket an item is about. */
export const place = { bucket: text, account: text, region: text };

/** One rule of default encryption as it was read or written. */
export const encryptionRule = z.object(
  {
    algorithm: z.exactOptional(text),
    keyId: z.exactOptional(text),
    bucketKey: z.exactOptional(flag),
    blocked: z.exactOptional(listOf(text)),
  },
  { error: 'a mapping' },
);

/** A reason as an item keeps it. The code is text: an item may have been written by a later version. */
export const reason = z.object(
  {
    code: text,
    message: text,
    /** JSON that mends it, ready to paste. */
    paste: z.exactOptional(text),
  },
  { error: 'code and message' },
);

/** Who did something, from where and with what: as far as an event said so. */
export const whence = {
  actor: z.exactOptional(text),
  sourceAddress: z.exactOptional(text),
  userAgent: z.exactOptional(text),
};
export type Whence = { actor?: string; sourceAddress?: string; userAgent?: string };

/** The whence of anything that has one, and nothing else of it. */
export function whenceOf({ actor, sourceAddress, userAgent }: Whence): Whence {
  return present({ actor, sourceAddress, userAgent });
}

/**
 * An item of the ledger by its schema. Throws ResealError ledger-failed, naming the item and what is wrong with it: retryable, because a later
 * version may have written it while it was rolled out.
 */
export function checkedItem<T>(schema: z.ZodMiniType<T>, item: Record<string, unknown>): T {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  const [line] = someProblemsOf(result.error, item).map((problem) => problemLine(problem, 'the item'));
  const message = `ledger item ${String(item['pk'])}: ${line}. Was the table written by another version?`;
  throw new ResealError('ledger-failed', message, { retryable: true });
}

/** Seconds of the epoch, as DynamoDB's time to live reads them. */
export function weekAfter(at: string): number {
  return Math.floor(Date.parse(at) / 1_000) + 7 * 24 * 3_600;
}
