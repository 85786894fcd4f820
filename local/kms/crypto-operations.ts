import { randomBytes } from 'node:crypto';
import type {
  DecryptRequest,
  EncryptRequest,
  GenerateDataKeyRequest,
  GenerateDataKeyWithoutPlaintextRequest,
  ReEncryptRequest,
} from '@aws-sdk/client-kms';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Operation } from '../service.ts';
import { findKey } from './find-key.ts';
import type { KeyRecord } from './key-record.ts';
import type { KeyStore } from './key-store.ts';
import { assertUsable } from './usable.ts';
import { decryptUnder, encryptUnder, keyArnOf } from './wrap.ts';

const ALGORITHM = 'SYMMETRIC_DEFAULT';

/** Encryption under symmetric keys (KMS API of the same names); asymmetric and HMAC keys exist but do nothing here. */
export function createCryptoOperations(store: KeyStore): Record<string, Operation> {
  const usableKey = (keyId: string, call: Call): KeyRecord => {
    const key = findKey(store, keyId, call);
    assertUsable(key);
    return key;
  };
  const dataKey = (
    input: GenerateDataKeyRequest,
    call: Call,
  ): { key: KeyRecord; plaintext: Buffer; sealed: Buffer } => {
    const key = usableKey(input.KeyId ?? '', call);
    const plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
    return { key, plaintext, sealed: encryptUnder(key, plaintext, contextBytes(input.EncryptionContext)) };
  };
  return {
    Encrypt: (input: EncryptRequest, call: Call) => {
      const key = usableKey(input.KeyId ?? '', call);
      const sealed = encryptUnder(key, input.Plaintext ?? Buffer.alloc(0), contextBytes(input.EncryptionContext));
      return { CiphertextBlob: sealed, KeyId: key.arn, EncryptionAlgorithm: ALGORITHM };
    },
    Decrypt: (input: DecryptRequest, call: Call) => {
      const sealed = input.CiphertextBlob ?? Buffer.alloc(0);
      const key = usableKey(input.KeyId ?? keyArnOf(sealed), call);
      if (key.arn !== keyArnOf(sealed)) {
        throw new AwsError(
          'IncorrectKeyException',
          'The key ID in the request does not identify a CMK that can perform this operation.',
          400,
        );
      }
      return {
        Plaintext: decryptUnder(key, sealed, contextBytes(input.EncryptionContext)),
        KeyId: key.arn,
        EncryptionAlgorithm: ALGORITHM,
      };
    },
    ReEncrypt: (input: ReEncryptRequest, call: Call) => {
      const sealed = input.CiphertextBlob ?? Buffer.alloc(0);
      const source = usableKey(input.SourceKeyId ?? keyArnOf(sealed), call);
      const target = usableKey(input.DestinationKeyId ?? '', call);
      const plaintext = decryptUnder(source, sealed, contextBytes(input.SourceEncryptionContext));
      return {
        CiphertextBlob: encryptUnder(target, plaintext, contextBytes(input.DestinationEncryptionContext)),
        SourceKeyId: source.arn,
        KeyId: target.arn,
        SourceEncryptionAlgorithm: ALGORITHM,
        DestinationEncryptionAlgorithm: ALGORITHM,
      };
    },
    GenerateDataKey: (input: GenerateDataKeyRequest, call: Call) => {
      const { key, plaintext, sealed } = dataKey(input, call);
      return { CiphertextBlob: sealed, Plaintext: plaintext, KeyId: key.arn };
    },
    GenerateDataKeyWithoutPlaintext: (input: GenerateDataKeyWithoutPlaintextRequest, call: Call) => {
      const { key, sealed } = dataKey(input, call);
      return { CiphertextBlob: sealed, KeyId: key.arn };
    },
  };
}

/** The encryption context as authenticated data; the order of its pairs does not matter. */
function contextBytes(context: Record<string, string> | undefined): Buffer {
  const pairs = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(pairs.length === 0 ? '' : JSON.stringify(pairs));
}
