import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundedReasons } from '../../src/policy/bounded-reasons.ts';

const reason = (at: number, paste?: string) => ({
  code: 'reader-other-account',
  message: `Account ${at} reads.`,
  ...(paste === undefined ? {} : { paste }),
});

test('a few reasons stay as they are', () => {
  const reasons = Array.from({ length: 25 }, (_, at) => reason(at, '{"Sid": "a"}'));
  assert.deepEqual(boundedReasons(reasons), reasons);
});

test('of a thousand the first are kept, and how many more there are', () => {
  const bounded = boundedReasons(Array.from({ length: 1_000 }, (_, at) => reason(at, 'x'.repeat(2_000))));
  assert.equal(bounded.length, 25);
  assert.deepEqual(bounded[0], reason(0, 'x'.repeat(2_000)));
  assert.deepEqual(bounded.at(-1), {
    code: 'reader-other-account',
    message: 'There are 976 more reasons of this kind; reseal policy explain names every one of them.',
  });
  assert.equal(bounded.filter(({ paste }) => paste !== undefined).length, 12);
  assert.ok(JSON.stringify(bounded).length < 60_000);
});

test('an endless sentence is cut', () => {
  const [bounded] = boundedReasons([{ code: 'a', message: 'b'.repeat(5_000) }]);
  assert.equal(bounded?.message.length, 1_500);
});
