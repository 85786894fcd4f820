import type { WireResponse } from '../service.ts';
import { AwsError } from '../errors.ts';
import { answer, errorCode, errorMessage, valueOf } from './answer.ts';
import { canonical } from './canonical.ts';
import type { Engine } from './engine.ts';
import { asJson } from './json.ts';
import type { Json } from './json.ts';
import { keyNames, keyOf } from './key.ts';
import { createRun, requestFor } from './run.ts';
import type { Run } from './run.ts';
import { invalid, readActions } from './transact-input.ts';
import type { Action, Kind } from './transact-input.ts';

/** An action with its item as it was before the transaction. */
interface Step extends Action {
  readonly key: Json;
  readonly before: Json | undefined;
}

/** Why an action was not done, in the words of CancellationReasons. */
interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

const DONE: Reason = { Code: 'None' };

/**
 * TransactWriteItems on an engine that has none: every action is tried on its own item, and where one fails, all items are put back as they
 * were. The caller keeps everyone else out meanwhile. Answers TransactionCanceledException with a reason for each action (DynamoDB API,
 * TransactWriteItems); throws ValidationException and ResourceNotFoundException for a request that AWS refuses as a whole.
 */
export async function transactWrite(input: Json, engine: Engine): Promise<WireResponse> {
  const run = createRun(engine);
  const steps = await readSteps(readActions(input), run);
  const reasons: Reason[] = [];
  let isCommitted = false;
  try {
    for (const step of steps) reasons.push(await attempt(step, engine));
    isCommitted = reasons.every((reason) => reason === DONE);
  } finally {
    await putBack(isCommitted ? steps.filter(({ kind }) => kind === 'ConditionCheck') : steps, run);
  }
  return isCommitted ? answer(200, {}) : cancelled(reasons);
}

async function readSteps(actions: readonly Action[], run: Run): Promise<Step[]> {
  const schemas = new Map<string, readonly string[]>();
  for (const table of new Set(actions.map((action) => action.table))) schemas.set(table, await keyNames(table, run));
  const seen = new Set<string>();
  const steps: Step[] = [];
  for (const action of actions) {
    const key = keyOf(asJson(action.input['Key'] ?? action.input['Item']), schemas.get(action.table) ?? []);
    const place = `${action.table} ${canonical(key)}`;
    if (seen.has(place)) throw invalid('Transaction request cannot include multiple operations on one item');
    seen.add(place);
    steps.push({ ...action, key, before: await itemAt(action.table, key, run) });
  }
  return steps;
}

/** Undefined where the key is not valid, too: the action itself then says so. */
async function itemAt(TableName: string, Key: Json, run: Run): Promise<Json | undefined> {
  try {
    const { Item: item } = await run('GetItem', { TableName, Key, ConsistentRead: true });
    return item === undefined ? undefined : asJson(item);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ValidationException') return undefined;
    throw error;
  }
}

/** An UpdateItem without an update tests its condition; the item that it may leave is taken away again. */
const OPERATIONS: Readonly<Record<Kind, string>> = {
  ConditionCheck: 'UpdateItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
};

async function attempt({ kind, input, before }: Step, engine: Engine): Promise<Reason> {
  const { ReturnValuesOnConditionCheckFailure: onFailure, ...forwarded } = input;
  const response = await engine.send(requestFor(OPERATIONS[kind], forwarded));
  switch (errorCode(response)) {
    case undefined:
      return DONE;
    case 'ConditionalCheckFailedException':
      return {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        ...(onFailure === 'ALL_OLD' && before !== undefined ? { Item: before } : {}),
      };
    case 'ValidationException':
      await refuseMalformed(OPERATIONS[kind], forwarded, engine);
      return { Code: 'ValidationError', Message: errorMessage(response) };
    default:
      valueOf(response);
      return DONE;
  }
}

/** A name that no table has. */
const NO_TABLE = 'no-table-of-this-name-is-ever-made';

/**
 * A request that is wrong whatever the item is refused as a whole. Which one that is shows where there is no table: the engine then gets no
 * further than to the request itself.
 */
async function refuseMalformed(operation: string, input: Json, engine: Engine): Promise<void> {
  const response = await engine.send(requestFor(operation, { ...input, TableName: NO_TABLE }));
  if (errorCode(response) === 'ValidationException') throw invalid(errorMessage(response));
}

async function putBack(steps: readonly Step[], run: Run): Promise<void> {
  for (const { table: TableName, key: Key, before } of steps) {
    const now = await itemAt(TableName, Key, run);
    if (canonical(now) === canonical(before)) continue;
    if (before === undefined) await run('DeleteItem', { TableName, Key });
    else await run('PutItem', { TableName, Item: before });
  }
}

function cancelled(reasons: readonly Reason[]): WireResponse {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return answer(400, {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons: reasons,
  });
}
