import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { update } from './ledger-update.ts';
import { weekAfter } from '../../ledger/shapes.ts';
import { readItem } from './plain-item.ts';

export interface Spending {
  /** The sweep, or the day. */
  run: string;
  /** The plan of one bucket: it spends once, however often it is made. */
  plan: string;
  usd: number;
  ceilingUsd: number;
  /** ISO 8601. */
  at: string;
}

/** What the jobs of a run cost so far. A run is kept for a week after its last plan. */
export function createRunSpending(client: DynamoDBClient, table: string) {
  /**
   * Adds the price of a plan to its run; false, and nothing is added, where that would go above the ceiling. A crash between its two writes adds it twice, which is
   * the safe side. Throws the SDK's error.
   */
  return async function spend({ run, plan, usd, ceilingUsd, at }: Spending): Promise<boolean> {
    const key = { pk: `RUN#${run}`, sk: `PLAN#${plan}` };
    if ((await readItem(client, table, key)) !== undefined) return true;
    const expiresAt = weekAfter(at);
    const room = Math.round((ceilingUsd - usd) * 100) / 100;
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: marshall({ pk: `RUN#${run}`, sk: 'SPENT' }),
          UpdateExpression: 'SET v = :v, expiresAt = :expiresAt ADD usd :usd',
          ConditionExpression: ':room >= :none AND (attribute_not_exists(usd) OR usd <= :room)',
          ExpressionAttributeValues: marshall({
            ':v': ITEM_VERSION,
            ':expiresAt': expiresAt,
            ':usd': usd,
            ':room': room,
            ':none': 0,
          }),
        }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
    await update(client, { table, key, set: { v: ITEM_VERSION, usd, expiresAt }, isBlind: true });
    return true;
  };
}
