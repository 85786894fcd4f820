import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { undone } from '../../../local/lambda/batch-outcome.ts';

const ids = ['m1', 'm2', 'm3'];
const answer = (value: unknown) => ({ requestId: 'r', failed: false, payload: Buffer.from(JSON.stringify(value)) });
const failures = (...itemIdentifiers: unknown[]) =>
  answer({ batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) });

const reported: [what: string, result: Parameters<typeof undone>[0], left: readonly string[]][] = [
  ['no failures', failures(), []],
  ['null', answer(null), []],
  ['an empty object', answer({}), []],
  ['null for the list', answer({ batchItemFailures: null }), []],
  ['one message', failures('m2'), ['m2']],
  ['all messages', failures('m3', 'm1', 'm2'), ['m3', 'm1', 'm2']],
  ['a message that is not of the batch', failures('m1', 'other'), ids],
  ['an empty identifier', failures(''), ids],
  ['a null identifier', failures(null), ids],
  ['a key of another name', answer({ batchItemFailures: [{ id: 'm1' }] }), ids],
  ['something else than a list', answer({ batchItemFailures: 'm1' }), ids],
  ['a string', answer('done'), ids],
  ['what is not JSON', { requestId: 'r', failed: false, payload: Buffer.from('{') }, ids],
  ['an error', { ...failures('m1'), failed: true }, ids],
];

describe('with ReportBatchItemFailures a function that answers', () => {
  for (const [what, result, left] of reported) {
    test(`${what} leaves ${left.length} of 3 messages`, () => assert.deepEqual(undone(result, ids, true), left));
  }
});

describe('without ReportBatchItemFailures', () => {
  test('every message is done whatever the function answers', () =>
    assert.deepEqual(undone(failures('m1'), ids, false), []));
  test('every message is left by an error', () =>
    assert.deepEqual(undone({ ...failures(), failed: true }, ids, false), ids));
});
