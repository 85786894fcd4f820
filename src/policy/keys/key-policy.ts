import type { Facts, Holds } from '../facts.ts';
import { conditionMet } from '../../iam/conditions.ts';
import { nameOf } from '../../iam/match.ts';
import { readKeyPolicy } from '../read-document.ts';
import type { Statement } from '../../iam/statement.ts';
import type { Three } from '../../iam/three-valued.ts';
import { keyForm, namesKey } from './key-form.ts';
import { accountParty, keyUse, namedUsers, roleParty } from './key-use.ts';
import { useReasons } from './key-use-reasons.ts';
import type { BucketState, KeyFacts, KeyReading, Reason } from '../model.ts';
import { organizationContext, wantsOrganization } from './organization.ts';
import { bucketArn, CONTEXT_KEY, s3Contexts } from './s3-request.ts';

/** What stands against the key, or what must be read to know. */
export type KeyPolicyProblems = Holds;

export interface KeyPolicyCase {
  /** The key that a repair would put on the bucket. */
  key: KeyFacts;
  keyPolicy?: Facts['keyPolicy'];
  /** Where the account is in the organization; asked for only if it could decide. */
  facts?: Pick<Facts, 'ouPath'>;
  state: Pick<BucketState, 'bucket' | 'account' | 'region'>;
  /** The role that re-encrypts, where objects are to be re-encrypted. */
  batchRoleArn?: string;
  partition: string;
  /** Whether the bucket will use a bucket key; assumed where it is not said. */
  bucketKey?: boolean;
}

/**
 * Whether a key's policy lets the bucket's account use it: by admitting the account's IAM, or, beside the re-encrypting role, principals of
 * the account by name. Without either, every write to the bucket fails (KMS guide, key policies). Another account's key policy cannot be
 * read (KMS API GetKeyPolicy, cross-account use: no) and is not asked for: that DescribeKey was answered shows that the key's owner lets
 * this account in.
 */
export function keyPolicyProblems(given: KeyPolicyCase): KeyPolicyProblems {
  const { key, keyPolicy, facts, state, partition } = given;
  if (key.manager === 'AWS') return { kind: 'known', holds: [] };
  if (keyPolicy?.kind !== 'read' && key.account !== state.account) return { kind: 'known', holds: [] };
  const policy = readKeyPolicy(keyPolicy, { key, partition });
  if (policy.kind !== 'read') return policy;
  const holds = admission(policy.statements, given);
  if (holds.length > 0 && wantsOrganization(policy.statements, facts)) return { kind: 'ask', facts: ['ouPath'] };
  return { kind: 'known', holds };
}

function admission(statements: readonly Statement[], given: KeyPolicyCase): Reason[] {
  const { state, partition, batchRoleArn, bucketKey = true } = given;
  const contexts = s3Contexts(given, bucketKey).map((one) => ({ ...one, ...organizationContext(given.facts?.ouPath) }));
  const question = { statements, keyArn: given.key.arn, contexts, partition };
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

export interface BucketKeyCase {
  /** The key as the bucket's rule names it. */
  keyId: string | undefined;
  /** The standard's key, whose policy `keyPolicy` is. */
  key: KeyReading;
  keyPolicy?: Facts['keyPolicy'];
  state: Pick<BucketState, 'bucket' | 'account'>;
  partition: string;
  /** True where the policy itself names the key, so that its author answers for another account's. */
  isNamed?: boolean;
}

/**
 * Whether turning the bucket key on would cut somebody off: S3 then sends the bucket's ARN as the encryption context in place of each
 * object's (S3 guide, Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys), and a statement that asks for object ARNs no longer applies.
 */
export function bucketKeyProblems(given: BucketKeyCase): KeyPolicyProblems {
  const { keyId, key, keyPolicy, state, partition, isNamed } = given;
  if (keyForm(keyId).kind === 'aws-managed') return { kind: 'known', holds: [] };
  if (key.kind !== 'found' || !isSameKey(keyId, key.key.arn)) return { kind: 'known', holds: [unseen(given)] };
  if (key.key.manager === 'AWS') return { kind: 'known', holds: [] };
  if (keyPolicy?.kind !== 'read' && key.key.account !== state.account) {
    return { kind: 'known', holds: isNamed === true ? [] : [unseen(given)] };
  }
  const policy = readKeyPolicy(keyPolicy, { key: key.key, partition });
  if (policy.kind !== 'read') return policy;
  const holds = policy.statements.flatMap((statement, at) => broken(statement, nameOf(statement, at), given));
  return { kind: 'known', holds };
}

/** An alias in a rule is the standard's own, or the rule would be judged to have another key. */
export function isSameKey(keyId: string | undefined, arn: string): boolean {
  const form = keyForm(keyId);
  return namesKey(keyId, { arn, ...(form.kind === 'alias' ? { named: form.name } : {}) });
}

function broken(statement: Statement, name: string, given: BucketKeyCase): Reason[] {
  const bucket = bucketArn(given);
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
  const message = `The policy of key ${keyId}, which bucket ${state.bucket} has, cannot be read from account ${state.account}, so whether a bucket key would break its conditions is not known: name that key in the policy once its owner has looked, or leave the bucket key off by a rule.`;
  return { code: 'key-policy-not-ours', message };
}
