import type { Facts } from '../facts.ts';
import type { Context } from '../../iam/conditions.ts';
import { type Ask, judgeGrant } from '../../iam/match.ts';
import { readBucketPolicy } from '../read-document.ts';
import type { Algorithm, BucketState, Reason } from '../model.ts';
import type { PlannedJob } from './plan-model.ts';

export interface DeniedJobsCase {
  state: Pick<BucketState, 'bucket'>;
  facts: Facts;
  partition: string;
  /** Without it there are no jobs. */
  batchRoleArn?: string;
  algorithm: Algorithm;
  keyArn: string | undefined;
  methods: readonly PlannedJob['method'][];
}

/** What each method does to an object (S3 User Guide, Batch Operations permissions). */
const ACTIONS: Readonly<Record<PlannedJob['method'], readonly string[]>> = {
  'update-encryption': ['s3:UpdateObjectEncryption', 's3:PutObject'],
  copy: ['s3:GetObject', 's3:PutObject'],
};

/** One reason where the bucket policy surely denies a job of these methods its work; none where the policy was not read. */
export function deniedJobs(given: DeniedJobsCase): Reason[] {
  const { state, facts, partition, batchRoleArn, methods } = given;
  if (batchRoleArn === undefined || facts.bucketPolicy === undefined) return [];
  const policy = readBucketPolicy(facts, { bucket: state.bucket, partition });
  if (policy.kind !== 'read') return [];
  const resource = `arn:${partition}:s3:::${state.bucket}/*`;
  for (const action of new Set(methods.flatMap((method) => ACTIONS[method]))) {
    const ask: Ask = {
      principal: { kind: 'arn', arn: batchRoleArn },
      action,
      resource,
      context: contextOf(action, given),
    };
    const { grant, because } = judgeGrant(policy.statements, ask);
    if (grant === 'denied') return [denied(action, because, given)];
  }
  return [];
}

/** Only what writes says how it encrypts. */
function contextOf(action: string, { algorithm, keyArn }: DeniedJobsCase): Context {
  if (action === 's3:GetObject') return {};
  return {
    's3:x-amz-server-side-encryption': algorithm,
    's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn ?? null,
  };
}

function denied(action: string, because: readonly string[], { state, batchRoleArn }: DeniedJobsCase): Reason {
  const statements = because.slice(0, 3).join(', ');
  return {
    code: 'job-denied',
    message: `The policy of bucket ${state.bucket} denies the role ${batchRoleArn} ${action} (${statements}), so no job is started that could only fail, and the objects stay as they are: except the role there.`,
  };
}
