import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type PolicyPin, readPinItem } from '../ledger/ledger-item.ts';

/** The ledger's key of the pin. */
export const PIN_KEY = { pk: 'POLICY', sk: 'PIN' };

/** Which published object is the policy, if one was published. Throws the SDK's error. */
export function createPolicyPin(client: DynamoDBClient, table: string) {
  return async function readPolicyPin(): Promise<PolicyPin | undefined> {
    const output = await client.send(
      new GetItemCommand({ TableName: table, Key: marshall(PIN_KEY), ConsistentRead: true }),
    );
    return readPinItem(output.Item);
  };
}
