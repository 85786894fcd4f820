import { AwsError } from '../errors.ts';
import type { WireResponse } from '../service.ts';
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

export interface CapturedWrite {
  readonly operation: string;
  readonly input: Json;
  readonly streamOf: (table: string) => TableStream | undefined;
  readonly run: Run;
  readonly write: () => Promise<WireResponse>;
}

/** Does a write and appends what it changed to the streams of its tables. The caller sees to it that nobody writes meanwhile. */
export async function captureWrite({ operation, input, streamOf, run, write }: CapturedWrite): Promise<WireResponse> {
  const watched = writtenItems(operation, input).flatMap(({ TableName, Key, Item }): Watched[] => {
    const stream = streamOf(TableName);
    return stream === undefined ? [] : [{ TableName, Key: Key ?? keyOf(asJson(Item), stream.keyNames), stream }];
  });
  const before = await imagesOf(watched, (one) => one.stream.imageOf(one.Key) ?? read(one, run));
  const result = await write();
  // What was refused has changed nothing.
  if (before === undefined || result.status !== 200) return result;
  const after = (await imagesOf(watched, (one) => read(one, run))) ?? [];
  watched.forEach(({ stream, Key: key }, index) => stream.append({ key, before: before[index], after: after[index] }));
  return result;
}

/** Undefined where an item's key is not valid: then the write is refused for the same reason and changes nothing. */
async function imagesOf(
  watched: readonly Watched[],
  imageOf: (one: Watched) => Json | Promise<Json | undefined>,
): Promise<(Json | undefined)[] | undefined> {
  try {
    const images: (Json | undefined)[] = [];
    for (const one of watched) images.push(await imageOf(one));
    return images;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ValidationException') return undefined;
    throw error;
  }
}

async function read({ TableName, Key }: Watched, run: Run): Promise<Json | undefined> {
  const { Item: item } = await run('GetItem', { TableName, Key, ConsistentRead: true });
  return item === undefined ? undefined : asJson(item);
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
