import type { Facts, Holds } from '../facts.ts';
import { readKeyPolicy } from '../read-document.ts';
import type { Statement } from '../../iam/statement.ts';
import { type WorstGrant, worstGrant } from '../../iam/worst-grant.ts';
import type { Algorithm, BucketState, KeyFacts, Reason } from '../model.ts';
import { statementForWriter } from './statement-for-writer.ts';
import { UNNAMED } from './policy-writers.ts';
import type { Writer, WriterGrant } from './writer.ts';

export interface WriterCase {
  writers: readonly Writer[];
  /** The key that a repair would put on the bucket. */
  key: KeyFacts;
  keyPolicy?: Facts['keyPolicy'];
  algorithm: Algorithm;
  state: Pick<BucketState, 'bucket' | 'account'>;
  partition: string;
  /** Whether the bucket will use a bucket key; assumed where it is not said. */
  bucketKey?: boolean;
  /** True where the bucket has the key already and gets only a bucket key: what the writers need without one, they have. */
  onlyBucketKey?: boolean;
}

/**
 * Why a customer key on the bucket would stop one of its writers: the key policy does not let it in, or nobody knows whether it can
 * write under a key at all. Writers that take only SSE-S3 are not spoken of here; they change the standard.
 */
export function writerProblems(given: WriterCase): Holds {
  const { writers, key, keyPolicy, algorithm, state, partition } = given;
  if (algorithm === 'AES256') return { kind: 'known', holds: [] };
  const sure = writers.flatMap((writer) => [...strangeness(writer, given), ...dsseProblem(writer, given)]);
  const granted = writers.filter((writer) => writer.grant !== undefined);
  if (granted.length === 0) return { kind: 'known', holds: sure };

  if (key.manager === 'AWS')
    return { kind: 'known', holds: [...sure, ...granted.map((writer) => awsManaged(writer, given))] };
  if (keyPolicy?.kind !== 'read' && key.account !== state.account) {
    return { kind: 'known', holds: [...sure, ...granted.map((writer) => notOurs(writer, given))] };
  }
  const policy = readKeyPolicy(keyPolicy, { key, partition });
  if (policy.kind !== 'read') return policy;
  return {
    kind: 'known',
    holds: [...sure, ...granted.flatMap((writer) => grantProblem(writer, policy.statements, given))],
  };
}

function strangeness({ service, evidence, takes }: Writer, { state, onlyBucketKey }: WriterCase): Reason[] {
  if (takes !== 'unknown') return [];
  const how = onlyBucketKey === true ? 'with a Bucket Key' : 'under a customer key';
  const unless = service === UNNAMED ? 'Name the service there, name the bucket' : 'Name the bucket';
  const message = `Bucket ${state.bucket} receives objects of ${service}, and whether they can be written ${how} is not known. ${evidence} ${unless} in an exception, or take the permission away.`;
  return [{ code: 'writer-unknown', message }];
}

function dsseProblem({ service, evidence, grant }: Writer, { algorithm, state }: WriterCase): Reason[] {
  if (algorithm !== 'aws:kms:dsse' || grant?.refusesDsse !== true) return [];
  const message = `Bucket ${state.bucket} receives ${service}, which cannot be written under DSSE-KMS. ${evidence} Ask for aws:kms there by a rule of the policy.`;
  return [{ code: 'writer-cannot-dsse', message }];
}

function awsManaged({ service, evidence }: Writer, { key, state }: WriterCase): Reason {
  const message = `Bucket ${state.bucket} receives ${service}, and the AWS managed key ${key.arn} can be granted to nobody. ${evidence} Name a key of your own in the policy.`;
  return { code: 'key-policy-lacks-writer', message };
}

function notOurs({ service, evidence }: Writer, { key, state }: WriterCase): Reason {
  const message = `Bucket ${state.bucket} receives ${service}, and the policy of key ${key.arn} can be read in account ${key.account} alone. ${evidence} Name a key of account ${state.account} in the policy, or name the bucket in an exception.`;
  return { code: 'key-policy-not-ours', message };
}

function grantProblem(writer: Writer, statements: readonly Statement[], given: WriterCase): Reason[] {
  const { grant, service, evidence } = writer;
  if (grant === undefined) return [];
  const { action, ...judged } = worst(grant, statements, given);
  const { key, state } = given;
  const receives = `Bucket ${state.bucket} receives ${service}`;
  const because = judged.because.slice(0, 3).join(', ');
  const { name } = grant.who;
  const paste = statementForWriter(grant, `Allow ${service}`);
  const pasted = paste === undefined ? {} : { paste };
  switch (judged.grant) {
    case 'allowed':
      return [];
    case 'denied':
      return [
        {
          code: 'key-policy-denies',
          message: `${receives}, and the policy of key ${key.arn} denies ${name} the action ${action} (${because}). ${evidence} Except it there, or name another key in the policy.`,
        },
      ];
    case 'perhaps':
      return [
        {
          code: 'key-policy-unclear',
          message: `${receives}, and whether the policy of key ${key.arn} lets ${name} call ${action} could not be decided: it depends on ${because}. ${evidence} ${remedy(paste)}, or settle the condition.`,
          ...pasted,
        },
      ];
    case 'no':
      return [
        {
          code: 'key-policy-lacks-writer',
          message: `${receives}, and the policy of key ${key.arn} does not let ${name} call ${action}${withBucketKey(given)}. ${evidence} ${remedy(paste)}${orLeaveOff(given)}.`,
          ...pasted,
        },
      ];
  }
}

function remedy(paste: string | undefined): string {
  return paste === undefined
    ? 'Which accounts it writes for is not said: name them by aws:SourceAccount, or their organization by aws:SourceOrgID, in the bucket policy and in the key policy'
    : 'Add the statement below (reseal policy explain shows it too) to the key policy';
}

function withBucketKey({ onlyBucketKey }: WriterCase): string {
  return onlyBucketKey === true ? ', which it needs where a bucket has a Bucket Key' : '';
}

function orLeaveOff({ onlyBucketKey }: WriterCase): string {
  return onlyBucketKey === true ? ', or leave the Bucket Key off by a rule of the policy' : '';
}

/** The worst answer over everything that the writer needs, in every context it writes from. */
function worst(grant: WriterGrant, statements: readonly Statement[], given: WriterCase): WorstGrant {
  const { key, bucketKey, onlyBucketKey } = given;
  const needs = [
    ...(onlyBucketKey === true ? [] : grant.needs),
    ...(bucketKey === false ? [] : grant.needsWithBucketKey),
  ];
  const asks = needs.flatMap((action) =>
    grant.contexts.map((context) => ({ principal: grant.who, action, resource: key.arn, context })),
  );
  return worstGrant(statements, asks);
}
