import type { Context } from '../../iam/conditions.ts';
import { judgeGrant } from '../../iam/match.ts';
import { inOneLine } from '../../problem.ts';
import type { Judging } from '../decision.ts';
import { arnOf, type Reason } from '../model.ts';
import { safetyOf } from '../safety.ts';
import type { PlannedJob } from './plan-model.ts';

/** What each method does to an object (S3 User Guide, Batch Operations permissions). */
const ACTIONS: Readonly<Record<PlannedJob['method'], readonly string[]>> = {
  'update-encryption': ['s3:UpdateObjectEncryption', 's3:PutObject'],
  copy: ['s3:GetObject', 's3:PutObject'],
};

/**
 * Why the bucket's policy would refuse the jobs of these methods, so that none is paid for: a Deny that is sure to meet the role with what
 * each asks (S3 condition keys for encryption; Service Authorization Reference, s3:UpdateObjectEncryption). Rests on the bucket policy as far as
 * it was read for the verdict; a condition that cannot be decided stops no job, and without a role there are none.
 */
export function jobReasons(
  { known, standard, key }: Pick<Judging, 'known' | 'standard' | 'key'>,
  methods: readonly PlannedJob['method'][] = ['update-encryption'],
): Reason[] {
  const { state, partition, batchRoleArn } = known;
  if (batchRoleArn === undefined) return [];
  const { bucketPolicy } = safetyOf(known, key).safety;
  const principal = { kind: 'arn', arn: batchRoleArn } as const;
  const resource = `arn:${partition}:s3:::${state.bucket}/*`;
  const written: Context = {
    's3:x-amz-server-side-encryption': standard.algorithm,
    's3:x-amz-server-side-encryption-aws-kms-key-id': arnOf(key) ?? null,
  };
  for (const action of new Set(methods.flatMap((method) => ACTIONS[method]))) {
    // Only what writes says how it encrypts.
    const context = action === 's3:GetObject' ? {} : written;
    const { grant, because } = judgeGrant(bucketPolicy, { principal, action, resource, context });
    if (grant !== 'denied') continue;
    const message = `The policy of bucket ${state.bucket} denies the role ${batchRoleArn} ${action} (${because.slice(0, 3).join(', ')}), so a job would only fail and none is started, and the objects stay as they are: exclude the role from that statement.`;
    return [{ code: 'job-denied', message: inOneLine(message) }];
  }
  return [];
}
