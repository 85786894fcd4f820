import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { InitializeMiddleware, MiddlewareStack } from '@smithy/types';
import type { RoleSession } from '../aws/identity/role-sessions.ts';
import { createConnections } from './connections.ts';
import { needTime } from './deadline.ts';

/**
 * A read that hangs must end while its invocation can still say so: a try waits 5 s, and there are three. Without
 * `throwOnRequestTimeout` the SDK prints a warning and waits on. An answer that stops in its middle ends by `socketTimeout`.
 */
const TIMES = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true, socketTimeout: 5_000 };

/** No try of a call begins, be it the first or one of the SDK's own, when the time of its story is over. */
class InTime extends NodeHttpHandler {
  override async handle(...call: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    needTime();
    return super.handle(...call);
  }
}

/** The connections of all clients of this process, of whatever account and Region. */
const connections = once(() => new InTime({ ...TIMES, ...createConnections() }));

/** Of a role session. */
export interface Credentials {
  /** Asked for whenever the one before is about to end. */
  session: () => Promise<RoleSession>;
  /** Told of every call that failed, since a session may be refused before its end. */
  failed: (error: unknown) => void;
}

/** Without credentials, they are those of the process itself. */
function settingsOf(region: string, credentials?: Credentials) {
  return {
    region,
    maxAttempts: 3,
    requestHandler: connections(),
    ...(credentials === undefined ? {} : { credentials: credentials.session }),
  };
}

export type Clients = ReturnType<typeof createClients>;

/** The SDK clients of one Region, each made at its first use and then kept. */
export function createClients(region: string, credentials?: Credentials) {
  const config = settingsOf(region, credentials);
  // One host name for all buckets: a connection serves the next bucket too (decision 0018).
  const s3 = { ...config, forcePathStyle: true };
  const told = toldTo(credentials);
  return {
    s3: once(() => told(new S3Client(s3))),
    /** For a write that must not be tried again unseen: somebody may have put another rule meanwhile. */
    s3Once: once(() => told(new S3Client({ ...s3, maxAttempts: 1 }))),
    s3Control: once(() => told(new S3ControlClient(config))),
    kms: once(() => told(new KMSClient(config))),
    dynamoDb: once(() => new DynamoDBClient(config)),
    sqs: once(() => new SQSClient(config)),
  };
}

/** The SDK clients of announce-change. They have a function of their own, so that no other bundle carries their code. */
export function createAnnounceClients(region: string, credentials?: Credentials) {
  const config = settingsOf(region, credentials);
  return {
    dynamoDb: once(() => new DynamoDBClient(config)),
    eventBridge: once(() => new EventBridgeClient(config)),
    sns: once(() => new SNSClient(config)),
    securityHub: once(() => toldTo(credentials)(new SecurityHubClient(config))),
  };
}

type Middlewares = Pick<MiddlewareStack<object, object>, 'add'>;

/** Whoever gave the credentials of a client is told how its calls fail. */
function toldTo(credentials: Credentials | undefined) {
  return <C extends { middlewareStack: Middlewares }>(client: C): C => {
    if (credentials === undefined) return client;
    const { failed } = credentials;
    const tell: InitializeMiddleware<object, object> = (next) => async (call) => {
      try {
        return await next(call);
      } catch (error) {
        failed(error);
        throw error;
      }
    };
    client.middlewareStack.add(tell, { step: 'initialize' });
    return client;
  };
}

/** STS of one Region: the SDK asks the Region's own endpoint (AWS SDKs guide, AWS STS Regional endpoints). */
export function createIdentityClient(region: string): STSClient {
  return new STSClient(settingsOf(region));
}

/** AWS Organizations, whose one endpoint of a partition the SDK finds. */
export function createOrganizationsClient(region: string): OrganizationsClient {
  return new OrganizationsClient(settingsOf(region));
}

/** For a command that runs a function of the stack: it waits as long as a function may take, and never runs it twice unseen. */
export function createLambdaClient(region: string): LambdaClient {
  return new LambdaClient({
    region,
    maxAttempts: 1,
    requestHandler: { ...TIMES, requestTimeout: 900_000, socketTimeout: 900_000 },
  });
}

/** The Region of the shell's profile (AWS SDKs guide, setting `region` of the shared config file), undefined where it has none. */
export async function readProfileRegion(): Promise<string | undefined> {
  try {
    return await new KMSClient({}).config.region();
  } catch {
    // The SDK has no name for it: a client without a Region is an error of its own kind.
    return undefined;
  }
}

/** Makes something at its first use and keeps it. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
