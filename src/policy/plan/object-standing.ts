import { accountOfKey } from '../keys/key-form.ts';
import { BATCH_METHODS, type Method, METHODS, type Standard } from '../model.ts';
import { ARCHIVED, copyReasons, isKnownClass, LARGEST_COPY_BYTES } from './copy-part.ts';
import type { CopyConditions } from './plan-model.ts';

/** One object, or one version of it, as HeadObject tells it (S3 API HeadObject). */
export interface HeadedObject {
  sizeBytes: number;
  storageClass: string;
  /** The algorithm, absent where the object is not encrypted by S3: another one than ours may stand here. */
  algorithm?: string;
  /** The ARN of the key, of an object under KMS. */
  keyId?: string;
  bucketKey: boolean;
  /** Encrypted under a key that only its writer has (SSE-C). */
  customerKey: boolean;
  /** In an archive tier of INTELLIGENT_TIERING, which a copy has to restore first; the archive classes say so themselves. */
  archiveTier: boolean;
  lockedBy?: 'retention' | 'legal-hold' | 'event-hold';
  /** False for a noncurrent version. */
  isCurrent: boolean;
}

/** What the objects of one bucket shall have, and what may be done to bring them there. */
export interface ObjectsStandard {
  standard: Pick<Standard, 'algorithm' | 'bucketKey' | 'keepKey'>;
  bucket: string;
  /** The owner of the bucket. */
  account: string;
  /** The standard's key, resolved; absent under AES256, and where it was not found. */
  keyArn?: string;
  /** The ARN of aws/s3 where it is known: under `keepKey` only a customer's key is kept. */
  awsManagedKeyArn?: string;
  /** Where it was not read, nothing is said of what a copy would lose. */
  copy?: CopyConditions;
  /** Those of S3 Batch where nobody says. */
  methods?: readonly Method[];
  /** Absent: archived objects are left. */
  restore?: Standard['restore'];
}

/** What an object lacks. */
export const LACKS = ['encryption', 'algorithm', 'key', 'bucket-key'] as const;
type Lack = (typeof LACKS)[number];

/** Why no job brings an object to its standard. */
export const LEFT_CODES = [
  'sse-c',
  'algorithm-unknown',
  'retention',
  'legal-hold',
  'event-hold',
  'dsse-needs-copy-function',
  'key-not-known',
  'versions-need-copy',
  'versions-unsorted',
  'archived',
  'reduced-redundancy',
  'storage-class-unknown',
  'over-5-gib',
  'acls-enabled',
  'website',
  'object-lock',
  'method-not-allowed',
] as const;
export type LeftCode = (typeof LEFT_CODES)[number];

/** How an object stands to its standard: there, below it though a job can bring it there, or left alone for a reason. */
export type ObjectStanding =
  | { kind: 'at-standard' }
  | { kind: 'below'; lacks: Lack; method: Method }
  | { kind: 'left'; code: LeftCode; lacks?: Lack };

const OURS: ReadonlySet<string> = new Set(['AES256', 'aws:kms', 'aws:kms:dsse']);

/**
 * Compares one object with its standard. Whatever is stronger is at the standard, also under `exactly`: no job lowers an object. Rests on what
 * UpdateObjectEncryption and a copy in place take (S3 API UpdateObjectEncryption, CopyObject; User Guide "Copy objects"). Of the methods that are allowed the first one that can do it
 * is named: an update moves no data, and a job of S3 needs no role that reads objects.
 */
export function standingOfObject(object: HeadedObject, wanted: ObjectsStandard): ObjectStanding {
  if (object.customerKey) return { kind: 'left', code: 'sse-c' };
  if (object.algorithm !== undefined && !OURS.has(object.algorithm)) return { kind: 'left', code: 'algorithm-unknown' };
  const lacks = lackOf(object, wanted);
  if (lacks === undefined) return { kind: 'at-standard' };
  const left = (code: LeftCode): ObjectStanding => ({ kind: 'left', code, lacks });
  const never = object.lockedBy ?? whyNever(object, wanted);
  if (never !== undefined) return left(never);
  const { methods = BATCH_METHODS } = wanted;
  const whyNot = { copy: whyNotCopied(object, wanted), 'own-copy': whyNotOwnCopied(object, wanted) };
  const canBe = (method: Method) =>
    method === 'update-encryption' ? canUpdate(lacks, wanted) : whyNot[method] === undefined;
  const method = METHODS.find((each) => methods.includes(each) && canBe(each));
  if (method !== undefined) return { kind: 'below', lacks, method };
  if (!object.isCurrent && canBe('update-encryption')) return left('method-not-allowed');
  const why = methods.includes('own-copy') ? whyNot['own-copy'] : whyNot.copy;
  return left(why ?? 'method-not-allowed');
}

/** Under AES256 whatever is encrypted at all is right or stronger, and DSSE-KMS is above SSE-KMS under any key. */
function lackOf(object: HeadedObject, { standard, keyArn, awsManagedKeyArn }: ObjectsStandard): Lack | undefined {
  const { algorithm, keyId } = object;
  if (algorithm === undefined) return 'encryption';
  if (standard.algorithm === 'AES256' || algorithm === 'aws:kms:dsse') return undefined;
  if (standard.algorithm === 'aws:kms:dsse' || algorithm !== 'aws:kms') return 'algorithm';
  if (keyId === keyArn) return standard.bucketKey && !object.bucketKey ? 'bucket-key' : undefined;
  const isKept = standard.keepKey === true && keyId !== undefined && keyId !== awsManagedKeyArn;
  return isKept ? undefined : 'key';
}

/** UpdateObjectEncryption goes to SSE-KMS under a key of the bucket's own account alone, and not from unencrypted. */
function canUpdate(lacks: Lack, { standard, keyArn, account }: ObjectsStandard): boolean {
  const isOwnKey = keyArn !== undefined && accountOfKey(keyArn) === account;
  return lacks !== 'encryption' && standard.algorithm === 'aws:kms' && isOwnKey;
}

function whyNever({ isCurrent }: HeadedObject, { standard, keyArn }: ObjectsStandard): LeftCode | undefined {
  // No listing tells which versions are under a customer key that is to be kept, so none is updated (decision 0027).
  if (!isCurrent && standard.keepKey === true) return 'versions-unsorted';
  return standard.algorithm !== 'AES256' && keyArn === undefined ? 'key-not-known' : undefined;
}

function whyNotCopied(object: HeadedObject, wanted: ObjectsStandard): LeftCode | undefined {
  const { storageClass, sizeBytes } = object;
  if (wanted.standard.algorithm === 'aws:kms:dsse') return 'dsse-needs-copy-function';
  const never = whyNotOwnCopied(object, {});
  if (never !== undefined) return never;
  if (storageClass === 'REDUCED_REDUNDANCY') return 'reduced-redundancy';
  if (sizeBytes > LARGEST_COPY_BYTES) return 'over-5-gib';
  const [reason] = wanted.copy === undefined ? [] : copyReasons(wanted.bucket, wanted.copy);
  return LEFT_CODES.find((code) => code === reason?.code);
}

/** What no copy of ours can do either: it keeps what one of S3 Batch would lose, and has parts for what is too large. */
function whyNotOwnCopied(
  { isCurrent, archiveTier, storageClass }: HeadedObject,
  { restore }: Pick<ObjectsStandard, 'restore'>,
): LeftCode | undefined {
  if (!isCurrent) return 'versions-need-copy';
  if (archiveTier || ARCHIVED.includes(storageClass)) return restore === undefined ? 'archived' : undefined;
  return isKnownClass(storageClass) ? undefined : 'storage-class-unknown';
}
