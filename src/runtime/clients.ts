import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * A read that hangs must end while its invocation can still say so: a try waits 5 s, and there are three. Without
 * `throwOnRequestTimeout` the SDK prints a warning and waits on.
 */
const shared = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

export type Clients = ReturnType<typeof createClients>;

/** The SDK clients of one Region, each made at its first use and then kept. */
export function createClients(region: string) {
  const config = { ...shared, region };
  return {
    s3: once(() => new S3Client(config)),
    s3Control: once(() => new S3ControlClient(config)),
    kms: once(() => new KMSClient(config)),
    dynamoDb: once(() => new DynamoDBClient(config)),
    sqs: once(() => new SQSClient(config)),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
