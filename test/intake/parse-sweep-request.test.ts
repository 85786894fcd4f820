import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSweepRequest } from '../../src/intake/parse-sweep-request.ts';
import { CLOCK } from './expected-triggers.ts';

test('an invoke without a payload sweeps everything', () => {
  for (const payload of [undefined, null, {}, '{}']) {
    assert.deepEqual(parseSweepRequest(payload, CLOCK), { observe: false, ...CLOCK });
  }
});

test('a misspelt key is refused instead of sweeping more than was meant', () => {
  assert.throws(() => parseSweepRequest({ Buckets: ['amzn-s3-demo-bucket1'] }, CLOCK), {
    code: 'malformed-message',
    message: 'Not a sweep request: Buckets: expected one of buckets, prefix, observe, found an unknown key',
  });
});

test('a payload that is no mapping is refused', () => {
  for (const [payload, found] of [
    [7, '7'],
    [[], 'an empty list'],
    ['"all"', '"all"'],
  ] as const) {
    assert.throws(() => parseSweepRequest(payload, CLOCK), {
      code: 'malformed-message',
      message: `Not a sweep request: the message: expected a mapping with buckets, prefix or observe, or nothing, found ${found}`,
    });
  }
});

test('a scheduled event without a time is refused', () => {
  assert.throws(() => parseSweepRequest({ 'detail-type': 'Scheduled Event', id: 'e1' }, CLOCK), {
    code: 'malformed-message',
    message: 'Not a scheduled event: time: expected a time such as 2026-11-02T10:15:30Z, found nothing',
  });
});
