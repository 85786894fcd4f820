import { present } from '../present.ts';
import { valueAt } from '../problem.ts';

/** One rule of default encryption, as an event tells it. */
interface RulePut {
  algorithm: string;
  keyId?: string;
  bucketKey?: boolean;
}

const ALGORITHMS_PUT = ['AES256', 'aws:kms', 'aws:kms:dsse'];
/** ARNs, ids and aliases of keys are shorter (KMS API, KeyId), and have nothing but this. */
const KEY_ID = /^[\w:/.-]{1,400}$/;
const RULE = ['ServerSideEncryptionConfiguration', 'Rule'];

/**
 * The rule that a PutBucketEncryption put, as the request in its CloudTrail record says (S3 API, ServerSideEncryptionRule). It decides nothing of
 * the bucket, which S3 is asked for: it only adds a class of objects to look for. So what is odd in it tells nothing, and a key that is odd
 * is any key.
 */
export function rulePutBy(request: unknown): RulePut | undefined {
  const rule = valueAt(request, RULE);
  const byDefault = valueAt(rule, ['ApplyServerSideEncryptionByDefault']);
  const algorithm = ALGORITHMS_PUT.find((each) => each === valueAt(byDefault, ['SSEAlgorithm']));
  if (algorithm === undefined) return undefined;
  const keyId = valueAt(byDefault, ['KMSMasterKeyID']);
  const bucketKey = FLAGS.get(valueAt(rule, ['BucketKeyEnabled']));
  return {
    algorithm,
    ...present({ keyId: typeof keyId === 'string' && KEY_ID.test(keyId) ? keyId : undefined, bucketKey }),
  };
}

/** A record is XML by birth, and some of them have kept its texts. */
const FLAGS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
]);
