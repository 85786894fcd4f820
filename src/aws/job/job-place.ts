import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { GetObjectLockConfigurationCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Fact } from '../../policy/facts.ts';
import type { BatchMethod } from '../../policy/model.ts';
import type { JobRoles } from '../../policy/plan/plan-model.ts';
import type { DefaultLock, JobPlace } from '../../policy/plan/preflight.ts';
import { readFact } from '../sdk/read-fact.ts';
import { createRemembered } from '../sdk/remembered.ts';

/** A role or a bucket of Reseal's own is made anew with a deployment, and nobody waits for that. */
const KEPT_MS = 300_000;

interface Where {
  account: string;
  roles: Pick<JobRoles, BatchMethod>;
  /** Throws the SDK's error. */
  reportsBucket: () => Promise<string | undefined>;
}

/**
 * What jobs of these methods rest on in one account and Region: their roles and the bucket for their reports (IAM API GetRole; S3 API GetObjectLockConfiguration). An
 * answer serves all buckets for some minutes; one that could not be read is asked for anew. Throws the SDK's error where the buckets cannot be listed.
 */
export function createJobPlace(
  clients: { iam: () => IAMClient; s3: () => S3Client },
  { account, roles, reportsBucket }: Where,
  now: () => Date,
) {
  const trusts = createRemembered<Fact<string | undefined>>(now, ({ kind }) => kind === 'read');
  const locks = createRemembered<Fact<DefaultLock>>(now, ({ kind }) => kind === 'read');
  const trust = (arn: string) => trusts(arn, KEPT_MS, () => readTrust(clients.iam(), arn));
  const lock = (bucket: string) => locks(bucket, KEPT_MS, () => readLock(clients.s3(), { bucket, account }));
  return async function readJobPlace(methods: readonly BatchMethod[]): Promise<JobPlace> {
    const [bucket, ...found] = await Promise.all([
      reportsBucket(),
      ...methods.map(async (method) => ({ method, arn: roles[method], trust: await trust(roles[method]) })),
    ]);
    return { roles: found, reports: bucket === undefined ? undefined : { bucket, lock: await lock(bucket) } };
  };
}

/** The trust policy, which IAM URL-encodes. */
function readTrust(iam: IAMClient, arn: string): Promise<Fact<string | undefined>> {
  const asked = { what: `The role ${arn}`, action: 'iam:GetRole', absent: { NoSuchEntityException: undefined } };
  return readFact<string | undefined>(asked, async (odd) => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: arn.split('/').at(-1) }));
    if (Role?.AssumeRolePolicyDocument === undefined) throw odd('it has no trust policy');
    return decodeURIComponent(Role.AssumeRolePolicyDocument);
  });
}

function readLock(s3: S3Client, { bucket, account }: { bucket: string; account: string }): Promise<Fact<DefaultLock>> {
  const asked = {
    what: `Object Lock of the bucket for reports ${bucket}`,
    action: 's3:GetBucketObjectLockConfiguration',
    absent: { ObjectLockConfigurationNotFoundError: 'none' },
  } as const;
  return readFact<DefaultLock>(asked, async () => {
    const target = { Bucket: bucket, ExpectedBucketOwner: account };
    const { ObjectLockConfiguration: found } = await s3.send(new GetObjectLockConfigurationCommand(target));
    const { Mode, DefaultEventHold } = found?.Rule?.DefaultRetention ?? {};
    if (Mode !== undefined) return 'retention';
    return DefaultEventHold === undefined ? 'none' : 'event hold';
  });
}
