import { accountMessage } from '../../src/intake/account-message.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSweepRequest } from '../../src/intake/parse-sweep-request.ts';
import { sweepPartMessage } from '../../src/intake/sweep-part-message.ts';
import { CLOCK } from './expected-triggers.ts';

test('an invoke without a payload sweeps everything', () => {
  for (const payload of [undefined, null, {}, '{}']) {
    assert.deepEqual(parseSweepRequest(payload, CLOCK), { scope: {}, observe: false, ...CLOCK });
  }
});

test('a misspelt key is refused instead of sweeping more than was meant', () => {
  assert.throws(() => parseSweepRequest({ Buckets: ['amzn-s3-demo-bucket1'] }, CLOCK), {
    code: 'malformed-message',
    message:
      'Not a sweep request: Buckets: expected one of accounts, ous, regions, buckets, prefix, rule, observe, found an unknown key',
  });
});

test('a filter that can mean nothing is refused by its name', () => {
  const many = Array.from({ length: 1_001 }, () => 'amzn-s3-demo-bucket1');
  for (const [payload, message] of [
    [{ accounts: ['1'] }, 'accounts[0]: expected an account id of 12 digits, found "1"'],
    [{ regions: ['Ireland'] }, 'regions[0]: expected an AWS Region such as eu-west-1, found "Ireland"'],
    [{ buckets: [] }, 'buckets: expected a list of 1 to 1000 bucket names, found an empty list'],
    [{ buckets: many }, 'buckets: expected a list of 1 to 1000 bucket names, found a list of 1001'],
    [{ rule: '' }, 'rule: expected the name of a rule of the policy, found ""'],
    [{ rule: 'a\nb' }, 'rule: expected the name of a rule of the policy, found "a\\nb"'],
    [{ prefix: 'däta' }, 'prefix: expected the beginning of the names of the buckets to sweep, found "däta"'],
    ...['Production', 'ou-ab12-11111111/', '*', ' ou-ab12-11111111', 'r-ab12/ou-ab12-11111111', 'o-/r-ab12'].map(
      (unit) =>
        [
          { ous: [unit] },
          `ous[0]: expected the id of an organizational unit or root (ou-ab12-11111111), or a path as in aws:PrincipalOrgPaths, found "${unit}"`,
        ] as const,
    ),
    [{ observe: 'yes' }, 'observe: expected true or false, found "yes"'],
  ] as const) {
    assert.throws(() => parseSweepRequest(payload, CLOCK), {
      code: 'malformed-message',
      message: `Not a sweep request: ${message}`,
    });
  }
});

