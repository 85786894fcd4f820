import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ended,
  ending,
  endsSoon,
  exemption,
  isInForce,
  lastDay,
  lastsLonger,
  tooLong,
} from '../../../src/policy/ruling/exceptions.ts';

const EXCEPTION = { bucket: 'orders', reason: 'migration', owner: 'team', until: '2026-11-30' };

const rows: [now: string, inForce: boolean, soon: boolean][] = [
  ['2026-01-01T00:00:00.000Z', true, false],
  ['2026-11-16T23:59:59.999Z', true, false],
  ['2026-11-17T00:00:00.000Z', true, true],
  ['2026-11-30T23:59:59.999Z', true, true],
  ['2026-12-01T00:00:00.000Z', false, false],
];
for (const [now, inForce, soon] of rows) {
  test(`at ${now} it is ${inForce ? 'in force' : 'over'}${soon ? ' and ends soon' : ''}`, () => {
    assert.deepEqual([isInForce(EXCEPTION, new Date(now)), endsSoon(EXCEPTION, new Date(now))], [inForce, soon]);
  });
}

test('both notices name bucket, owner and day', () => {
  for (const { message } of [ending(EXCEPTION), ended(EXCEPTION)]) assert.match(message, /orders.*team.*2026-11-30/);
  assert.deepEqual([ending(EXCEPTION).code, ended(EXCEPTION).code], ['exception-ending', 'exception-expired']);
});

test('an exempt bucket is told with owner, last day and reason', () => {
  const message = 'Bucket orders is exempt through 2026-11-30 (owner team): migration';
  assert.deepEqual(exemption(EXCEPTION), { code: 'exception', message });
});

test('so many days from a moment end with a day, and without a limit none is too late', () => {
  const now = new Date('2026-11-02T23:59:59.999Z');
  assert.equal(lastDay(28, now), '2026-11-30');
  assert.deepEqual(
    [28, 27, 1, Infinity].map((days) => lastsLonger(EXCEPTION.until, days, now)),
    [false, true, true, false],
  );
  assert.deepEqual(tooLong(EXCEPTION, 27, now), {
    code: 'exception-too-long',
    message:
      'The exception for bucket orders (owner team) lasts until 2026-11-30, and limits.exceptionDays of the policy allows 27 days: end it on 2026-11-29 or earlier.',
  });
});
