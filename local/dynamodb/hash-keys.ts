import { asJson } from './json.ts';
import type { Json } from './json.ts';

export type HashKeyOf = (table: string, index?: string) => string | undefined;

/** The names of the partition key attributes of tables and their indexes, taken from what the tables were created with. */
export function createHashKeys(): { put(createTable: Json): void; of: HashKeyOf } {
  const names = new Map<string, string>();
  const nameOf = (table: string, index = ''): string => `${table}/${index}`;
  return {
    put: ({ TableName: table, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes }) => {
      names.set(nameOf(String(table)), hashIn(KeySchema));
      for (const index of [GlobalSecondaryIndexes, LocalSecondaryIndexes].flatMap(listOf)) {
        const { IndexName, KeySchema: schema } = asJson(index);
        names.set(nameOf(String(table), String(IndexName)), hashIn(schema));
      }
    },
    of: (table, index) => names.get(nameOf(table, index)),
  };
}

function hashIn(schema: unknown): string {
  const hash = listOf(schema)
    .map(asJson)
    .find(({ KeyType }) => KeyType === 'HASH');
  return String(hash?.['AttributeName']);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
