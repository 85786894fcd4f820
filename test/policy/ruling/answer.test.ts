import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, lacking, openBecause, openTogether, sure, unreadFor } from '../../../src/policy/ruling/answer.ts';

const DENIED = { code: 'tags-unreadable', message: 'Denied.' } as const;
const BUSY = { code: 'ou-path-unreadable', message: 'Busy.' } as const;

const rows: [name: string, answers: Answer<unknown>[], together: ReturnType<typeof openTogether>][] = [
  ['nothing', [], undefined],
  ['what is sure', [sure(true), sure(false)], undefined],
  ['what is lacking, each once', [lacking('tags'), sure(1), lacking('ouPath', 'tags')], lacking('tags', 'ouPath')],
  ['what is lacking, before why the rest is unread', [openBecause(DENIED), lacking('ouPath')], lacking('ouPath')],
  ['why, where nothing is left to read', [openBecause(DENIED), openBecause(BUSY)], openBecause(DENIED, BUSY)],
];
for (const [name, answers, together] of rows) {
  test(`open together: ${name}`, () => assert.deepEqual(openTogether(answers), together));
}

test('a fact that could not be read says who asks for it, in one sentence after another', () => {
  for (const why of ['It was denied', 'It was denied.']) {
    const message = 'It was denied. Rule payments asks for it.';
    const open = unreadFor('Rule payments', 'tags', { kind: 'unread', why, denied: true });
    assert.deepEqual(open, openBecause({ code: 'tags-unreadable', message }));
  }
});
