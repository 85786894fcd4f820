import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_SETTINGS, once } from './client-settings.ts';

export type Clients = ReturnType<typeof createClients>;

/** The SDK clients of one Region, each made at its first use and then kept. */
export function createClients(region: string) {
  const config = { ...CLIENT_SETTINGS, region };
  return {
    s3: once(() => new S3Client(config)),
    s3Control: once(() => new S3ControlClient(config)),
    kms: once(() => new KMSClient(config)),
    dynamoDb: once(() => new DynamoDBClient(config)),
    sqs: once(() => new SQSClient(config)),
  };
}
