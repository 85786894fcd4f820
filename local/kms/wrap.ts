import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { KeyRecord } from './key-record.ts';

const CIPHER = 'aes-256-gcm';
const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under the key's master. The result carries the key's ARN, so that Decrypt finds the key by the ciphertext alone:
 * format (1 byte), length of the ARN (2 bytes), ARN, IV, tag, ciphertext.
 */
export function encryptUnder(key: KeyRecord, plaintext: Uint8Array, context: Buffer = Buffer.alloc(0)): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key.master, iv).setAAD(context);
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const arn = Buffer.from(key.arn);
  const head = Buffer.from([FORMAT, arn.length >> 8, arn.length & 0xff]);
  return Buffer.concat([head, arn, iv, cipher.getAuthTag(), sealed]);
}

/** The ARN of the key that made a ciphertext; of a multi-Region key, of the related one in the Region. Throws InvalidCiphertextException. */
export function keyArnOf(ciphertext: Uint8Array, region: string): string {
  const arn = madeBy(ciphertext);
  return arn.includes(':key/mrk-') ? arn.replace(/:kms:[^:]*:/, `:kms:${region}:`) : arn;
}

function madeBy(ciphertext: Uint8Array): string {
  const bytes = Buffer.from(ciphertext);
  if (bytes.length < 3 || bytes[0] !== FORMAT || bytes.length < 3 + bytes.readUInt16BE(1) + IV_BYTES + TAG_BYTES)
    throw invalid();
  return bytes.toString('utf8', 3, 3 + bytes.readUInt16BE(1));
}

/** Throws InvalidCiphertextException where the bytes, the key or the encryption context are not those of the encryption. */
export function decryptUnder(key: KeyRecord, ciphertext: Uint8Array, context: Buffer = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.from(ciphertext);
  if (keyArnOf(bytes, key.region) !== key.arn) throw invalid();
  const start = 3 + bytes.readUInt16BE(1);
  const decipher = createDecipheriv(CIPHER, key.master, bytes.subarray(start, start + IV_BYTES));
  decipher.setAAD(context).setAuthTag(bytes.subarray(start + IV_BYTES, start + IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(start + IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw invalid();
  }
}

function invalid(): AwsError {
  return new AwsError(
    'InvalidCiphertextException',
    'The ciphertext refers to a customer master key that does not exist, is corrupted, or has another encryption context.',
    400,
  );
}
