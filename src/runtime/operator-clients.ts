import { STSClient } from '@aws-sdk/client-sts';
import { CLIENT_SETTINGS } from './client-settings.ts';

/** Asks who the operator is: apart from the other clients, because no function is to carry its code. */
export function createOperatorClient(region: string): STSClient {
  return new STSClient({ ...CLIENT_SETTINGS, region });
}
