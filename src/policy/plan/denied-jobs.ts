import type { Context } from '../../iam/conditions.ts';
import { judgeGrant } from '../../iam/match.ts';
import { inOneLine } from '../../problem.ts';
import type { Judging } from '../decision.ts';
import { arnOf, type Method, type Reason } from '../model.ts';
import { safetyOf } from '../safety.ts';
import { copyRoleReasons } from '../keys/key-policy-reasons.ts';

/** What each method does to an object (S3 User Guide, Batch Operations permissions). */
const COPIES = ['s3:GetObject', 's3:PutObject'];
const ACTIONS: Readonly<Record<Method, readonly string[]>> = {
  'update-encryption': ['s3:UpdateObjectEncryption'],
  copy: COPIES,
  'own-copy': COPIES,
};

/**
 * Why the bucket's policy, or the key's, would refuse the jobs of these methods, so that none is paid for: a Deny that is sure to meet the
 * role with what each asks (S3 condition keys for encryption; Service Authorization Reference, s3:UpdateObjectEncryption). Rests on the
 * policies as far as they were read for the verdict; a condition that cannot be decided stops no job, and without a role there are none.
 */
export function jobReasons(
  { known, standard, key }: Pick<Judging, 'known' | 'standard' | 'key'>,
  methods: readonly Method[] = ['update-encryption'],
): Reason[] {
  const { state, partition, jobRoles } = known;
  const { safety } = safetyOf(known, key);
  const written: Context = {
    's3:x-amz-server-side-encryption': standard.algorithm,
    's3:x-amz-server-side-encryption-aws-kms-key-id': arnOf(key) ?? null,
  };
  for (const method of new Set(methods)) {
    const arn = jobRoles?.[method];
    if (arn === undefined) continue;
    for (const action of ACTIONS[method]) {
      // Only what writes says how it encrypts.
      const context = action === 's3:GetObject' ? {} : written;
      const resource = `arn:${partition}:s3:::${state.bucket}/*`;
      const asked = { principal: { kind: 'arn', arn }, action, resource, context } as const;
      const { grant, because } = judgeGrant(safety.bucketPolicy, asked);
      if (grant === 'denied') return [jobDenied(state.bucket, arn, action, because)];
    }
    if (method !== 'update-encryption' && key.kind === 'found') {
      const reasons = copyRoleReasons(arn, { ...known, safety, key: key.key, bucketKey: standard.bucketKey });
      if (reasons.length > 0) return reasons;
    }
  }
  return [];
}

function jobDenied(bucket: string, arn: string, action: string, because: readonly string[]): Reason {
  const message = `The policy of bucket ${bucket} denies the role ${arn} ${action} (${because.slice(0, 3).join(', ')}), so a job would only fail and none is started, and the objects stay as they are: exclude the role from that statement.`;
  return { code: 'job-denied', message: inOneLine(message) };
}
