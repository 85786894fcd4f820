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
import { ALGORITHM, checkAlgorithm, checkPlaintext, dataKeyBytes, stopDryRun } from './check-crypto.ts';
import { findKey } from './find-key.ts';
import type { KeyRecord } from './key-record.ts';
import type { KeyStore } from './key-store.ts';
import { assertUsable } from './usable.ts';
import { decryptUnder, encryptUnder, keyArnOf } from './wrap.ts';

const NOTHING = Buffer.alloc(0);

/** Encryption under symmetric keys (KMS API of the same names); asymmetric and HMAC keys exist but do nothing here. */
export function createCryptoOperations(store: KeyStore): Record<string, Operation> {
  return {
    Encrypt: (input: EncryptRequest, call: Call) => encrypt(store, input, call),
    Decrypt: (input: DecryptRequest, call: Call) => decrypt(store, input, call),
    ReEncrypt: (input: ReEncryptRequest, call: Call) => reEncrypt(store, input, call),
    GenerateDataKey: (input: GenerateDataKeyRequest, call: Call) => generateDataKey(store, input, call),
    GenerateDataKeyWithoutPlaintext: (input: GenerateDataKeyWithoutPlaintextRequest, call: Call) => {
      const { CiphertextBlob, KeyId } = generateDataKey(store, input, call);
      return { CiphertextBlob, KeyId };
    },
  };
}

function encrypt(store: KeyStore, input: EncryptRequest, call: Call): object {
  const plaintext = input.Plaintext ?? NOTHING;
  checkPlaintext(plaintext);
  const key = usableKey(store, input.KeyId ?? '', call);
  checkAlgorithm(input.EncryptionAlgorithm);
  stopDryRun(input.DryRun);
  const sealed = encryptUnder(key, plaintext, contextBytes(input.EncryptionContext));
  return { CiphertextBlob: sealed, KeyId: key.arn, EncryptionAlgorithm: ALGORITHM };
}

function decrypt(store: KeyStore, input: DecryptRequest, call: Call): object {
  const sealed = input.CiphertextBlob ?? NOTHING;
  const key = usableKey(store, input.KeyId ?? keyArnOf(sealed, call.region), call);
  if (key.arn !== keyArnOf(sealed, key.region)) {
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
      400,
    );
  }
  checkAlgorithm(input.EncryptionAlgorithm);
  const plaintext = decryptUnder(key, sealed, contextBytes(input.EncryptionContext));
  stopDryRun(input.DryRun);
  return { Plaintext: plaintext, KeyId: key.arn, EncryptionAlgorithm: ALGORITHM };
}

function reEncrypt(store: KeyStore, input: ReEncryptRequest, call: Call): object {
  const sealed = input.CiphertextBlob ?? NOTHING;
  const source = usableKey(store, input.SourceKeyId ?? keyArnOf(sealed, call.region), call);
  const target = usableKey(store, input.DestinationKeyId ?? '', call);
  checkAlgorithm(input.SourceEncryptionAlgorithm);
  checkAlgorithm(input.DestinationEncryptionAlgorithm);
  const plaintext = decryptUnder(source, sealed, contextBytes(input.SourceEncryptionContext));
  stopDryRun(input.DryRun);
  return {
    CiphertextBlob: encryptUnder(target, plaintext, contextBytes(input.DestinationEncryptionContext)),
    SourceKeyId: source.arn,
    KeyId: target.arn,
    SourceEncryptionAlgorithm: ALGORITHM,
    DestinationEncryptionAlgorithm: ALGORITHM,
  };
}

function generateDataKey(
  store: KeyStore,
  input: GenerateDataKeyRequest,
  call: Call,
): { CiphertextBlob: Buffer; Plaintext: Buffer; KeyId: string } {
  const bytes = dataKeyBytes(input);
  const key = usableKey(store, input.KeyId ?? '', call);
  stopDryRun(input.DryRun);
  const plaintext = randomBytes(bytes);
  const sealed = encryptUnder(key, plaintext, contextBytes(input.EncryptionContext));
  return { CiphertextBlob: sealed, Plaintext: plaintext, KeyId: key.arn };
}

function usableKey(store: KeyStore, keyId: string, call: Call): KeyRecord {
  const key = findKey(store, keyId, call);
  assertUsable(key);
  return key;
}

/** The encryption context as authenticated data; the order of its pairs does not matter. */
function contextBytes(context: Record<string, string> | undefined): Buffer {
  const pairs = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(pairs.length === 0 ? '' : JSON.stringify(pairs));
}
