import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  type S3Client,
  type ServerSideEncryptionByDefault,
} from '@aws-sdk/client-s3';
import type { Role } from '../../../local/world.ts';
import { startLocal, type LocalAws } from '../../../local/start-local.ts';
import { createClients, type Clients, type Place } from '../clients.ts';

export const ACCOUNT = '111111111111';
export const OTHER_ACCOUNT = '222222222222';
export const REGION = 'eu-west-1';

/** An embedded AWS with clients for it, at a clock that the test moves. */
export interface OpenedS3 extends AsyncDisposable {
  readonly aws: LocalAws;
  readonly s3: S3Client;
  readonly clock: { now: Date };
  /** Clients of another account, Region or role session; closed with the rest. */
  clients(place: Place): Clients;
  /** Clients of a role that has exactly these policy statements. */
  asRole(name: string, statements: readonly object[]): S3Client;
}

export async function openS3(): Promise<OpenedS3> {
  const clock = { now: new Date('2026-11-22T10:00:00.000Z') };
  const aws = await startLocal({ now: () => clock.now });
  const opened: Clients[] = [];
  const clients = (place: Place): Clients => {
    const created = createClients(aws, place);
    opened.push(created);
    return created;
  };
  return {
    aws,
    s3: clients({ account: ACCOUNT, region: REGION }).s3,
    clock,
    clients,
    asRole: (name, statements) => {
      const role = roleOf(name, statements);
      aws.world.identity.putRole(role);
      const session = aws.world.identity.startSession(role.arn, 'test', { service: 'lambda.amazonaws.com' });
      return clients({ region: REGION, credentials: session }).s3;
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of opened) await each[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

/** A role of the test account that Lambda may assume. */
export function roleOf(name: string, statements: readonly object[], service = 'lambda.amazonaws.com'): Role {
  return {
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    name,
    trust: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    policies: [{ Version: '2012-10-17', Statement: statements }],
  };
}

export function allow(action: string | string[], resource: string | string[] = '*'): object {
  return { Effect: 'Allow', Action: action, Resource: resource };
}

/** Makes an empty bucket and returns its name. */
export async function makeBucket(
  s3: S3Client,
  name: string,
  region: BucketLocationConstraint = REGION,
): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: region } }));
  return name;
}

/** The default encryption of a bucket: its algorithm and its key. */
export async function defaultOf(s3: S3Client, Bucket: string): Promise<Partial<ServerSideEncryptionByDefault>> {
  const { ServerSideEncryptionConfiguration: found } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  return found?.Rules?.[0]?.ApplyServerSideEncryptionByDefault ?? {};
}
