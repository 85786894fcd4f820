import { conditionMet } from '../../iam/conditions.ts';
import { judgeGrant, statementName } from '../../iam/match.ts';
import { accountOfPrincipal } from '../../iam/principal-match.ts';
import { pastedStatement } from '../../iam/pasted-statement.ts';
import type { Condition, Statement } from '../../iam/statement.ts';
import type { Three } from '../../iam/three-valued.ts';
import type { JobRoles } from '../plan/plan-model.ts';
import type { BatchMethod, KeyReading, Reason } from '../model.ts';
import type { KeyChange } from '../safety.ts';
import { keyForm, namesKey } from './key-form.ts';
import { type Party, partyReasons } from './party.ts';
import { bucketArnOf, CONTEXT_KEY, ownRequests } from './s3-request.ts';

export interface KeyPolicyCase extends KeyChange {
  /** The roles that re-encrypt, where objects are to be re-encrypted. */
  jobRoles?: Partial<JobRoles>;
}

/**
 * Whether a key's policy lets the bucket's account use it: by admitting the account's IAM, or, beside the role that updates encryption, principals of
 * the account by name. Without either, every write to the bucket fails (KMS guide, key policies). Another account's key policy cannot be
 * read (KMS API GetKeyPolicy, cross-account use: no): that DescribeKey was answered shows that the key's owner lets this account in.
 */
export function keyPolicyReasons(given: KeyPolicyCase): Reason[] {
  const { key, safety, jobRoles } = given;
  const batchRoleArn = jobRoles?.['update-encryption'];
  if (key.manager === 'AWS' || safety.keyPolicy === undefined) return [];
  const ofAccount = partyReasons(accountParty(given), given);
  if (batchRoleArn === undefined) return ofAccount;
  const ofRole = partyReasons(roleParty(batchRoleArn, REENCRYPTION, given), given);
  const [lack] = ofAccount;
  if (lack === undefined) return ofRole;
  if (ofRole.length === 0) {
    const isEnough = lack.paste !== undefined && namedUsers(given).some((arn) => arn !== batchRoleArn);
    return isEnough ? [] : ofAccount;
  }
  // Both statements at once, so that the key policy needs to be changed only once.
  return [...ofAccount, ...(lack.code === LACKS ? ofRole : [])];
}

