import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { present } from '../present.ts';
import { checkedItem, count, listOf, text, time } from './shapes.ts';

/** One piece of the work of a job that Reseal runs itself: a range of the keys of its bucket, or one object that takes time of its own. */
export interface PieceName {
  /** The token of the job. */
  token: string;
  id: string;
}

/** Where the ledger keeps one piece; all of a job have keys that begin alike. */
export function pieceKey({ token, id }: PieceName): { pk: string; sk: string } {
  return { pk: `JOB#${token}`, sk: `PIECE#${id}` };
}

/** Where the ledger names an object that failed among others of its range, which counts it: nobody works on it any more, and no end of a job reads millions of them. */
export function failedKey({ token, id }: PieceName): { pk: string; sk: string } {
  return { pk: `JOB#${token}`, sk: `FAILED#${id}` };
}

const common = {
  token: text,
  id: text,
  /** Who works on it, until when: nobody else does before. */
  owner: z.exactOptional(text),
  leaseUntil: z.exactOptional(time),
  endedAt: z.exactOptional(time),
};

/** How many of the objects of a range are done, and how many have failed or are left, for which reason; some of them by name. */
const counted = {
  succeeded: count,
  /** At their standard before. */
  right: count,
  left: listOf(z.object({ code: text, count, cause: z.exactOptional(text), keys: listOf(text) })),
};

/** Why a piece waits or has failed. */
const failure = {
  code: z.exactOptional(text),
  cause: z.exactOptional(text),
  why: z.exactOptional(text),
};

/** Keys after `after` up to and with `until`, in the order of S3; absent is without end. */
export const rangePiece = z.object({
  ...common,
  kind: z.literal('range'),
  after: text,
  until: z.exactOptional(text),
  /** The last key that is done with. */
  at: z.exactOptional(text),
  ...counted,
  ...failure,
});
export type RangePiece = z.output<typeof rangePiece>;

/** An object that is large, archived or failed. One that is done has none. */
export const objectPiece = z.object({
  ...common,
  kind: z.literal('object'),
  key: text,
  versionId: z.exactOptional(text),
  etag: text,
  /** The multipart upload of ours that is not complete. */
  uploadId: z.exactOptional(text),
  /** Nothing can be done before. */
  waitsUntil: z.exactOptional(time),
  tries: count,
  ...failure,
});
export type ObjectPiece = z.output<typeof objectPiece>;

export type Piece = RangePiece | ObjectPiece;

/** Reads an item that DynamoDB gave, as plain values. Throws ResealError ledger-failed where it is none of this version's. */
export function readPiece(item: Record<string, unknown>): Piece {
  return checkedItem<Piece>(
    z.discriminatedUnion('kind', [rangePiece, objectPiece], { error: 'a range or an object' }),
    item,
  );
}

/** The piece for these keys; the same range has the same id. */
export function newRange(token: string, { after, until }: Pick<RangePiece, 'after' | 'until'>): RangePiece {
  const range = { kind: 'range' as const, after, ...present({ until }) };
  return { token, id: idOf('range', after), ...range, succeeded: 0, right: 0, left: [] };
}

/** The piece for one object; the same version of it has the same id. */
export function newObject(token: string, object: Omit<ObjectPiece, 'token' | 'id' | 'kind' | 'tries'>): ObjectPiece {
  return { token, id: idOf('object', object.key, object.versionId ?? ''), kind: 'object', ...object, tries: 0 };
}

function idOf(...words: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 32);
}
