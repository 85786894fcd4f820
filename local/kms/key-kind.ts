import type { CreateKeyRequest } from '@aws-sdk/client-kms';
import { AwsError, notEmulated } from '../errors.ts';

export interface KeyKind {
  readonly spec: string;
  readonly usage: string;
  readonly origin: string;
}

/** The usages of each family of key specs (KMS API, CreateKey, "KeyUsage"). */
const USAGES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^SYMMETRIC_DEFAULT$/, ['ENCRYPT_DECRYPT']],
  [/^RSA_(?:2048|3072|4096)$/, ['ENCRYPT_DECRYPT', 'SIGN_VERIFY']],
  [/^ECC_NIST_P(?:256|384|521)$/, ['SIGN_VERIFY', 'KEY_AGREEMENT']],
  [/^ECC_(?:SECG_P256K1|NIST_EDWARDS25519)$/, ['SIGN_VERIFY']],
  [/^HMAC_(?:224|256|384|512)$/, ['GENERATE_VERIFY_MAC']],
  [/^ML_DSA_(?:44|65|87)$/, ['SIGN_VERIFY']],
  [/^ML_KEM_(?:512|768|1024)$/, ['ENCAPSULATE_DECAPSULATE']],
  [/^SM2$/, ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'KEY_AGREEMENT']],
];

/** What kind of key CreateKey asks for. Throws ValidationException where its members contradict each other. */
export function readKeyKind(input: CreateKeyRequest): KeyKind {
  if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined)
    throw invalid('You cannot specify KeySpec and CustomerMasterKeySpec in the same request.');
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  return { spec, usage: usageFor(spec, input.KeyUsage), origin: originOf(input.Origin ?? 'AWS_KMS') };
}

/** Only a symmetric key has a usage of its own accord. */
function usageFor(spec: string, asked: string | undefined): string {
  const usages = USAGES.find(([specs]) => specs.test(spec))?.[1];
  if (usages === undefined) throw invalid(`KeySpec ${spec} is not one of the key specs of KMS.`);
  const usage = asked ?? (spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : undefined);
  if (usage === undefined)
    throw invalid(`You must specify a KeyUsage value for an asymmetric or HMAC KMS key (KeySpec ${spec}).`);
  if (!usages.includes(usage)) throw invalid(`KeyUsage ${usage} is not compatible with KeySpec ${spec}.`);
  return usage;
}

/** A key in a custom key store names its store, which is refused by name before; without one the origin is a mistake. */
function originOf(origin: string): string {
  switch (origin) {
    case 'AWS_KMS':
    case 'EXTERNAL':
      return origin;
    case 'AWS_CLOUDHSM':
      throw invalid('You must specify a CustomKeyStoreId for a key whose Origin is AWS_CLOUDHSM.');
    case 'EXTERNAL_KEY_STORE':
      throw notEmulated('The Origin EXTERNAL_KEY_STORE of kms CreateKey');
    default:
      throw invalid(`Origin ${origin} is not one of the origins of KMS.`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, 400);
}
