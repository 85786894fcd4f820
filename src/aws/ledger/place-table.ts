import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Place } from '../../bucket-id.ts';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { placeKey, type PlaceItem } from '../../ledger/place-item.ts';
import { update } from './ledger-update.ts';

/** Records what is known of an account and Region. Throws the SDK's error. */
export function createPlaceTable(client: DynamoDBClient, table: string) {
  return async function writePlace({ account, region, ...known }: Place & Partial<PlaceItem>): Promise<void> {
    const set = { v: ITEM_VERSION, account, region, ...known };
    await update(client, { table, key: placeKey({ account, region }), set, isBlind: true });
  };
}
