import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Keys } from '../world.ts';
import {
  type Body,
  bytesIn,
  describe,
  digestible,
  joined,
  type Pattern,
  patternFrom,
  sizeOf,
  sliceOf,
} from './body.ts';
import type { ByteRange } from './range.ts';

/** How one object is encrypted. `none` is what S3 wrote before January 2023; no API makes it any more. */
export type Protection =
  | { readonly algorithm: 'none' }
  | { readonly algorithm: 'AES256' }
  | { readonly algorithm: 'aws:kms'; readonly keyArn: string; readonly bucketKey: boolean }
  | { readonly algorithm: 'aws:kms:dsse'; readonly keyArn: string }
  | { readonly algorithm: 'SSE-C'; readonly keyMd5: string };

/** Data keys wrapped under their master, one per layer of encryption. Chosen once, at the first byte. */
export interface Seal {
  readonly protection: Protection;
  readonly wrappedKeys: readonly Buffer[];
}

/** What is encrypted in one piece: bytes, or in their place the description of a pattern. */
export interface Chunk {
  readonly box: Buffer;
  /** Of the plain bytes that it stands for. */
  readonly sizeBytes: number;
  readonly isPattern: boolean;
}

/** An object's bytes at rest: one chunk, or one or more for each part of a multipart upload. */
export interface Sealed extends Seal {
  readonly chunks: readonly Chunk[];
}

export type Envelope = ReturnType<typeof createEnvelope>;

/** Envelope encryption with AES-256-GCM. SSE-S3 has a master of the store; KMS keys wrap through `keys`; SSE-C by the caller's key. */
export function createEnvelope(keys: Keys) {
  const { wrap, unwrap } = createWrapper(keys);

  /** The plain content, whole or a range of it; only the chunks of the range are decrypted. */
  const unseal = (sealed: Sealed, customerKey?: Buffer, range?: ByteRange): Body => {
    const dataKeys = unwrap(sealed, customerKey).reverse();
    if (range === undefined) return joined(sealed.chunks.map((chunk) => openChunk(dataKeys, chunk)));
    const { chunks, skipped } = within(sealed, range);
    const body = joined(chunks.map((chunk) => openChunk(dataKeys, chunk)));
    return sliceOf(body, { first: range.first - skipped, last: range.last - skipped });
  };

  return {
    /** Encrypts a whole body under fresh data keys. */
    seal(plain: Buffer | Body, protection: Protection, customerKey?: Buffer): Sealed {
      const dataKeys = newDataKeys(protection);
      const wrappedKeys = dataKeys.map((key) => wrap(key, protection, customerKey));
      return { protection, wrappedKeys, chunks: chunksOf(dataKeys, plain) };
    },

    /** Fresh data keys for bytes that come later (a multipart upload). */
    begin(protection: Protection, customerKey?: Buffer): Seal {
      return { protection, wrappedKeys: newDataKeys(protection).map((key) => wrap(key, protection, customerKey)) };
    },

    /** Encrypts one part under the keys of `begin`. */
    add(seal: Seal, plain: Body, customerKey?: Buffer): Chunk[] {
      return chunksOf(unwrap(seal, customerKey), plain);
    },

    /** All plain bytes. Throws where a key is gone or the bytes were changed. */
    open(sealed: Sealed, customerKey?: Buffer): Buffer {
      return bytesIn(unseal(sealed, customerKey));
    },

    unseal,

    /** A digest of the plain content, which costs nothing for patterns: equal for equal content, whatever its encryption and parts. */
    digest(sealed: Sealed, customerKey?: Buffer): string {
      return createHash('sha256')
        .update(digestible(unseal(sealed, customerKey)))
        .digest('hex');
    },

    /** The same ciphertext with its data key wrapped under another master: what UpdateObjectEncryption does. */
    rewrap(sealed: Sealed, protection: Protection): Sealed {
      const wrappedKeys = unwrap(sealed, undefined).map((key) => wrap(key, protection, undefined));
      return { protection, wrappedKeys, chunks: sealed.chunks };
    },
  };
}

/** Locks data keys under their master, and unlocks them. */
function createWrapper(keys: Keys) {
  const storeMaster = randomBytes(KEY_BYTES);
  const masterOf = (protection: Protection, customerKey: Buffer | undefined): Buffer => {
    if (protection.algorithm !== 'SSE-C') return storeMaster;
    if (customerKey === undefined)
      throw new Error('an SSE-C object was opened without its key; the operation must check first');
    return customerKey;
  };
  return {
    wrap: (dataKey: Buffer, protection: Protection, customerKey: Buffer | undefined): Buffer =>
      'keyArn' in protection
        ? keys.wrap(protection.keyArn, dataKey)
        : encrypt(masterOf(protection, customerKey), dataKey),
    unwrap: ({ protection, wrappedKeys }: Seal, customerKey: Buffer | undefined): Buffer[] =>
      wrappedKeys.map((wrapped) =>
        'keyArn' in protection
          ? keys.unwrap(protection.keyArn, wrapped)
          : decrypt(masterOf(protection, customerKey), wrapped),
      ),
  };
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** DSSE-KMS is two layers; unencrypted is none. */
function newDataKeys(protection: Protection): Buffer[] {
  if (protection.algorithm === 'none') return [];
  const first = randomBytes(KEY_BYTES);
  return protection.algorithm === 'aws:kms:dsse' ? [first, randomBytes(KEY_BYTES)] : [first];
}

function chunksOf(dataKeys: readonly Buffer[], plain: Buffer | Body): Chunk[] {
  const pieces = Buffer.isBuffer(plain) || plain.pieces.length === 0 ? [wholeOf(plain)] : plain.pieces;
  return pieces.map((piece) => ({
    box: layered(dataKeys, Buffer.isBuffer(piece) ? piece : describe(piece)),
    sizeBytes: sizeOf(piece),
    isPattern: !Buffer.isBuffer(piece),
  }));
}

function openChunk(dataKeys: readonly Buffer[], { box, isPattern }: Chunk): Buffer | Pattern {
  const plain = dataKeys.reduce((bytes, key) => decrypt(key, bytes), box);
  return isPattern ? patternFrom(plain) : plain;
}

/** An object without bytes is encrypted too. */
function wholeOf(plain: Buffer | Body): Buffer | Pattern {
  return Buffer.isBuffer(plain) ? plain : Buffer.alloc(0);
}

/** The chunks that have bytes of a range, and how many bytes are before them. */
function within({ chunks }: Sealed, { first, last }: ByteRange): { chunks: Chunk[]; skipped: number } {
  let at = 0;
  let skipped = 0;
  const found = chunks.filter(({ sizeBytes }) => {
    const start = at;
    at += sizeBytes;
    if (at <= first) skipped = at;
    return start <= last && at > first;
  });
  return { chunks: found, skipped };
}

function layered(dataKeys: readonly Buffer[], plain: Buffer): Buffer {
  return dataKeys.reduce((bytes, key) => encrypt(key, bytes), plain);
}

/** Nonce, ciphertext, tag. */
function encrypt(key: Buffer, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, box: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  return Buffer.concat([decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES)), decipher.final()]);
}
