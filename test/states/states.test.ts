import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Explanation } from '../../cli/explain/explanation.ts';
import { EXPECTED } from './expected.ts';
import { explainedState, STATES } from './explained-state.ts';

const names = readdirSync(STATES)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .toSorted();

test('every state of events/states has an expectation, and every expectation a state', () => {
  assert.deepEqual(Object.keys(EXPECTED).toSorted(), names);
  assert(names.length >= 25);
});

describe('the verdict on', () => {
  for (const name of names) {
    const expected = EXPECTED[name];
    test(`${name} is ${expected?.verdict}, for the reasons expected`, async () => {
      const explained = await explainedState(name, expected?.policy);
      const { verdict, rule, reasons } = explained;
      const { policy: _, ...told } = expected ?? {};
      assert.deepEqual(
        { verdict, ...(rule === undefined ? {} : { rule }), codes: reasons.map(({ code }) => code) },
        told,
        reasons.map(({ message }) => message).join('\n'),
      );
      assertWhole(explained);
    });
  }
});

/** What is true of every explanation, whatever the verdict. */
function assertWhole({ bucket, verdict, reasons, facts, repair }: Explanation): void {
  for (const { code, message, statement } of reasons) {
    // A name that begins a sentence stays as it is, and an exception ends in the words of whoever wrote it into the policy.
    const sentence = code === 'exception' ? /^\p{Lu}.* \w/su : /^(?:\p{Lu}|arn:).* \w.*\.$/su;
    assert.match(message, sentence, `${code} speaks in a sentence`);
    assert.doesNotMatch(
      `${message} ${JSON.stringify(statement)}`.replace(/ undefined$/, ''),
      /undefined|\[object/,
      `${code} leaves no gap`,
    );
    assert.doesNotMatch(message, /[\p{Cc}\p{Bidi_Control}]/u, `${code} is one line without control characters`);
    assert(statement === undefined || typeof statement === 'object', `${code} has JSON to paste`);
  }
  assert.equal(
    repair !== undefined,
    verdict === 'repair',
    `a write for ${bucket} is shown of a repair and nothing else`,
  );
  assert(repair === undefined || repair.diff.some((line) => /^[-+] /.test(line)), 'a repair changes something');
  assert(
    facts.unread.length === 0 || verdict === 'unreadable' || verdict === 'hold',
    'nothing rests on what is unread',
  );
}
