import { conditionMet } from '../../iam/conditions.ts';
import { statementName } from '../../iam/match.ts';
import type { Statement } from '../../iam/statement.ts';
import type { Three } from '../../iam/three-valued.ts';
import { keyForm, namesKey } from './key-form.ts';
import { accountParty, keyUse, namedUsers, roleParty, useReasons } from './key-use.ts';
import type { KeyReading, Reason } from '../model.ts';
import type { KeyChange } from '../safety.ts';
import { bucketArnOf, CONTEXT_KEY, s3Contexts } from './s3-request.ts';

export interface KeyPolicyCase extends KeyChange {
  /** The role that re-encrypts, where objects are to be re-encrypted. */
  batchRoleArn?: string;
}

/**
 * Whether a key's policy lets the bucket's account use it: by admitting the account's IAM, or, beside the re-encrypting role, principals of
 * the account by name. Without either, every write to the bucket fails (KMS guide, key policies). Another account's key policy cannot be
 * read (KMS API GetKeyPolicy, cross-account use: no): that DescribeKey was answered shows that the key's owner lets this account in.
 */
export function keyPolicyReasons(given: KeyPolicyCase): Reason[] {
  const { key, safety, state, partition, batchRoleArn, bucketKey = true } = given;
  const statements = safety.keyPolicy;
  if (key.manager === 'AWS' || statements === undefined) return [];
  const contexts = s3Contexts(given, bucketKey).map((one) => ({ ...one, ...safety.organization }));
  const question = { statements, keyArn: key.arn, contexts, partition };
  const account = accountParty(state.account, partition);
  const forAccount = keyUse(question, account);
  if (batchRoleArn === undefined) return useReasons(forAccount, account, given);

  const role = roleParty(batchRoleArn);
  const forRole = keyUse(question, role);
  if (forAccount.grant === 'allowed') return useReasons(forRole, role, given);
  if (forRole.grant === 'allowed') {
    const isEnough = forAccount.mends && namedUsers(question, state.account).some((arn) => arn !== batchRoleArn);
    return isEnough ? [] : useReasons(forAccount, account, given);
  }
  // Both statements at once, so that the key policy needs to be changed only once.
  return [
    ...useReasons(forAccount, account, given),
    ...(forAccount.grant === 'no' ? useReasons(forRole, role, given) : []),
  ];
}

interface BucketKeyCase extends Omit<KeyChange, 'key' | 'bucketKey'> {
  /** The key as the bucket's rule names it. */
  keyId: string | undefined;
  /** The standard's key, whose policy is known. */
  key: KeyReading;
  /** True where the policy itself names the key, so that its author answers for another account's. */
  isNamed?: boolean;
}

/**
 * Whether turning the bucket key on would cut somebody off: S3 then sends the bucket's ARN as the encryption context in place of each
 * object's (S3 guide, Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys), and a statement that asks for object ARNs no longer applies.
 */
export function bucketKeyReasons(given: BucketKeyCase): Reason[] {
  const { keyId, key, safety, isNamed } = given;
  if (keyForm(keyId).kind === 'aws-managed') return [];
  if (key.kind !== 'found' || !isSameKey(keyId, key.key.arn)) return [unseen(given)];
  if (key.key.manager === 'AWS') return [];
  if (safety.keyPolicy === undefined) return isNamed === true ? [] : [unseen(given)];
  return safety.keyPolicy.flatMap((statement, at) => broken(statement, statementName(statement, at), given));
}

/** An alias in a rule is the standard's own, or the rule would be judged to have another key. */
export function isSameKey(keyId: string | undefined, arn: string): boolean {
  const form = keyForm(keyId);
  return namesKey(keyId, { arn, ...(form.kind === 'alias' ? { named: form.name } : {}) });
}

function broken(statement: Statement, name: string, given: BucketKeyCase): Reason[] {
  const bucket = bucketArnOf(given);
  const isBroken = statement.conditions
    .filter((condition) => condition.key === CONTEXT_KEY)
    .some((condition) => {
      const before = conditionMet(condition, { [CONTEXT_KEY]: `${bucket}/*` });
      const after = conditionMet(condition, { [CONTEXT_KEY]: bucket });
      return statement.effect === 'Allow' ? isLost(before, after) : isLost(after, before);
    });
  if (!isBroken) return [];
  const doing = statement.effect === 'Allow' ? 'lets objects of' : 'denies by the objects of';
  const message = `The policy of key ${given.keyId} ${doing} bucket ${given.state.bucket} (${name}) by their ARNs, and with a bucket key S3 sends ${bucket} in their place: name that ARN too in the condition kms:EncryptionContext:aws:s3:arn, or leave the bucket key off by a rule of the policy.`;
  return [{ code: 'bucket-key-breaks-context', message }];
}

/** It did apply, at least to some, and may not any more. */
function isLost(one: Three, other: Three): boolean {
  return one !== 'no' && other !== 'yes';
}

function unseen({ keyId, state }: BucketKeyCase): Reason {
  const message = `The policy of key ${keyId}, which bucket ${state.bucket} has, cannot be read from account ${state.account}, so whether a bucket key would break its conditions is not known: name that key in the policy once its owner has checked it, or leave the bucket key off by a rule.`;
  return { code: 'key-policy-not-ours', message };
}