/** What S3 asks of KMS for whoever reads and writes (S3 guide, Using SSE-KMS), and for the role of a job beyond that (Batch Operations guide). */
const USE = ['kms:GenerateDataKey', 'kms:Decrypt'];
const REENCRYPTION = [...USE, 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/**
 * An account's IAM, seen through a role and a user whom no policy knows: a Deny of one role leaves them alone, a Deny of everybody but
 * a list does not. Their names hold what IAM allows and nobody uses, so that only patterns that mean everybody match.
 */
function accountParty(given: KeyPolicyCase): Party {
  const { account, bucket } = given.state;
  const iam = `arn:${given.partition}:iam::${account}`;
  const title = 'Allow use by the accounts Iam';
  const paste = { title, kind: 'AWS', names: [`${iam}:root`], actions: [...USE, 'kms:DescribeKey'] } as const;
  return {
    does: `Writes to bucket ${bucket} would use the key as account ${account} itself`,
    named: `account ${account}`,
    denied: `account ${account} (except principals that it names)`,
    requests: ownRequests([`${iam}:role/=.=`, `${iam}:user/=.=`], given),
    needs: USE,
    paste: pastedStatement(paste),
    ...OTHERWISE,
  };
}

/** Why jobs that copy would surely be refused the key: only unencrypted objects ask for them, so this holds no bucket. */
export function copyRoleReasons(arn: string, given: KeyPolicyCase): Reason[] {
  if (given.key.manager === 'AWS' || given.safety.keyPolicy === undefined) return [];
  const reasons = partyReasons(roleParty(arn, USE, given), given);
  return reasons.filter(({ code }) => code === LACKS || code === 'key-policy-denies');
}

/** What re-encrypting an object asks of the key that it is under now. */
const OLD_KEY_NEEDS = { 'update-encryption': ['kms:Decrypt', 'kms:ReEncryptFrom'], copy: ['kms:Decrypt'] } as const;

/** Why jobs would surely be refused the key that objects are under now. */
export function oldKeyPolicyReasons(arn: string, method: BatchMethod, given: KeyPolicyCase): Reason[] {
  if (given.key.manager === 'AWS' || given.safety.keyPolicy === undefined) return [];
  const reasons = partyReasons(roleParty(arn, OLD_KEY_NEEDS[method], given), given);
  return reasons.filter(({ code }) => code === LACKS || code === 'key-policy-denies');
}

function roleParty(arn: string, needs: readonly string[], given: KeyPolicyCase): Party {
  return {
    does: `Jobs would re-encrypt the objects of bucket ${given.state.bucket} as the role ${arn}`,
    named: `the role ${arn}`,
    requests: ownRequests([arn], given),
    needs,
    paste: pastedStatement({ title: 'Allow reencryption', kind: 'AWS', names: [arn], actions: needs }),
    ...OTHERWISE,
  };
}

const LACKS = 'key-policy-lacks-account';
const OTHERWISE = { otherwise: 'name another key in the policy', codes: { lacks: LACKS } } as const;

/** Principals of the account whom the policy names, by Principal or by a condition on aws:PrincipalArn, and lets write; without `surely` also those whom it may let. */
export function namedUsers(given: KeyChange, surely = true): string[] {
  const statements = given.safety.keyPolicy ?? [];
  const named = statements.flatMap(({ effect, principals, conditions }) =>
    effect === 'Allow'
      ? [...principals.aws, ...conditions.flatMap(({ key, values }) => (key === 'aws:principalarn' ? values : []))]
      : [],
  );
  const { account } = given.state;
  const placed = named.map((arn) => arn.replace(/^(arn:[^:]*:[^:]*:[^:]*):\*:/, `$1:${account}:`));
  const own = [...new Set(placed)].filter((arn) => accountOfPrincipal(arn) === account && !arn.endsWith(':root'));
  return own.filter((arn) =>
    ownRequests([arn], given).every((request) => {
      const { grant } = judgeGrant(statements, { ...request, action: 'kms:GenerateDataKey', resource: given.key.arn });
      return grant === 'allowed' || (!surely && grant === 'perhaps');
    }),
  );
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
  const isAllow = statement.effect === 'Allow';
  // It did apply, at least to some objects, and may not any more; a Deny may apply where it did not.
  const [before, after] = isAllow ? [`${bucket}/*`, bucket] : [bucket, `${bucket}/*`];
  const isBroken = statement.conditions
    .filter(({ key }) => key === CONTEXT_KEY)
    .some((one) => met(one, before) !== 'no' && met(one, after) !== 'yes');
  if (!isBroken) return [];
  const doing = isAllow ? 'lets objects of' : 'denies by the objects of';
  const message = `The policy of key ${given.keyId} ${doing} bucket ${given.state.bucket} (${name}) by their ARNs, and with a bucket key S3 sends ${bucket} in their place: name that ARN too in the condition kms:EncryptionContext:aws:s3:arn, or leave the bucket key off by a rule of the policy.`;
  return [{ code: 'bucket-key-breaks-context', message }];
}

function met(condition: Condition, sent: string): Three {
  return conditionMet(condition, { [CONTEXT_KEY]: sent });
}

function unseen({ keyId, state }: BucketKeyCase): Reason {
  const message = `The policy of key ${keyId}, which bucket ${state.bucket} has, cannot be read from account ${state.account}, so whether a bucket key would break its conditions is not known: name that key in the policy once its owner has checked it, or leave the bucket key off by a rule.`;
  return { code: 'key-policy-not-ours', message };
}
