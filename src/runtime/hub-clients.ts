import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createClients, type Credentials, once, settingsOf, TIMES, toldTo } from './clients.ts';

export type HubClients = ReturnType<typeof createHubClients>;

/** The SDK clients of the hub's own Region: those of its ledger and its queues too, which no command loads that only looks at buckets. */
export function createHubClients(region: string) {
  const config = settingsOf(region);
  return {
    ...createClients(region),
    dynamoDb: once(() => new DynamoDBClient(config)),
    // The queues are of this Region, whatever host their URLs name: the embedded AWS has two names.
    sqs: once(() => new SQSClient({ ...config, useQueueUrlAsEndpoint: false })),
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

/** EventBridge's rules in one account and Region. */
export function createRulesClient(region: string, credentials?: Credentials): EventBridgeClient {
  return toldTo(credentials)(new EventBridgeClient(settingsOf(region, credentials)));
}

/** For a command that reads the stack of a hub. */
export function createStackClient(region: string): CloudFormationClient {
  return new CloudFormationClient(settingsOf(region));
}

/** For a command that runs a function of the stack: it waits as long as a function may take, and never runs it twice unseen. */
export function createLambdaClient(region: string): LambdaClient {
  return new LambdaClient({
    region,
    maxAttempts: 1,
    requestHandler: { ...TIMES, requestTimeout: 900_000, socketTimeout: 900_000 },
  });
}
