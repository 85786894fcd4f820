import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keys } from '../world.ts';

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

/** An object's bytes at rest: one chunk, or one per part of a multipart upload. */
export interface Sealed extends Seal {
  readonly chunks: readonly Buffer[];
}

export type Envelope = ReturnType<typeof createEnvelope>;

/** Envelope encryption with AES-256-GCM. SSE-S3 has a master of the store; KMS keys wrap through `keys`; SSE-C by the caller's key. */
export function createEnvelope(keys: Keys) {
  const storeMaster = randomBytes(KEY_BYTES);

  const wrap = (dataKey: Buffer, protection: Protection, customerKey: Buffer | undefined): Buffer =>
    'keyArn' in protection
      ? keys.wrap(protection.keyArn, dataKey)
      : encrypt(masterOf(protection, customerKey), dataKey);

  const unwrap = (seal: Seal, customerKey: Buffer | undefined): Buffer[] => {
    const { protection, wrappedKeys } = seal;
    return wrappedKeys.map((wrapped) =>
      'keyArn' in protection
        ? keys.unwrap(protection.keyArn, wrapped)
        : decrypt(masterOf(protection, customerKey), wrapped),
    );
  };

  const masterOf = (protection: Protection, customerKey: Buffer | undefined): Buffer => {
    if (protection.algorithm !== 'SSE-C') return storeMaster;
    if (customerKey === undefined)
      throw new Error('an SSE-C object was opened without its key; the operation must check first');
    return customerKey;
  };

  return {
    /** Encrypts a whole body under fresh data keys. */
    seal(plain: Buffer, protection: Protection, customerKey?: Buffer): Sealed {
      const dataKeys = newDataKeys(protection);
      const wrappedKeys = dataKeys.map((key) => wrap(key, protection, customerKey));
      return { protection, wrappedKeys, chunks: [layered(dataKeys, plain)] };
    },

    /** Fresh data keys for bytes that come later (a multipart upload). */
    begin(protection: Protection, customerKey?: Buffer): Seal {
      return { protection, wrappedKeys: newDataKeys(protection).map((key) => wrap(key, protection, customerKey)) };
    },

    /** Encrypts one part under the keys of `begin`. */
    add(seal: Seal, plain: Buffer, customerKey?: Buffer): Buffer {
      return layered(unwrap(seal, customerKey), plain);
    },

    /** The plain bytes. Throws where a key is gone or the bytes were changed. */
    open(sealed: Sealed, customerKey?: Buffer): Buffer {
      const dataKeys = unwrap(sealed, customerKey).reverse();
      const chunks = sealed.chunks.map((chunk) => dataKeys.reduce((bytes, key) => decrypt(key, bytes), chunk));
      return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    },

    /** The same ciphertext with its data key wrapped under another master: what UpdateObjectEncryption does. */
    rewrap(sealed: Sealed, protection: Protection): Sealed {
      const wrappedKeys = unwrap(sealed, undefined).map((key) => wrap(key, protection, undefined));
      return { protection, wrappedKeys, chunks: sealed.chunks };
    },
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
