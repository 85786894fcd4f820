import { KEY_ARN } from './key-form.ts';
import type { BucketState, KeyFacts, KeyReading, Reason, Standard } from '../model.ts';

/** A key is not put on a bucket, nor left on one unsaid, whose imported material expires within this many days. */
const EXPIRY_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Why the standard's key cannot be put on this bucket; empty where it can. S3 stores any key unchecked, and then every
 * write without headers fails (S3 API PutBucketEncryption), so all of this is asked before a repair. Without `now` nothing expires.
 */
export function keyProblems(
  standard: Standard,
  reading: KeyReading,
  state: BucketState,
  { now }: { now?: Date } = {},
): Reason[] {
  if (standard.algorithm === 'AES256') return [];
  if (reading.kind === 'found') {
    return [...CHECKS.flatMap((check) => check(reading.key, state) ?? []), ...expiry(reading.key, { state, now })];
  }
  if (standard.key === undefined) return [noKeyForPlace(state)];
  const elsewhere = regionOfKey(standard.key);
  if (elsewhere !== undefined && elsewhere !== state.region) return [wrongRegion(standard.key, elsewhere, state)];
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

function noKeyForPlace({ bucket, account, region }: BucketState): Reason {
  return {
    code: 'no-key-for-place',
    message: `The policy names no key for account ${account} in ${region}, which bucket ${bucket} would need: add ${account}, ${region} or default to its key map.`,
  };
}

/**
 * What is wrong with the key under a bucket that is right otherwise: once KMS has deleted it, nothing encrypted under it can ever be read
 * (KMS guide, key states and deleting keys). Such a bucket is an incident although its rule is as the policy asks.
 */
export function currentKeyProblems(
  reading: KeyReading,
  state: Pick<BucketState, 'bucket' | 'account' | 'region'>,
  { now }: { now: Date },
): Reason[] {
  switch (reading.kind) {
    case 'none':
      return [];
    case 'missing':
      return [
        {
          code: 'key-not-usable',
          message:
            `The key ${reading.asked} of bucket ${state.bucket} was not found in account ${state.account}, ${state.region} (${reading.why}), ` +
            'so what is encrypted under it cannot be read: if it was deleted its objects are lost, so restore them from another copy and give the bucket another key.',
        },
      ];
    case 'found': {
      const { key } = reading;
      const problem = currentState(key, state.bucket) ?? unfit(key, state);
      return problem === undefined ? expiry(key, { state, now }) : [problem];
    }
  }
}

function currentState(key: KeyFacts, bucket: string): Reason | undefined {
  switch (key.state) {
    case 'Enabled':
    case 'Updating':
      return undefined;
    case 'PendingDeletion':
    case 'PendingReplicaDeletion':
      return {
        code: 'key-being-deleted',
        message:
          `The key ${key.arn} of bucket ${bucket} is in state ${key.state} and ${deletion(key)}; then nothing under it can ever be read again, and writes fail already: ` +
          'cancel the deletion (kms cancel-key-deletion, then enable-key) before that, and give the bucket another key.',
      };
    default:
      return {
        code: 'key-not-usable',
        message:
          `The key ${key.arn} of bucket ${bucket} is in state ${key.state}, so objects under it can be neither read nor written: ` +
          `${REMEDIES[key.state] ?? 'look at the key in KMS'}.`,
      };
  }
}

/** S3 stores the name of any key unchecked, and every write fails then (S3 API PutBucketEncryption). */
function unfit(key: KeyFacts, { bucket, region }: Pick<BucketState, 'bucket' | 'region'>): Reason | undefined {
  const isFit = key.usage === 'ENCRYPT_DECRYPT' && key.spec === 'SYMMETRIC_DEFAULT' && key.region === region;
  if (isFit) return undefined;
  return {
    code: 'key-not-usable',
    message:
      `The key ${key.arn} of bucket ${bucket} is made for ${key.usage}, has the spec ${key.spec} and is in ${key.region}, and S3 needs ` +
      `ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT and ${region}, so writes to the bucket fail: give the bucket another key.`,
  };
}

const REMEDIES: Readonly<Record<string, string>> = {
  Disabled: 'enable it (kms enable-key)',
  PendingImport: 'import its key material again (kms import-key-material)',
  Unavailable: 'connect its custom key store again',
  Creating: 'wait until KMS has created it',
};

function deletion({ deletionAt }: KeyFacts): string {
  return deletionAt === undefined ? 'KMS will delete it' : `KMS deletes it on ${deletionAt.slice(0, 10)}`;
}

/** Imported material that expires takes the key with it (KMS guide, importing key material). */
function expiry(
  key: KeyFacts,
  { state, now }: { state: Pick<BucketState, 'bucket'>; now: Date | undefined },
): Reason[] {
  if (now === undefined || key.expiresAt === undefined) return [];
  const leftMs = Date.parse(key.expiresAt) - now.getTime();
  if (leftMs > EXPIRY_DAYS * DAY_MS) return [];
  const when = leftMs <= 0 ? 'expired' : 'expires';
  return [
    {
      code: 'key-expiring',
      message:
        `The imported material of key ${key.arn} ${when} on ${key.expiresAt.slice(0, 10)}, and without it bucket ${state.bucket} can be neither read nor written: ` +
        'import it again with a later date or without one, or name another key in the policy.',
    },
  ];
}

type Check = (key: KeyFacts, state: BucketState) => Reason | undefined;

/** Usable for SSE-KMS: Enabled, ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT, in the bucket's Region (KMS API KeyMetadata). */
const CHECKS: readonly Check[] = [
  (key) =>
    unless(key.state === 'Enabled', {
      code: 'key-not-enabled',
      message: notEnabled(key),
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

function notEnabled(key: KeyFacts): string {
  const what = `The key ${key.arn} is in state ${key.state} and S3 needs it Enabled`;
  if (key.deletionAt === undefined) return `${what}: enable it, or name another key in the policy.`;
  return `${what}; ${deletion(key)}: cancel the deletion and enable it, or name another key in the policy.`;
}

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
