import { EncryptionAlgorithmSpec, type GenerateDataKeyRequest } from '@aws-sdk/client-kms';
import { AwsError } from '../errors.ts';

/** The algorithm of symmetric keys, the only ones that encrypt here. */
export const ALGORITHM = 'SYMMETRIC_DEFAULT';

const MOST_PLAINTEXT_BYTES = 4096;
const MOST_KEY_BYTES = 1024;

/** Throws ValidationException for an algorithm that KMS does not know, InvalidKeyUsageException for one of asymmetric keys. */
export function checkAlgorithm(asked: string | undefined): void {
  if (asked === undefined || asked === ALGORITHM) return;
  if (!Object.values<string>(EncryptionAlgorithmSpec).includes(asked))
    throw invalid(`EncryptionAlgorithm ${asked} is not one of the algorithms of KMS.`);
  throw new AwsError(
    'InvalidKeyUsageException',
    `Algorithm ${asked} is incompatible with key spec SYMMETRIC_DEFAULT.`,
    400,
  );
}

/** KMS encrypts 1 to 4096 bytes (KMS API, Encrypt). */
export function checkPlaintext(plaintext: Uint8Array): void {
  if (plaintext.length >= 1 && plaintext.length <= MOST_PLAINTEXT_BYTES) return;
  throw invalid(`Plaintext must have 1 to ${MOST_PLAINTEXT_BYTES} bytes, found ${plaintext.length}.`);
}

/** Bytes of the data key that is asked for: by its spec or by its length, never both (KMS API, GenerateDataKey). */
export function dataKeyBytes({ KeySpec: spec, NumberOfBytes: bytes }: GenerateDataKeyRequest): number {
  if ((spec === undefined) === (bytes === undefined))
    throw invalid('Please specify either number of bytes or key spec.');
  if (spec === 'AES_128') return 16;
  if (spec === 'AES_256') return 32;
  if (bytes !== undefined && Number.isInteger(bytes) && bytes >= 1 && bytes <= MOST_KEY_BYTES) return bytes;
  throw invalid(`A data key is AES_128, AES_256 or 1 to ${MOST_KEY_BYTES} bytes, found ${spec ?? bytes}.`);
}

/** After all else was checked: a dry run ends here, as an error that says it would have succeeded. */
export function stopDryRun(isDryRun: boolean | undefined): void {
  if (isDryRun !== true) return;
  throw new AwsError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
    412,
  );
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, 400);
}
