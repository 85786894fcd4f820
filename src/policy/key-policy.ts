import type { Asking, Facts } from './facts.ts';
import { type Context, conditionMet } from './iam/conditions.ts';
import { nameOf } from './iam/match.ts';
import type { Asker } from './iam/principal-match.ts';
import { readKeyPolicy } from './iam/read-document.ts';
import type { Statement } from './iam/statement.ts';
import { type WorstGrant, worstGrant } from './iam/worst-grant.ts';
import type { Three } from './iam/three-valued.ts';
import { keyForm } from './key-form.ts';
import { type BucketState, type KeyFacts, type KeyReading, kindOf, type Reason } from './model.ts';

/** What stands against the key, or what must be read to know. */
export type KeyPolicyProblems = Asking<{ holds: Reason[] }> | { kind: 'unread'; reasons: Reason[] };

export interface KeyPolicyCase {
  /** The key that a repair would put on the bucket. */
  key: KeyFacts;
  keyPolicy?: Facts['keyPolicy'];
  state: Pick<BucketState, 'bucket' | 'account' | 'region'>;
  /** The role that re-encrypts, where objects are to be re-encrypted. */
  batchRoleArn?: string;
  partition: string;
  /** Whether the bucket will use a bucket key; assumed where it is not said. */
  bucketKey?: boolean;
}

/**
 * Whether a key's policy lets the bucket's account use it: by admitting the account's IAM, or the re-encrypting role by name. Without
 * either, every write to the bucket fails (KMS guide, key policies). Another account's key policy cannot be read (KMS API GetKeyPolicy,
 * cross-account use: no) and is not asked for: that DescribeKey was answered shows that the key's owner lets this account in.
 */
export function keyPolicyProblems(given: KeyPolicyCase): KeyPolicyProblems {
  const { key, keyPolicy, state, partition } = given;
  if (key.manager === 'AWS') return { kind: 'known', holds: [] };
  if (keyPolicy?.kind !== 'read' && key.account !== state.account) return { kind: 'known', holds: [] };
  const policy = readKeyPolicy(keyPolicy, { key, partition });
  if (policy.kind !== 'read') return policy;
  return { kind: 'known', holds: admission(policy.statements, given) };
}

/** What S3 asks of KMS for whoever reads and writes (S3 guide, Using SSE-KMS), and for the role of a job beyond that (Batch Operations guide). */
const USE = ['kms:GenerateDataKey', 'kms:Decrypt'];
const REENCRYPTION = [...USE, 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

function admission(statements: readonly Statement[], given: KeyPolicyCase): Reason[] {
  const { state, batchRoleArn } = given;
  const account: Party = { who: { kind: 'account', id: state.account }, named: `account ${state.account}`, needs: USE };
  const forAccount = worst(statements, account, given);
  if (batchRoleArn === undefined) return problem(forAccount, account, given);

  const role: Party = {
    who: { kind: 'arn', arn: batchRoleArn },
    named: `the role ${batchRoleArn}`,
    needs: REENCRYPTION,
  };
  const forRole = worst(statements, role, given);
  if (forRole.grant === 'allowed') return forAccount.grant === 'denied' ? problem(forAccount, account, given) : [];
  if (forAccount.grant === 'allowed') return problem(forRole, role, given);
  // Both statements at once, so that the key policy needs to be changed only once.
  return [...problem(forAccount, account, given), ...(forAccount.grant === 'no' ? problem(forRole, role, given) : [])];
}

interface Party {
  who: Extract<Asker, { kind: 'account' | 'arn' }>;
  named: string;
  needs: readonly string[];
}

function worst(statements: readonly Statement[], { who, needs }: Party, given: KeyPolicyCase): WorstGrant {
  const context = contextOfS3(given);
  return worstGrant(
    statements,
    needs.map((action) => ({ principal: who, action, resource: given.key.arn, context })),
  );
}

/** A request that S3 makes for somebody; through which host for a directory bucket is not documented. */
function contextOfS3(given: KeyPolicyCase): Context {
  const { state, partition, bucketKey } = given;
  const host = `s3.${state.region}.amazonaws.com`;
  const always = { 'kms:grantisforawsresource': null };
  if (kindOf(state.bucket) === 'directory') {
    const arn = `arn:${partition}:s3express:${state.region}:${state.account}:bucket/${state.bucket}`;
    return { ...always, 'kms:encryptioncontext:aws:s3express:arn': arn };
  }
  const bucket = bucketArn(given);
  return {
    ...always,
    'kms:viaservice': partition === 'aws-cn' ? `${host}*` : host,
    [CONTEXT_KEY]: bucketKey === false ? `${bucket}/*` : bucket,
  };
}

/** With a bucket key S3 sends the bucket as the encryption context, otherwise each object. */
const CONTEXT_KEY = 'kms:encryptioncontext:aws:s3:arn';

function bucketArn({ state, partition }: { state: Pick<BucketState, 'bucket'>; partition: string }): string {
  return `arn:${partition}:s3:::${state.bucket}`;
}

function problem(
  { action, ...judged }: WorstGrant,
  { who, named, needs }: Party,
  { key, state, partition }: KeyPolicyCase,
): Reason[] {
  const because = judged.because.slice(0, 3).join(', ');
  const paste = pasteFor(who, { needs, partition });
  const use = `use it for bucket ${state.bucket}`;
  switch (judged.grant) {
    case 'allowed':
      return [];
    case 'denied':
      return [
        {
          code: 'key-policy-denies',
          message: `The policy of key ${key.arn} denies ${named} the action ${action} (${because}), so writes to bucket ${state.bucket} would fail: except it there, or name another key in the policy.`,
        },
      ];
    case 'perhaps':
      return [
        {
          code: 'key-policy-unclear',
          message: `Whether the policy of key ${key.arn} lets ${named} ${use} (${action}) could not be decided: it hangs on ${because}. Add the statement given here to the key policy, or settle the condition.`,
          paste,
        },
      ];
    case 'no':
      return [
        {
          code: 'key-policy-lacks-account',
          message: `The policy of key ${key.arn} does not let ${named} ${use} (${action}): add the statement given here to the key policy, or name another key in the policy.`,
          paste,
        },
      ];
  }
}

function pasteFor(who: Party['who'], { needs, partition }: { needs: readonly string[]; partition: string }): string {
  const isAccount = who.kind === 'account';
  const statement = {
    Sid: isAccount ? 'AllowUseByTheAccountsIam' : 'AllowReencryption',
    Effect: 'Allow',
    Principal: { AWS: who.kind === 'account' ? `arn:${partition}:iam::${who.id}:root` : who.arn },
    Action: isAccount ? [...needs, 'kms:DescribeKey'] : [...needs],
    Resource: '*',
  };
  return JSON.stringify(statement, undefined, 2);
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
function isSameKey(keyId: string | undefined, arn: string): boolean {
  const form = keyForm(keyId);
  return form.kind === 'alias' || (form.kind === 'id' ? arn.endsWith(`:key/${form.id}`) : keyId === arn);
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
