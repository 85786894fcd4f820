import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { Place } from './place.ts';

export type PlaceClients = ReturnType<typeof connect>;

/** Ordinary SDK clients of a place's administrator: the scenario sees what any user of the endpoint sees. */
export function connect(endpoint: string, { account, region }: Place) {
  const config = { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'local' }, maxAttempts: 1 };
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    kms: new KMSClient(config),
    dynamoDb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
  };
}
