import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TALLIED, TALLIED_KINDS, type Tallied, tallied } from '../../ledger/tally.ts';

/** So many parts of the table are read at once: a page of 1 MB takes its time, and two cores are not kept from all else. */
const SEGMENTS = 4;

/**
 * Reads every bucket and job of the ledger once, and hands on each as it comes, page by page, so that their number costs no memory (DynamoDB guide, parallel scan).
 * It is a read of a person: no function may scan the table. Throws the SDK's error.
 */
export function createLedgerScan(client: DynamoDBClient, table: string, segments = SEGMENTS) {
  return async function scan(take: (each: Tallied) => void): Promise<void> {
    await Promise.all(
      Array.from({ length: segments }, async (_, Segment) => {
        const input = { ...inputFor(table), Segment, TotalSegments: segments };
        for await (const { Items = [] } of paginateScan({ client }, input))
          for (const item of Items) take(tallied(unmarshall(item)));
      }),
    );
  };
}

/** Words such as `bucket` and `open` are reserved in expressions, so every attribute has a name of its own there. */
function inputFor(table: string) {
  const names = ['sk', ...TALLIED].map((name) => [`#${name}`, name]);
  const kinds = TALLIED_KINDS.map((kind) => [`:${kind}`, kind]);
  return {
    TableName: table,
    ProjectionExpression: names.map(([name]) => name).join(', '),
    FilterExpression: `#sk IN (${kinds.map(([name]) => name).join(', ')})`,
    ExpressionAttributeNames: Object.fromEntries(names),
    ExpressionAttributeValues: marshall(Object.fromEntries(kinds)),
  };
}
