import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundedReasons } from '../../src/policy/bounded-reasons.ts';
import type { Reason } from '../../src/policy/model.ts';
import { type ReasonCode, REASONS } from '../../src/policy/reasons.ts';

const reader = (at: number, paste?: string): Reason => ({
  code: 'reader-other-account',
  message: `Account ${at} reads.`,
  ...(paste === undefined ? {} : { paste }),
});
const WEAKER: Reason = { code: 'weaker-algorithm', message: 'Weaker.' };
const EXPIRED: Reason = { code: 'exception-expired', message: 'It is over.' };

test('a few reasons stay as they are', () => {
  const reasons = Array.from({ length: 25 }, (_, at) => reader(at, '{"Sid": "a"}'));
  assert.deepEqual(boundedReasons(reasons), reasons);
});

test('of many every code stays, in order, and how many more there are', () => {
  const readers = Array.from({ length: 1_000 }, (_, at) => reader(at, 'x'.repeat(2_000)));
  const bounded = boundedReasons([...readers, WEAKER, EXPIRED]);
  assert.equal(bounded.length, 25);
  assert.deepEqual(bounded[0], reader(0, 'x'.repeat(2_000)));
  assert.deepEqual(bounded.slice(-3), [
    WEAKER,
    EXPIRED,
    { code: 'more-reasons', message: '978 more reasons are not shown: reseal policy explain names them all.' },
  ]);
  assert.equal(bounded.filter((each) => 'paste' in each).length, 12);
  assert.ok(JSON.stringify(bounded).length < 60_000);
});

test('an endless sentence is cut', () => {
  const [bounded] = boundedReasons([{ code: 'flapping', message: 'b'.repeat(5_000) }]);
  assert.equal(bounded?.message.length, 1_500);
});

test('of one too many the last goes, and of more codes than there is room for each stays', () => {
  const readers = Array.from({ length: 26 }, (_, at) => reader(at));
  const bounded = boundedReasons(readers);
  const message = '2 more reasons are not shown: reseal policy explain names them all.';
  assert.deepEqual(bounded, [...readers.slice(0, 24), { code: 'more-reasons', message }]);
  const each = Object.keys(REASONS)
    .slice(0, 30)
    .map((code): Reason => ({ code: code as ReasonCode, message: 'M.' }));
  assert.deepEqual(boundedReasons(each), each);
  const [first] = each;
  assert(first !== undefined);
  assert.deepEqual(boundedReasons([...each, { ...first, message: 'Again.' }]).slice(0, -1), each);
});

test('what is to be pasted is kept while there is room, to the letter', () => {
  const sizes = [20_000, 4_001, 4_000, 1].map((length, at) => reader(at, 'x'.repeat(length)));
  assert.deepEqual(
    boundedReasons(sizes).map(({ paste }) => paste?.length),
    [20_000, undefined, 4_000, undefined],
  );
});
