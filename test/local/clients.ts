import { Agent } from 'node:http';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { S3TablesClient } from '@aws-sdk/client-s3tables';
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { lookup } from '../../local/loopback.mjs';
import type { LocalAws } from '../../local/start-local.ts';

/** SDK clients of one account and Region; all their connections are closed with `await using`. */
export interface Clients extends AsyncDisposable {
  readonly s3: S3Client;
  readonly s3Control: S3ControlClient;
  readonly s3Tables: S3TablesClient;
  readonly s3Vectors: S3VectorsClient;
  readonly kms: KMSClient;
  readonly sts: STSClient;
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly eventBridge: EventBridgeClient;
  readonly sns: SNSClient;
  readonly securityHub: SecurityHubClient;
  readonly cloudFormation: CloudFormationClient;
  readonly iam: IAMClient;
  readonly cloudWatch: CloudWatchClient;
}

export interface Place {
  readonly account?: string;
  readonly region?: string;
  /** Instead of the account's administrator, for example a session's. */
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly forcePathStyle?: boolean;
  /** Instead of an agent of the test's own. */
  readonly agent?: Agent;
  /** Sends every request without a signature. */
  readonly anonymous?: true;
}

/** Every host name that is not loopback is refused, so that no test can reach the network. */
export function createClients(aws: Pick<LocalAws, 'clientConfig'>, place: Place = {}): Clients {
  const {
    account = '111111111111',
    region = 'eu-west-1',
    anonymous,
    agent = new Agent({ keepAlive: true }),
    ...overrides
  } = place;
  Object.assign(Object(Reflect.get(agent, 'options')), { lookup });
  const config = {
    ...aws.clientConfig({ account, region }),
    ...overrides,
    ...(anonymous === true ? { signer: { sign: async <Request>(request: Request) => request } } : {}),
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ httpAgent: agent }),
  };
  return {
    s3: new S3Client(config),
    s3Control: new S3ControlClient(config),
    s3Tables: new S3TablesClient(config),
    s3Vectors: new S3VectorsClient(config),
    kms: new KMSClient(config),
    sts: new STSClient(config),
    sqs: new SQSClient(config),
    dynamoDb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
    eventBridge: new EventBridgeClient(config),
    sns: new SNSClient(config),
    securityHub: new SecurityHubClient(config),
    cloudFormation: new CloudFormationClient(config),
    iam: new IAMClient(config),
    cloudWatch: new CloudWatchClient(config),
    [Symbol.asyncDispose]: async () => agent.destroy(),
  };
}
