import * as z from 'zod/mini';

/** ISO 8601 in UTC. */
export const time = z.string();
export const text = z.string();
export const flag = z.boolean();

/** One rule of default encryption as it was read or written. */
export const encryptionRule = z.object({
  algorithm: z.exactOptional(text),
  keyId: z.exactOptional(text),
  bucketKey: z.exactOptional(flag),
  blocked: z.exactOptional(z.array(text)),
});

/** A reason as an item keeps it. The code is text: an item may have been written by a later version. */
export const reason = z.object({ code: text, message: text, paste: z.exactOptional(text) });

/** Who did something, from where and with what: as far as an event said so. */
export const whence = {
  actor: z.exactOptional(text),
  sourceAddress: z.exactOptional(text),
  userAgent: z.exactOptional(text),
};
export type Whence = { actor?: string; sourceAddress?: string; userAgent?: string };

/** The whence of anything that has one, and nothing else of it. */
export function whenceOf({ actor, sourceAddress, userAgent }: Whence): Whence {
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}
