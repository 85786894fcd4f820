import { asJson } from './json.ts';
import type { Json } from './json.ts';
import type { Run } from './run.ts';

/** The names of a table's key attributes. Throws ResourceNotFoundException where there is no such table. */
export async function keyNames(TableName: string, run: Run): Promise<readonly string[]> {
  const { Table: table } = await run('DescribeTable', { TableName });
  return namesIn(asJson(table)['KeySchema']);
}

export function namesIn(keySchema: unknown): readonly string[] {
  return Array.isArray(keySchema) ? keySchema.map((element) => String(asJson(element)['AttributeName'])) : [];
}

/** The key attributes of an item; those that it lacks are left out. */
export function keyOf(item: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(item, name)).map((name) => [name, item[name]]));
}
