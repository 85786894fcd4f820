import { asJson } from './json.ts';
import type { Json } from './json.ts';

/**
 * The partition keys that a request names, for the condition key dynamodb:LeadingKeys (DynamoDB Developer Guide, "Using IAM policy
 * conditions for fine-grained access control"). None of a Scan, and of what names no item.
 */
export function leadingKeys(operation: string, input: Json, hash: string): string[] {
  if (operation === 'Query') return queriedKey(input, hash);
  const { Key: key, Item: item, Keys: keys } = input;
  if (Array.isArray(keys)) return keys.flatMap((one) => valueIn(asJson(one), hash));
  return valueIn(asJson(key ?? item ?? {}), hash);
}

function valueIn(item: Json, hash: string): string[] {
  const value = item[hash];
  // An item without its key is refused by the operation itself.
  return value === undefined ? [] : [textOf(value)];
}

/** Strings, numbers and bytes in base64. */
function textOf(value: unknown): string {
  return String(Object.values(asJson(value))[0]);
}

/** The value that the condition of a Query sets equal to the partition key; a Query without one is refused by the operation itself. */
function queriedKey(input: Json, hash: string): string[] {
  const { KeyConditionExpression: expression, KeyConditions: conditions } = input;
  if (conditions !== undefined) {
    const values = asJson(asJson(conditions)[hash])['AttributeValueList'];
    return Array.isArray(values) ? values.map(textOf) : [];
  }
  const names = asJson(input['ExpressionAttributeNames'] ?? {});
  const values = asJson(input['ExpressionAttributeValues'] ?? {});
  const equations = [...String(expression).matchAll(/([#:\w.-]+)\s*=\s*([#:\w.-]+)/g)];
  return equations
    .flatMap(([, one = '', other = '']) => [
      { name: one, value: other },
      { name: other, value: one },
    ])
    .flatMap(({ name, value }) => ((names[name] ?? name) === hash ? [values[value]] : []))
    .filter((value) => value !== undefined)
    .map(textOf);
}
