import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SNSClient } from '@aws-sdk/client-sns';
import { CLIENT_SETTINGS, once } from './client-settings.ts';

export type AnnounceClients = ReturnType<typeof createAnnounceClients>;

/** The SDK clients of announce-change. They are apart from the others, because no other function is to carry their code. */
export function createAnnounceClients(region: string) {
  const config = { ...CLIENT_SETTINGS, region };
  return {
    dynamoDb: once(() => new DynamoDBClient(config)),
    eventBridge: once(() => new EventBridgeClient(config)),
    sns: once(() => new SNSClient(config)),
    securityHub: once(() => new SecurityHubClient(config)),
  };
}
