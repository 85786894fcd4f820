import { KEY_ARN } from './key-form.ts';
import type { BucketState, KeyFacts, KeyReading, Reason, Standard } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';

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
  if (reading.kind === 'found') {
    const { key } = reading;
    const faults = faultsOf(key, state).map((fault) => unusable(key.arn, fault));
    return [...faults, ...(key.manager === 'CUSTOMER' ? [] : [ofAws(key)]), ...expiry(key, state, now)];
  }
  const { bucket, account, region } = state;
  if (standard.key === undefined) {
    const message = `The policy names no key for account ${account} in ${region}, which bucket ${bucket} would need: add ${account}, ${region} or default to its key map.`;
    return [{ code: 'no-key-for-place', message }];
  }
  // KMS asked in the bucket's Region says of a key of another one only that it is not found.
  const elsewhere = KEY_ARN.test(standard.key) ? standard.key.split(':')[3] : undefined;
  if (elsewhere !== undefined && elsewhere !== region) return [unusable(standard.key, wrongRegion(elsewhere, state))];
  const why = reading.kind === 'missing' ? reading.why : 'it was not looked up';
  const message = `The standard's key ${standard.key} was not found in account ${account}, ${region} (${why}): create it there, or name another key in the policy.`;
  return [{ code: 'key-not-found', message }];
}

/**
 * What is wrong with the key under a bucket that is right otherwise: once KMS has deleted it, nothing encrypted under it can ever be read
 * (KMS guide, key states and deleting keys). Such a bucket is an incident although its rule is as the policy asks.
 */
export function keyUnderBucketReasons(reading: KeyReading, state: Place, { now }: { now: Date }): Reason[] {
  if (reading.kind === 'none') return [];
  if (reading.kind === 'missing') {
    const message = `The key ${reading.asked} of bucket ${state.bucket} was not found in account ${state.account}, ${state.region} (${reading.why}), so what is encrypted under it cannot be read: if it was deleted its objects are lost, so restore them from another copy and give the bucket another key.`;
    return [{ code: 'key-not-usable', message }];
  }
  const { key } = reading;
  const faults = faultsOf(key, state).filter(({ code }) => code !== NOT_ENABLED || key.state !== 'Updating');
  return faults.length === 0 ? expiry(key, state, now) : faults.map((fault) => broken(key, fault, state.bucket));
}

type Place = Pick<BucketState, 'bucket' | 'account' | 'region'>;

/** What a key is, what S3 needs instead, and what may mend that. */
interface Fault {
  code: ReasonCode;
  is: string;
  remedy?: string;
}

/** Usable for SSE-KMS: Enabled, ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT, in the bucket's Region (KMS API KeyMetadata). */
function faultsOf({ state, usage, spec, region, deletionAt }: KeyFacts, place: Place): Fault[] {
  const end = deletionAt === undefined ? '' : `; KMS deletes it on ${deletionAt.slice(0, 10)}`;
  const remedy = DELETION.test(state) ? CANCEL : (REMEDIES.get(state) ?? 'enable it');
  const all: (Fault | false)[] = [
    state !== 'Enabled' && { code: NOT_ENABLED, is: `in state ${state} and S3 needs it Enabled${end}`, remedy },
    usage !== 'ENCRYPT_DECRYPT' && { code: 'key-wrong-usage', is: `made for ${usage} and S3 needs ENCRYPT_DECRYPT` },
    spec !== 'SYMMETRIC_DEFAULT' && { code: 'key-wrong-spec', is: `of spec ${spec} and S3 needs SYMMETRIC_DEFAULT` },
    region !== place.region && wrongRegion(region, place),
  ];
  return all.filter((each) => each !== false);
}

function wrongRegion(region: string, place: Place): Fault {
  const remedy = 'name an alias that exists in both Regions';
  return { code: 'key-wrong-region', is: `in ${region} and bucket ${place.bucket} is in ${place.region}`, remedy };
}

const NOT_ENABLED = 'key-not-enabled';
const DELETION = /^Pending(Replica)?Deletion$/;
const CANCEL = 'cancel the deletion and enable it (kms cancel-key-deletion, then enable-key)';
const REMEDIES: ReadonlyMap<string, string> = new Map<string, string>([
  ['PendingImport', 'import its key material again (kms import-key-material)'],
  ['Unavailable', 'connect its custom key store again'],
  ['Creating', 'wait until KMS has created it'],
]);

function unusable(key: string, { code, is, remedy }: Fault): Reason {
  const first = remedy === undefined ? '' : `${remedy}, or `;
  return { code, message: `The key ${key} is ${is}: ${first}name another key in the policy.` };
}

function ofAws({ arn }: KeyFacts): Reason {
  const message = `The key ${arn} is managed by AWS and can be neither shared nor granted: name a key of your own in the policy.`;
  return { code: 'key-aws-managed', message };
}

/** The same of a key that a bucket has already. */
function broken({ arn, state }: KeyFacts, { is, remedy }: Fault, bucket: string): Reason {
  const isDeleted = DELETION.test(state);
  const end = isDeleted ? ', and once it is deleted never again' : '';
  const first = remedy === undefined ? '' : `${remedy}, ${isDeleted ? 'and' : 'or'} `;
  const message = `The key ${arn} of bucket ${bucket} is ${is}, so objects under it can be neither read nor written${end}: ${first}give the bucket another key.`;
  return { code: isDeleted ? 'key-being-deleted' : 'key-not-usable', message };
}

/** Imported material that expires takes the key with it (KMS guide, importing key material). */
function expiry({ arn, expiresAt }: KeyFacts, { bucket }: Place, now: Date | undefined): Reason[] {
  if (now === undefined || expiresAt === undefined) return [];
  const leftMs = Date.parse(expiresAt) - now.getTime();
  if (leftMs > EXPIRY_DAYS * DAY_MS) return [];
  const when = `${leftMs <= 0 ? 'expired' : 'expires'} on ${expiresAt.slice(0, 10)}`;
  const message = `The imported material of key ${arn} ${when}, and without it bucket ${bucket} can be neither read nor written: import it again with a later date or without one, or name another key in the policy.`;
  return [{ code: 'key-expiring', message }];
}
