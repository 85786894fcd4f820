import { AwsError, notEmulated } from '../errors.ts';
import { asJson } from './json.ts';
import type { Json } from './json.ts';

export type Kind = 'ConditionCheck' | 'Put' | 'Update' | 'Delete';

/** One action of a transaction. */
export interface Action {
  readonly kind: Kind;
  readonly table: string;
  /** The action's own members, as it has them in the request. */
  readonly input: Json;
}

const MOST_ITEMS = 100;

const EXPRESSIONS = ['TableName', 'ExpressionAttributeNames', 'ExpressionAttributeValues', 'ConditionExpression'];
const MEMBERS: Readonly<Record<Kind, { readonly required: readonly string[]; readonly known: readonly string[] }>> = {
  ConditionCheck: { required: ['TableName', 'Key', 'ConditionExpression'], known: ['Key'] },
  Put: { required: ['TableName', 'Item'], known: ['Item'] },
  Update: { required: ['TableName', 'Key', 'UpdateExpression'], known: ['Key', 'UpdateExpression'] },
  Delete: { required: ['TableName', 'Key'], known: ['Key'] },
};
const KINDS: readonly Kind[] = ['ConditionCheck', 'Put', 'Update', 'Delete'];

/** Reads the actions of TransactWriteItems. Throws ValidationException, and 501 naming a member that is not acted upon. */
export function readActions(input: Json): readonly Action[] {
  const items = input['TransactItems'];
  if (!Array.isArray(items)) {
    throw invalid(
      "1 validation error detected: Value null at 'transactItems' failed to satisfy constraint: Member must not be null",
    );
  }
  if (items.length < 1 || items.length > MOST_ITEMS) {
    const limit = items.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ITEMS}`;
    throw invalid(
      `1 validation error detected: Value of ${items.length} items at 'transactItems' failed to satisfy constraint: Member must have length ${limit}`,
    );
  }
  return items.map(readAction);
}

function readAction(item: unknown, index: number): Action {
  const entries = Object.entries(asJson(item)).filter(([, value]) => value !== undefined && value !== null);
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const kind = KINDS.find((one) => one === entry[0]);
  if (kind === undefined) throw notEmulated(`The member ${entry[0]} of dynamodb TransactWriteItems TransactItems`);
  const input = asJson(entry[1]);
  const { required, known } = MEMBERS[kind];
  const at = `transactItems.${index + 1}.member.${kind.charAt(0).toLowerCase()}${kind.slice(1)}`;
  const missing = required.find((name) => input[name] === undefined);
  if (missing !== undefined) {
    const member = `${missing.charAt(0).toLowerCase()}${missing.slice(1)}`;
    throw invalid(
      `1 validation error detected: Value null at '${at}.${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  const unknown = Object.keys(input).find(
    (name) => ![...EXPRESSIONS, ...known, 'ReturnValuesOnConditionCheckFailure'].includes(name),
  );
  if (unknown !== undefined) throw notEmulated(`The member ${unknown} of dynamodb TransactWriteItems ${kind}`);
  return { kind, table: String(input['TableName']), input };
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
