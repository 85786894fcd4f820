import { crc32 } from 'node:zlib';
import type { WireResponse } from '../service.ts';

type Item = Readonly<Record<string, unknown>>;

export interface FailedWrite {
  readonly response: WireResponse;
  readonly input: Item;
  /** Runs an operation on the same table. */
  readonly run: (operation: string, input: object) => Promise<unknown>;
}

/**
 * Adds the stored item to a ConditionalCheckFailedException, as ReturnValuesOnConditionCheckFailure=ALL_OLD asks. The item is read after
 * the failed write, so a write between the two would show.
 */
export async function withOldItem({ response, input, run }: FailedWrite): Promise<WireResponse> {
  const failure: unknown = response.status === 400 ? JSON.parse(response.body.toString()) : undefined;
  if (
    typeof failure !== 'object' ||
    failure === null ||
    !('__type' in failure) ||
    !String(failure.__type).endsWith('#ConditionalCheckFailedException')
  ) {
    return response;
  }
  const Key = input['Key'] ?? (await keyOf(input, run));
  const { Item: item }: { Item?: unknown } = asRecord(
    await run('GetItem', { TableName: input['TableName'], Key, ConsistentRead: true }),
  );
  if (item === undefined) {
    return response;
  }
  const body = JSON.stringify({ ...failure, Item: item });
  return {
    ...response,
    headers: {
      ...response.headers,
      'x-amz-crc32': String(crc32(body)),
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
  };
}

async function keyOf(input: Item, run: FailedWrite['run']): Promise<Item> {
  const { Table: table } = asRecord(await run('DescribeTable', { TableName: input['TableName'] }));
  const { KeySchema: schema } = asRecord(table);
  const names = Array.isArray(schema) ? schema.map((element) => String(asRecord(element)['AttributeName'])) : [];
  const item = asRecord(input['Item']);
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}

const asRecord = (value: unknown): Item =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
