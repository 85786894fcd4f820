/**
 * What a table has under a name that comes from outside. An index would also find what every object inherits: `constructor`,
 * `toString`, `__proto__`.
 */
export function entryOf<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
