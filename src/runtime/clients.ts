import { AccountClient } from '@aws-sdk/client-account';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { S3TablesClient } from '@aws-sdk/client-s3tables';
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
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
export const TIMES = {
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
  socketTimeout: 5_000,
};

/** No try of a call begins, be it the first or one of the SDK's own, when the time of its story is over. */
class InTime extends NodeHttpHandler {
  override async handle(...call: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    needTime();
    return super.handle(...call);
  }
}

/** The connections of all clients of this process, of whatever account and Region. */
const connections = once(() => new InTime({ ...TIMES, ...createConnections() }));

/**
 * What clients have that copy objects: S3 answers a copy of 5 GiB when it is made, which takes minutes, and a copy that is given up may be made all the same. Where S3 says SlowDown, all of a client's
 * calls become slower (SDK guide, retry behavior, adaptive).
 */
export const copyingSettings = once(() => ({
  retryMode: 'adaptive',
  requestHandler: new InTime({ ...TIMES, requestTimeout: COPY_MS, socketTimeout: COPY_MS, ...createConnections() }),
}));
const COPY_MS = 300_000;

/** Of a role session. */
export interface Credentials {
  /** Asked for whenever the one before is about to end. */
  session: () => Promise<RoleSession>;
  /** Told of every call that failed, since a session may be refused before its end. */
  failed: (error: unknown) => void;
}

/** Without a session, the credentials are those of the process itself. */
export type Watched = Partial<Pick<Credentials, 'session'>> & Pick<Credentials, 'failed'>;

export function settingsOf(region: string, credentials?: Watched) {
  return {
    region,
    maxAttempts: 3,
    requestHandler: connections(),
    ...(credentials?.session === undefined ? {} : { credentials: credentials.session }),
  };
}

export type Clients = ReturnType<typeof createClients>;

/** The SDK clients by which buckets are looked at in one Region, each made at its first use and then kept; `over` are settings of all of them. */
export function createClients(region: string, credentials?: Watched, over: object = {}) {
  const config = { ...settingsOf(region, credentials), ...over };
  // One host name for all buckets: a connection serves the next bucket too (decision 0018).
  const s3 = { ...config, forcePathStyle: true };
  const told = toldTo(credentials);
  return {
    s3: once(() => told(new S3Client(s3))),
    /** For a write that must not be tried again unseen: somebody may have put another rule meanwhile. */
    s3Once: once(() => told(new S3Client({ ...s3, maxAttempts: 1 }))),
    s3Control: once(() => told(new S3ControlClient(config))),
    kms: once(() => told(new KMSClient(config))),
  };
}

export type BucketClients = ReturnType<typeof createBucketClients>;

/** The same with those of table buckets and vector buckets, for whoever lists or judges buckets: no other bundle carries their code. */
export function createBucketClients(region: string, credentials?: Watched, over: object = {}) {
  const config = { ...settingsOf(region, credentials), ...over };
  const told = toldTo(credentials);
  return {
    ...createClients(region, credentials, over),
    iam: once(() => told(new IAMClient(config))),
    cloudWatch: once(() => told(new CloudWatchClient(config))),
    s3Tables: once(() => told(new S3TablesClient(config))),
    s3TablesOnce: once(() => told(new S3TablesClient({ ...config, maxAttempts: 1 }))),
    s3Vectors: once(() => told(new S3VectorsClient(config))),
  };
}

type Middlewares = Pick<MiddlewareStack<object, object>, 'add'>;

/** Whoever gave the credentials of a client is told how its calls fail. */
export function toldTo(credentials: Watched | undefined) {
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

/** AWS Account Management of one account, whose one endpoint of a partition the SDK finds. */
export function createAccountClient(region: string, credentials?: Watched): AccountClient {
  return toldTo(credentials)(new AccountClient(settingsOf(region, credentials)));
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
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
