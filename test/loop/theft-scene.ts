import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateJobCommand,
  type CreateJobRequest,
  DescribeJobCommand,
  type JobDescriptor,
} from '@aws-sdk/client-s3-control';
import { type Clients, createClients } from '../local/clients.ts';
import { ACCOUNT, deployStack, type DeployedStack, REGION } from './deployed-stack.ts';

const THIEF = '222222222222';
const MEMBER_ROLES = ['AssessBucketRole', 'TrackJobRole', 'SweepRole', 'AnnounceChangeRole'] as const;
/** Of the functions in the hub, and in the account as a member; that of own copies is there with OwnCopies=true alone. */
export const FUNCTION_ROLES = [
  ...MEMBER_ROLES,
  ...MEMBER_ROLES.map((role) => `Hub${role}` as const),
  'HubReencryptObjectRole',
] as const;
export type FunctionRole = (typeof FUNCTION_ROLES)[number] | 'ReencryptObjectRole';

/** A deployed stack, and somebody who has got the credentials of its functions and has buckets in another account that let them in. */
export interface TheftScene extends AsyncDisposable {
  readonly stack: DeployedStack;
  /** Of the other account. */
  readonly thief: Clients;
  /** Clients under the role of a function, as deployed. */
  as(role: FunctionRole): Clients;
  roleArn(logicalId: string): string;
  /** Starts a job as track-job may, and waits for its end. Throws the SDK's error where it is refused. */
  runJob(job: Partial<CreateJobRequest> & { from: string; role: string }): Promise<JobDescriptor | undefined>;
}

/** The account's bucket `payroll` holds the object `salaries` ("secret"), and `sealed` and `managed` hold the same under a key of the account and under aws/s3; the other account's `lure` holds a forged one, and `drop` nothing. */
export async function openTheft(parameters: Record<string, string> = {}): Promise<TheftScene> {
  const stack = await deployStack({ parameters });
  // Nothing is repaired meanwhile: what is tried here is tried by the test.
  stack.aws.bus.faults.add({ kind: 'lose' }, { times: 3 });
  const thief = createClients(stack.aws, { account: THIEF, region: REGION });
  await bucketWith(stack.clients, 'payroll', { salaries: 'secret' });
  for (const [bucket, key] of [
    ['sealed', stack.keyArn],
    ['managed', 'alias/aws/s3'],
  ] as const)
    await bucketWith(stack.clients, bucket, { salaries: 'secret' }, key);
  await bucketWith(thief, 'drop', {});
  await bucketWith(thief, 'lure', { salaries: 'forged' });
  for (const Bucket of ['drop', 'lure']) await thief.s3.send(new PutBucketPolicyCommand(openTo(Bucket)));
  const roleArn = (logicalId: string) => `arn:aws:iam::${ACCOUNT}:role/${stack.named(logicalId)}`;
  const opened = new Map<string, Clients>();
  const as = (role: FunctionRole): Clients => {
    const known = opened.get(role);
    if (known !== undefined) return known;
    const { identity } = stack.aws.world;
    const hub = identity.startSession(roleArn(role.replace(/^(Hub)?/, 'Hub')), 'thief', {
      service: 'lambda.amazonaws.com',
    });
    const credentials = role.startsWith('Hub') ? hub : identity.startSession(roleArn(role), 'thief', hub.caller);
    const clients = createClients(stack.aws, { credentials, region: REGION });
    opened.set(role, clients);
    return clients;
  };
  let jobs = 0;
  return {
    stack,
    thief,
    as,
    roleArn,
    runJob: async ({ from, role, ...over }) => {
      const { s3Control } = as('TrackJobRole');
      const { JobId } = await s3Control.send(
        new CreateJobCommand({
          AccountId: ACCOUNT,
          ClientRequestToken: `theft ${(jobs += 1)}`,
          ConfirmationRequired: false,
          Operation: undefined,
          Priority: 1,
          RoleArn: roleArn(role),
          Report: { Enabled: false },
          ManifestGenerator: { S3JobManifestGenerator: { SourceBucket: arnOf(from), EnableManifestOutput: false } },
          ...over,
        }),
      );
      await stack.idle();
      return (await stack.clients.s3Control.send(new DescribeJobCommand({ AccountId: ACCOUNT, JobId }))).Job;
    },
    [Symbol.asyncDispose]: async () => {
      for (const clients of [thief, ...opened.values()]) await clients[Symbol.asyncDispose]();
      await stack[Symbol.asyncDispose]();
    },
  };
}

export const arnOf = (bucket: string) => `arn:aws:s3:::${bucket}`;

export const copyTo = (bucket: string, more: object = {}): CreateJobRequest['Operation'] => ({
  S3PutObjectCopy: { TargetResource: arnOf(bucket), ...more },
});

async function bucketWith(
  clients: Clients,
  Bucket: string,
  objects: Record<string, string>,
  key?: string,
): Promise<void> {
  const under = key === undefined ? {} : ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key } as const);
  await clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  for (const [Key, Body] of Object.entries(objects))
    await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...under }));
}

function openTo(Bucket: string) {
  const Resource = [arnOf(Bucket), `${arnOf(Bucket)}/*`];
  const Statement = [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 's3:*', Resource }];
  return { Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) };
}
