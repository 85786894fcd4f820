import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSweepRequest } from '../../src/intake/parse-sweep-request.ts';
import { sweepPartMessage } from '../../src/intake/sweep-part-message.ts';
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

const inQueue = (...bodies: string[]) => ({ Records: bodies.map((body) => ({ messageId: 'm', body })) });

test('a message of the sweep to itself is read as the part of a sweep that it is about', () => {
  const part = { sweep: 'sweep-1', step: 'sources', part: 2 } as const;
  assert.deepEqual(parseSweepRequest(inQueue(sweepPartMessage(part)), CLOCK), part);
});

test('any other message in that queue is refused, and so is more than one at a time', () => {
  for (const [payload, message] of [
    [inQueue('nonsense'), 'Not a part of a sweep: the message: expected JSON text, found "nonsense"'],
    [
      inQueue('{"reseal":"sweep-part","version":1,"sweep":"s","step":"all","part":-1}'),
      'Not a part of a sweep: step: expected one of sources, buckets, found "all"; part: expected the number of a part, 0 or more, found -1',
    ],
    [
      inQueue('{}', '{}'),
      'Not a message of a queue: Records: expected one record, as the batch size of the mapping says, found a list',
    ],
    [
      { Records: [] },
      'Not a message of a queue: Records: expected one record, as the batch size of the mapping says, found an empty list',
    ],
  ] as const) {
    assert.throws(() => parseSweepRequest(payload, CLOCK), { code: 'malformed-message', message });
  }
});