test('a unit is named by its id, or by the beginning of a path', () => {
  const ous = ['r-ab12', 'ou-ab12-11111111', 'o-a1b2c3d4e5', 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/'];
  assert.deepEqual(parseSweepRequest({ ous }, CLOCK), { scope: { ous }, observe: false, ...CLOCK });
});

test('a job to be looked at is named by its token, and by nothing else', () => {
  assert.deepEqual(parseSweepRequest({ job: 'a1b2' }, CLOCK), { job: 'a1b2' });
  for (const [payload, message] of [
    [{ job: '' }, 'job: expected the token of a job, found ""'],
    [{ job: 'a1b2', observe: true }, 'observe: expected job alone, found an unknown key'],
  ] as const)
    assert.throws(() => parseSweepRequest(payload, CLOCK), { message: `Not a request to look at a job: ${message}` });
});

test('a payload that is no mapping is refused', () => {
  for (const [payload, found] of [
    [7, '7'],
    [[], 'an empty list'],
    ['"all"', '"all"'],
  ] as const) {
    assert.throws(() => parseSweepRequest(payload, CLOCK), {
      code: 'malformed-message',
      message: `Not a sweep request: the message: expected a mapping with any of accounts, ous, regions, buckets, prefix, rule, observe, or nothing, found ${found}`,
    });
  }
});

test('a scheduled event without a time is refused, and one whose id can be no key', () => {
  for (const id of ['', 'sweep#1', 'e'.repeat(2_000)]) {
    const event = { 'detail-type': 'Scheduled Event', id, time: '2026-11-02T10:00:00Z' };
    assert.throws(() => parseSweepRequest(event, CLOCK), { message: /^Not a scheduled event: id: expected the id/ });
  }
  assert.throws(() => parseSweepRequest({ 'detail-type': 'Scheduled Event', id: 'e1' }, CLOCK), {
    code: 'malformed-message',
    message: 'Not a scheduled event: time: expected a time such as 2026-11-02T10:15:30Z, found nothing',
  });
});

const inQueue = (...bodies: string[]) => ({ Records: bodies.map((body) => ({ messageId: 'm', body })) });

test('a message of the sweep to itself is read as the part of a sweep that it is about', () => {
  for (const step of [
    { sweep: 'sweep-1', account: '222222222222', step: 'account', tries: 1 },
    { sweep: 'sweep-1', account: '222222222222', region: 'eu-west-1', step: 'sources', part: 2 },
  ] as const) {
    assert.deepEqual(parseSweepRequest(inQueue(sweepPartMessage(step)), CLOCK), step);
  }
});

test('a message about an account, and an event that names one, are read as accounts to look at', () => {
  assert.deepEqual(parseSweepRequest(inQueue(accountMessage('222222222222')), CLOCK), { accounts: ['222222222222'] });
  const event = {
    version: '0',
    id: 'event-1',
    'detail-type': 'AWS Service Event via CloudTrail',
    source: 'aws.organizations',
    account: '999999999999',
    region: 'us-east-1',
    time: '2026-11-02T10:15:30Z',
    detail: {
      eventName: 'CreateAccountResult',
      serviceEventDetails: { createAccountStatus: { accountId: '222222222222' } },
    },
  };
  assert.deepEqual(parseSweepRequest(inQueue(JSON.stringify(event)), CLOCK), {
    accounts: ['222222222222'],
    heard: { event: 'CreateAccountResult', at: '2026-11-02T10:15:30Z' },
  });
});

test('a run that is put back is read as it was asked for', () => {
  assert.deepEqual(parseSweepRequest(inQueue('{"prefix":"data-"}'), CLOCK), {
    scope: { prefix: 'data-' },
    observe: false,
    ...CLOCK,
  });
  const scheduled = { 'detail-type': 'Scheduled Event', id: 'e', time: '2026-11-02T10:00:00Z' };
  assert.deepEqual(parseSweepRequest(inQueue(JSON.stringify(scheduled)), CLOCK), {
    scope: {},
    observe: false,
    id: 'e',
    at: '2026-11-02T10:00:00Z',
  });
  assert.throws(() => parseSweepRequest(inQueue('{"replay":{"put":true}}'), CLOCK), { code: 'malformed-message' });
  assert.throws(() => parseSweepRequest(inQueue('null'), CLOCK), { code: 'malformed-message' });
});

test('a wish to see dead letters or to put them back is read, and a slip in it is named', () => {
  assert.deepEqual(parseSweepRequest({ replay: {} }, CLOCK), { replay: { put: false } });
  const asked = { replay: { queue: 'job', put: true } };
  assert.deepEqual(parseSweepRequest(asked, CLOCK), asked);
  for (const [payload, message] of [
    [{ replay: true }, 'Not a replay request: replay: expected a mapping with queue, put or before, found true'],
    [
      { replay: { queue: 'jobs' } },
      'Not a replay request: replay.queue: expected one of assess, sweep, job, object, run, rule, announce, found "jobs"',
    ],
    [
      { replay: { putt: true } },
      'Not a replay request: replay.putt: expected one of queue, put, before, found an unknown key',
    ],
    [{ replay: {}, observe: true }, 'Not a replay request: observe: expected replay alone, found an unknown key'],
  ] as const) {
    assert.throws(() => parseSweepRequest(payload, CLOCK), { code: 'malformed-message', message });
  }
});

test('any other message in that queue is refused, and so is more than one at a time', () => {
  for (const [payload, message] of [
    [inQueue('nonsense'), 'Not a message of a queue: the message: expected JSON text, found "nonsense"'],
    [
      inQueue('{"reseal":"sweep-part","version":1,"sweep":"s","step":"all","part":-1}'),
      'Not a part of a sweep: step: expected one of account, sources, buckets, found "all"',
    ],
    [
      inQueue('{"reseal":"sweep-part","version":1,"sweep":"s","account":"2","step":"sources","part":-1}'),
      'Not a part of a sweep: account: expected an account id of 12 digits, found "2"; region: expected an AWS Region such as eu-west-1, found nothing; part: expected the number of a part, 0 or more, found -1',
    ],
    [
      inQueue('{"reseal":"account","version":2,"account":"2"}'),
      'Not a message about an account: version: expected 1, the only version of this message there is, found 2; account: expected an account id of 12 digits, found "2"',
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
