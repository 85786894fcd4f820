import type { WireResponse } from '../service.ts';
import { bodyOf, errorCode, withBody } from './answer.ts';
import { asJson } from './json.ts';
import type { Json } from './json.ts';
import { keyNames, keyOf } from './key.ts';
import type { Run } from './run.ts';

export interface FailedWrite {
  readonly response: WireResponse;
  readonly input: Json;
  /** Runs an operation on the same table. */
  readonly run: Run;
}

/**
 * Adds the stored item to a ConditionalCheckFailedException, as ReturnValuesOnConditionCheckFailure=ALL_OLD asks. Runs in the turn of the
 * write, so that no other write comes in between.
 */
export async function withOldItem({ response, input, run }: FailedWrite): Promise<WireResponse> {
  if (errorCode(response) !== 'ConditionalCheckFailedException') {
    return response;
  }
  const TableName = String(input['TableName']);
  const Key = input['Key'] ?? keyOf(asJson(input['Item']), await keyNames(TableName, run));
  const { Item: item } = await run('GetItem', { TableName, Key, ConsistentRead: true });
  return item === undefined ? response : withBody(response, { ...bodyOf(response), Item: item });
}
