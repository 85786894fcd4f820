import type { Asking, Facts } from '../facts.ts';
import { readKeyPolicy } from '../iam/read-document.ts';
import type { Statement } from '../iam/statement.ts';
import { type WorstGrant, worstGrant } from '../iam/worst-grant.ts';
import type { Algorithm, BucketState, KeyFacts, Reason } from '../model.ts';
import { missingStatement } from './missing-grant.ts';
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
}

/**
 * Why a customer key on the bucket would stop one of its writers: the key policy does not let it in, or nobody knows whether it can
 * write under a key at all. Writers that take only SSE-S3 are not spoken of here; they change the standard.
 */
export function writerProblems(given: WriterCase): Asking<{ holds: Reason[] }> | { kind: 'unread'; reasons: Reason[] } {
  const { writers, key, keyPolicy, algorithm, state, partition } = given;
  if (algorithm === 'AES256') return { kind: 'known', holds: [] };
  const sure = writers.flatMap((writer) => [...strangeness(writer, state), ...dsseProblem(writer, given)]);
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

function strangeness({ service, evidence, takes }: Writer, { bucket }: WriterCase['state']): Reason[] {
  if (takes !== 'unknown') return [];
  const message = `Bucket ${bucket} receives objects of ${service}, and whether they can be written under a customer key is not known. ${evidence} Name the bucket in an exception, or take the permission away.`;
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
  const paste = missingStatement(grant, { sid: `Allow ${service}`, account: state.account });
  switch (judged.grant) {
    case 'allowed':
      return [];
    case 'denied':
      return [
        {
          code: 'key-policy-denies',
          message: `${receives}, and the policy of key ${key.arn} denies it ${action} (${because}). ${evidence} Except it there, or name another key in the policy.`,
        },
      ];
    case 'perhaps':
      return [
        {
          code: 'key-policy-unclear',
          message: `${receives}, and whether the policy of key ${key.arn} lets it call ${action} could not be decided: it hangs on ${because}. ${evidence} Add the statement given here to the key policy, or settle the condition.`,
          paste,
        },
      ];
    case 'no':
      return [
        {
          code: 'key-policy-lacks-writer',
          message: `${receives}, and the policy of key ${key.arn} does not let it call ${action}. ${evidence} Add the statement given here to the key policy.`,
          paste,
        },
      ];
  }
}

/** The worst answer over everything that the writer needs, in every context it writes from. */
function worst(grant: WriterGrant, statements: readonly Statement[], { key, bucketKey }: WriterCase): WorstGrant {
  const needs = bucketKey === false ? grant.needs : [...grant.needs, ...grant.needsWithBucketKey];
  const asks = needs.flatMap((action) =>
    grant.contexts.map((context) => ({ principal: grant.who, action, resource: key.arn, context })),
  );
  return worstGrant(statements, asks);
}
