import { KEY_ARN } from './key-form.ts';
import type { BucketState, KeyFacts, KeyReading, Reason, Standard } from '../model.ts';

/** A key is not put on a bucket, nor left on one unsaid, whose imported material expires within this many days. */
const EXPIRY_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Why the standard's key cannot be put on this bucket; empty where it can. S3 stores any key unchecked, and then every
 * write without headers fails (S3 API PutBucketEncryption), so all of this is asked before a repair. Without `now` nothing expires.
 */
export function keyReasons(
  standard: Standard,
  reading: KeyReading,
  state: BucketState,
  { now }: { now?: Date } = {},
): Reason[] {
  if (standard.algorithm === 'AES256') return [];
  if (reading.kind === 'found') return [...faults(reading.key, state), ...expiry(reading.key, state, now)];
  const { bucket, account, region } = state;
  if (standard.key === undefined) {
    const message = `The policy names no key for account ${account} in ${region}, which bucket ${bucket} would need: add ${account}, ${region} or default to its key map.`;
    return [{ code: 'no-key-for-place', message }];
  }
  // KMS asked in the bucket's Region says of a key of another one only that it is not found.
  const elsewhere = KEY_ARN.test(standard.key) ? standard.key.split(':')[3] : undefined;
  if (elsewhere !== undefined && elsewhere !== region) return [wrongRegion(standard.key, elsewhere, state)];
  const why = reading.kind === 'missing' ? reading.why : 'it was not looked up';
  const message = `The standard's key ${standard.key} was not found in account ${account}, ${region} (${why}): create it there, or name another key in the policy.`;
  return [{ code: 'key-not-found', message }];
}

/**
 * What is wrong with the key under a bucket that is right otherwise: once KMS has deleted it, nothing encrypted under it can ever be read
 * (KMS guide, key states and deleting keys). Such a bucket is an incident although its rule is as the policy asks.
 */
export function keyUnderBucketReasons(
  reading: KeyReading,
  state: Pick<BucketState, 'bucket' | 'account' | 'region'>,
  { now }: { now: Date },
): Reason[] {
  if (reading.kind === 'none') return [];
  if (reading.kind === 'missing') {
    const message = `The key ${reading.asked} of bucket ${state.bucket} was not found in account ${state.account}, ${state.region} (${reading.why}), so what is encrypted under it cannot be read: if it was deleted its objects are lost, so restore them from another copy and give the bucket another key.`;
    return [{ code: 'key-not-usable', message }];
  }
  const { key } = reading;
  const problem = currentState(key, state.bucket) ?? unfit(key, state);
  return problem === undefined ? expiry(key, state, now) : [problem];
}

function currentState(key: KeyFacts, bucket: string): Reason | undefined {
  const is = `The key ${key.arn} of bucket ${bucket} is in state ${key.state}`;
  switch (key.state) {
    case 'Enabled':
    case 'Updating':
      return undefined;
    case 'PendingDeletion':
    case 'PendingReplicaDeletion': {
      const message = `${is} and ${deletion(key)}; then nothing under it can ever be read again, and writes fail already: cancel the deletion (kms cancel-key-deletion, then enable-key) before that, and give the bucket another key.`;
      return { code: 'key-being-deleted', message };
    }
    default: {
      const remedy = REMEDIES.get(key.state) ?? 'look at the key in KMS';
      const message = `${is}, so objects under it can be neither read nor written: ${remedy}.`;
      return { code: 'key-not-usable', message };
    }
  }
}

/** S3 stores the name of any key unchecked, and every write fails then (S3 API PutBucketEncryption). */
function unfit(key: KeyFacts, { bucket, region }: Pick<BucketState, 'bucket' | 'region'>): Reason | undefined {
  const isFit = key.usage === 'ENCRYPT_DECRYPT' && key.spec === 'SYMMETRIC_DEFAULT' && key.region === region;
  if (isFit) return undefined;
  const message = `The key ${key.arn} of bucket ${bucket} is made for ${key.usage}, has the spec ${key.spec} and is in ${key.region}, and S3 needs ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT and ${region}, so writes to the bucket fail: give the bucket another key.`;
  return { code: 'key-not-usable', message };
}

const REMEDIES: ReadonlyMap<string, string> = new Map<string, string>([
  ['Disabled', 'enable it (kms enable-key)'],
  ['PendingImport', 'import its key material again (kms import-key-material)'],
  ['Unavailable', 'connect its custom key store again'],
  ['Creating', 'wait until KMS has created it'],
]);

function deletion({ deletionAt }: KeyFacts): string {
  return deletionAt === undefined ? 'KMS will delete it' : `KMS deletes it on ${deletionAt.slice(0, 10)}`;
}

/** Imported material that expires takes the key with it (KMS guide, importing key material). */
function expiry(
  { arn, expiresAt }: KeyFacts,
  { bucket }: Pick<BucketState, 'bucket'>,
  now: Date | undefined,
): Reason[] {
  if (now === undefined || expiresAt === undefined) return [];
  const leftMs = Date.parse(expiresAt) - now.getTime();
  if (leftMs > EXPIRY_DAYS * DAY_MS) return [];
  const when = `${leftMs <= 0 ? 'expired' : 'expires'} on ${expiresAt.slice(0, 10)}`;
  const message = `The imported material of key ${arn} ${when}, and without it bucket ${bucket} can be neither read nor written: import it again with a later date or without one, or name another key in the policy.`;
  return [{ code: 'key-expiring', message }];
}

/** Usable for SSE-KMS: Enabled, ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT, in the bucket's Region (KMS API KeyMetadata). */
function faults(key: KeyFacts, state: BucketState): Reason[] {
  const { arn, usage, spec } = key;
  const all: (Reason | false)[] = [
    key.state !== 'Enabled' && { code: 'key-not-enabled', message: notEnabled(key) },
    usage !== 'ENCRYPT_DECRYPT' && {
      code: 'key-wrong-usage',
      message: `The key ${arn} is made for ${usage} and S3 needs ENCRYPT_DECRYPT: name another key in the policy.`,
    },
    spec !== 'SYMMETRIC_DEFAULT' && {
      code: 'key-wrong-spec',
      message: `The key ${arn} has the spec ${spec} and S3 needs SYMMETRIC_DEFAULT: name another key in the policy.`,
    },
    key.region !== state.region && wrongRegion(arn, key.region, state),
    key.manager !== 'CUSTOMER' && {
      code: 'key-aws-managed',
      message: `The key ${arn} is managed by AWS and can be neither shared nor granted: name a key of your own in the policy.`,
    },
  ];
  return all.filter((each) => each !== false);
}

function notEnabled(key: KeyFacts): string {
  const what = `The key ${key.arn} is in state ${key.state} and S3 needs it Enabled`;
  if (key.deletionAt === undefined) return `${what}: enable it, or name another key in the policy.`;
  return `${what}; ${deletion(key)}: cancel the deletion and enable it, or name another key in the policy.`;
}

function wrongRegion(key: string, region: string, state: BucketState): Reason {
  const message = `The key ${key} is in ${region} and bucket ${state.bucket} is in ${state.region}: name an alias that exists in both Regions.`;
  return { code: 'key-wrong-region', message };
}
