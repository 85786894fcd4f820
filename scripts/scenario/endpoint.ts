import { Agent } from 'node:http';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { lookup } from '../../local/loopback.mjs';
import type { Place } from './place.ts';

export type PlaceClients = ReturnType<typeof connect>;

/**
 * Ordinary SDK clients of a place's administrator: the scenario sees what any user of the endpoint sees. Host names below localhost,
 * which accounts and directory buckets have, are this machine.
 */
export function connect(endpoint: string, { account, region }: Place) {
  const config = {
    endpoint,
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, lookup }) }),
  };
  return {
    s3: new S3Client({ ...config, forcePathStyle: true, disableS3ExpressSessionAuth: true }),
    s3Control: new S3ControlClient(config),
    kms: new KMSClient(config),
    dynamoDb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
    cloudFormation: new CloudFormationClient(config),
    iam: new IAMClient(config),
    sqs: new SQSClient(config),
  };
}
