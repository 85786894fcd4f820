import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PIN_KEY, type PolicyPin, policyPin, type PolicyVersion } from '../../ledger/policy-pin.ts';
import { checkedItem } from '../../ledger/shapes.ts';
import { readItem } from '../ledger/plain-item.ts';

/** Which published object is the policy, if one was published. Throws the SDK's error, or ResealError ledger-failed. */
export function createPolicyPin(client: DynamoDBClient, table: string) {
  return async function readPolicyPin(): Promise<PolicyPin | undefined> {
    const item = await readItem(client, table, PIN_KEY);
    return item && checkedItem(policyPin, item);
  };
}

/** False while the published policy only observes, whatever was queued before. Throws the SDK's error, or ResealError ledger-failed. */
export function createMayLaunch(client: DynamoDBClient, table: string) {
  const readPin = createPolicyPin(client, table);
  return async function mayLaunch(): Promise<boolean> {
    const pin = await readPin();
    return pin === undefined || pin.onlyObserves !== pin.versionId;
  };
}

/** The bytes of the pinned version of the published policy, as text. Throws the SDK's error. */
export function createPolicyObject(s3: S3Client) {
  return async function readPolicyObject({ bucket, key, versionId }: PolicyVersion): Promise<string> {
    const output = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
    return (await output.Body?.transformToString('utf-8')) ?? '';
  };
}
