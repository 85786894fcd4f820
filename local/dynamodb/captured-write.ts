import { AwsError } from '../errors.ts';
import { asJson } from './json.ts';
import type { Json } from './json.ts';
import { keyOf } from './key.ts';
import type { Run } from './run.ts';
import type { TableStream } from './table-stream.ts';

/** An item of a table with a stream. */
interface Watched {
  readonly TableName: string;
  readonly Key: Json;
  readonly stream: TableStream;
}

export interface CapturedWrite<Result> {
  readonly operation: string;
  readonly input: Json;
  readonly streamOf: (table: string) => TableStream | undefined;
  readonly run: Run;
  readonly write: () => Promise<Result>;
}

/** Does a write and appends what it changed to the streams of its tables. The caller sees to it that nobody writes meanwhile. */
export async function captureWrite<Result>({
  operation,
  input,
  streamOf,
  run,
  write,
}: CapturedWrite<Result>): Promise<Result> {
  const watched = writtenItems(operation, input).flatMap(({ TableName, Key, Item }): Watched[] => {
    const stream = streamOf(TableName);
    return stream === undefined ? [] : [{ TableName, Key: Key ?? keyOf(asJson(Item), stream.keyNames), stream }];
  });
  const before = await imagesOf(watched, run);
  const result = await write();
  if (before === undefined) return result;
  const after = (await imagesOf(watched, run)) ?? [];
  watched.forEach(({ stream, Key: key }, index) => stream.append({ key, before: before[index], after: after[index] }));
  return result;
}

/** Undefined where an item's key is not valid: then the write is refused for the same reason and changes nothing. */
async function imagesOf(watched: readonly Watched[], run: Run): Promise<(Json | undefined)[] | undefined> {
  try {
    const images: (Json | undefined)[] = [];
    for (const { TableName, Key } of watched) {
      const { Item: item } = await run('GetItem', { TableName, Key, ConsistentRead: true });
      images.push(item === undefined ? undefined : asJson(item));
    }
    return images;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ValidationException') return undefined;
    throw error;
  }
}

interface Written {
  readonly TableName: string;
  readonly Key?: Json;
  readonly Item?: unknown;
}

function writtenItems(operation: string, input: Json): Written[] {
  switch (operation) {
    case 'BatchWriteItem':
      return Object.entries(asJson(input['RequestItems'])).flatMap(([TableName, requests]) =>
        listOf(requests).map((request) => {
          const { PutRequest: put, DeleteRequest: remove } = asJson(request);
          return written(TableName, asJson(put ?? remove));
        }),
      );
    case 'TransactWriteItems':
      return listOf(input['TransactItems']).flatMap((item) =>
        Object.values(asJson(item)).map((action) => written(String(asJson(action)['TableName']), asJson(action))),
      );
    default:
      return [written(String(input['TableName']), input)];
  }
}

const written = (TableName: string, { Key, Item }: Json): Written =>
  Key === undefined ? { TableName, Item } : { TableName, Key: asJson(Key) };

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
