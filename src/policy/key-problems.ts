import { KEY_ARN } from './key-form.ts';
import type { BucketState, KeyFacts, KeyReading, Reason, Standard } from './model.ts';

/**
 * Why the standard's key cannot be put on this bucket; empty where it can. S3 stores any key unchecked, and then every
 * write without headers fails (S3 API PutBucketEncryption), so all of this is asked before a repair.
 */
export function keyProblems(standard: Standard, reading: KeyReading, state: BucketState): Reason[] {
  if (standard.algorithm === 'AES256') return [];
  if (reading.kind === 'found') return CHECKS.flatMap((check) => check(reading.key, state) ?? []);
  const elsewhere = regionOfKey(standard.key);
  if (elsewhere !== undefined && elsewhere !== state.region) return [wrongRegion(standard.key ?? '', elsewhere, state)];
  const why = reading.kind === 'missing' ? reading.why : 'it was not looked up';
  return [
    {
      code: 'key-not-found',
      message:
        `The standard's key ${standard.key} was not found in account ${state.account}, ${state.region} (${why}): ` +
        'create it there, or name another key in the policy.',
    },
  ];
}

type Check = (key: KeyFacts, state: BucketState) => Reason | undefined;

/** Usable for SSE-KMS: Enabled, ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT, in the bucket's Region (KMS API KeyMetadata). */
const CHECKS: readonly Check[] = [
  (key) =>
    unless(key.state === 'Enabled', {
      code: 'key-not-enabled',
      message: `The key ${key.arn} is in state ${key.state} and S3 needs it Enabled: enable it, or name another key in the policy.`,
    }),
  (key) =>
    unless(key.usage === 'ENCRYPT_DECRYPT', {
      code: 'key-wrong-usage',
      message: `The key ${key.arn} is made for ${key.usage} and S3 needs ENCRYPT_DECRYPT: name another key in the policy.`,
    }),
  (key) =>
    unless(key.spec === 'SYMMETRIC_DEFAULT', {
      code: 'key-wrong-spec',
      message: `The key ${key.arn} has the spec ${key.spec} and S3 needs SYMMETRIC_DEFAULT: name another key in the policy.`,
    }),
  (key, state) => unless(key.region === state.region, wrongRegion(key.arn, key.region, state)),
  (key) =>
    unless(key.manager === 'CUSTOMER', {
      code: 'key-aws-managed',
      message: `The key ${key.arn} is managed by AWS and can be neither shared nor granted: name a key of your own in the policy.`,
    }),
];

/** KMS asked in the bucket's Region says of a key of another one only that it is not found. */
function regionOfKey(key: string | undefined): string | undefined {
  return key !== undefined && KEY_ARN.test(key) ? key.split(':')[3] : undefined;
}

function wrongRegion(key: string, region: string, state: BucketState): Reason {
  return {
    code: 'key-wrong-region',
    message: `The key ${key} is in ${region} and bucket ${state.bucket} is in ${state.region}: name an alias that exists in both Regions.`,
  };
}

function unless(good: boolean, reason: Reason): Reason | undefined {
  return good ? undefined : reason;
}
