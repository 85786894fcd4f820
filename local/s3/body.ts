import { createCipheriv, createHash } from 'node:crypto';
import { notEmulated } from '../errors.ts';
import type { ByteRange } from './range.ts';

/**
 * A stretch of bytes that nobody holds: each is a function of the seed and of its place, so that an object of 50 TB costs no memory. Any
 * part of it can be read and compared.
 */
export interface Pattern {
  readonly seed: string;
  readonly first: number;
  readonly sizeBytes: number;
}

/** What an object or a part consists of: bytes that are held, and patterns. */
export interface Body {
  readonly sizeBytes: number;
  readonly pieces: readonly (Buffer | Pattern)[];
}

/** What one answer reads of patterns at most. */
export const MOST_PATTERN_BYTES = 64 * 1024 * 1024;
const BLOCK_BYTES = 16;

export function patternBody(seed: string, sizeBytes: number): Body {
  return joined([{ seed, first: 0, sizeBytes }]);
}

/** The body of pieces that follow each other. Stretches of one pattern that continue each other become one, so equal bodies look alike however they came together. */
export function joined(pieces: readonly (Buffer | Pattern)[]): Body {
  const merged: (Buffer | Pattern)[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (sizeOf(piece) === 0) continue;
    if (last !== undefined && !Buffer.isBuffer(last) && !Buffer.isBuffer(piece) && continues(last, piece))
      merged[merged.length - 1] = { ...last, sizeBytes: last.sizeBytes + piece.sizeBytes };
    else merged.push(piece);
  }
  return { sizeBytes: merged.reduce((sum, piece) => sum + sizeOf(piece), 0), pieces: merged };
}

/** The bytes of a range, still unread. */
export function sliceOf(body: Body, { first, last }: ByteRange): Body {
  let at = 0;
  const pieces = body.pieces.flatMap((piece): (Buffer | Pattern)[] => {
    const start = at;
    at += sizeOf(piece);
    const from = Math.max(first, start) - start;
    const to = Math.min(last + 1, at) - start;
    if (from >= to) return [];
    return Buffer.isBuffer(piece)
      ? [piece.subarray(from, to)]
      : [{ seed: piece.seed, first: piece.first + from, sizeBytes: to - from }];
  });
  return joined(pieces);
}

export function isHeld(body: Body): boolean {
  return body.pieces.every((piece) => Buffer.isBuffer(piece));
}

/** All bytes. Throws NotImplemented where that is more of a pattern than one answer reads. */
export function bytesIn(body: Body): Buffer {
  if (!isHeld(body) && body.sizeBytes > MOST_PATTERN_BYTES)
    throw notEmulated(`reading more than ${MOST_PATTERN_BYTES} bytes of an object without held bytes at once`);
  return concat(body.pieces.map((piece) => (Buffer.isBuffer(piece) ? piece : patternBytes(piece))));
}

/** The bytes of a stretch: the key stream of AES-128 in counter mode under the digest of the seed, which can be entered anywhere. */
export function patternBytes({ seed, first, sizeBytes }: Pattern): Buffer {
  const counter = Buffer.alloc(BLOCK_BYTES);
  counter.writeBigUInt64BE(BigInt(Math.floor(first / BLOCK_BYTES)), 8);
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const skipped = first % BLOCK_BYTES;
  const stream = createCipheriv('aes-128-ctr', key, counter).update(Buffer.alloc(skipped + sizeBytes));
  return stream.subarray(skipped);
}

/** What checksums and ETags are computed of: the bytes that are held, and of a pattern its description. Two equal bodies have the same, two others do not. */
export function digestible(body: Body): Buffer {
  return concat(body.pieces.map((piece) => (Buffer.isBuffer(piece) ? piece : describe(piece))));
}

/** A pattern as it is sealed, and read again by `patternFrom`. */
export function describe({ seed, first, sizeBytes }: Pattern): Buffer {
  return Buffer.from(JSON.stringify([seed, first, sizeBytes]));
}

export function patternFrom(described: Buffer): Pattern {
  const [seed, first, sizeBytes] = JSON.parse(described.toString()) as [string, number, number];
  return { seed, first, sizeBytes };
}

export function sizeOf(piece: Buffer | Pattern): number {
  return Buffer.isBuffer(piece) ? piece.length : piece.sizeBytes;
}

function continues(before: Pattern, after: Pattern): boolean {
  return before.seed === after.seed && before.first + before.sizeBytes === after.first;
}

function concat(buffers: readonly Buffer[]): Buffer {
  return buffers.length === 1 && buffers[0] !== undefined ? buffers[0] : Buffer.concat(buffers);
}
