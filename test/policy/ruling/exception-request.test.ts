import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exceptionRequest, mayRequest } from '../../../src/policy/ruling/exception-request.ts';
import { lacking, sure } from '../../../src/policy/ruling/answer.ts';
import type { Facts, History } from '../../../src/policy/facts.ts';

const NOW = new Date('2026-11-02T10:15:30Z');
const ADMIN = 'arn:aws:iam::111122223333:role/security-admin';
const requests = { tag: 'exempt', setBy: ['arn:aws:iam::*:role/security-admin'], maxDays: 30 };
const TAGGED = { value: '2026-11-20', actor: ADMIN, at: '2026-11-01T00:00:00Z', causeId: 'e-1' };
const NONE = sure({ notices: [] });
const UNREAD = { kind: 'unread', why: 'it was denied.', denied: true } as const;

test('without exceptionRequests in the policy no tag is heard, and none is asked for', () => {
  assert.deepEqual(
    exceptionRequest({ bucket: 'data', account: '111122223333', requests: undefined, facts: {}, now: NOW }),
    NONE,
  );
});

test('tags are needed first, and what the ledger remembers only where the tag is there and could count', () => {
  assert.deepEqual(request({}), lacking('tags'));
  assert.deepEqual(request(tagged(undefined)), NONE);
  assert.deepEqual(request(tagged('2026-11-20')), lacking('remembered'));
  assert.equal(codeOf(tagged('soon')), 'exception-request-malformed');
  assert.equal(codeOf(tagged('2026-11-01')), 'exception-expired');
});

test('set by somebody who may, within its longest time, it is an exception of theirs', () => {
  assert.deepEqual(request(set('2026-11-20', { at: '2026-11-01T09:00:00Z' })), {
    kind: 'sure',
    value: {
      exception: { bucket: 'data', reason: 'the tag exempt asks for it', owner: ADMIN, until: '2026-11-20' },
      notices: [],
    },
  });
});

describe('what is not honoured is said, and how to mend it', () => {
  const asked = 'The tag exempt of bucket data';
  const who = 'arn:aws:iam::111122223333:role/security-admin';
  const rows: [string, Facts, { code: string; message: string }][] = [
    [
      'no event tells who set it',
      history(tagged('2026-11-20'), undefined),
      {
        code: 'exception-request-unproven',
        message: `${asked} asks for an exception until 2026-11-20, and no event shows who set it: let one of ${who} remove it and set it again.`,
      },
    ],
    [
      'the event set another value',
      set('2026-11-20', { value: '2026-11-10' }),
      {
        code: 'exception-request-unproven',
        message: `${asked} asks for an exception until 2026-11-20, and no event shows who set it: let one of ${who} remove it and set it again.`,
      },
    ],
    [
      'nobody knows when',
      set('2026-11-20', { at: 'yesterday' }),
      {
        code: 'exception-request-unproven',
        message: `${asked} asks for an exception until 2026-11-20, and no event shows who set it: let one of ${who} remove it and set it again.`,
      },
    ],
    [
      'somebody else set it',
      set('2026-11-20', { actor: 'arn:aws:iam::111122223333:role/developer' }),
      {
        code: 'exception-request-not-allowed',
        message: `${asked} was set by arn:aws:iam::111122223333:role/developer, and the policy allows only ${who}: let one of them remove it and set it again.`,
      },
    ],
    [
      'it asks for a day too many',
      set('2026-12-02', {}),
      {
        code: 'exception-request-too-long',
        message: `${asked} asks for an exception until 2026-12-02, and set on 2026-11-01 it may last until 2026-12-01 (30 days): set it to that day or earlier.`,
      },
    ],
    [
      'it is over',
      tagged('2026-11-01'),
      {
        code: 'exception-expired',
        message: `${asked} asked for an exception that ended on 2026-11-01: renew it or remove the tag.`,
      },
    ],
    [
      'it is no day, and just short enough to be told whole',
      tagged('x'.repeat(40)),
      {
        code: 'exception-request-malformed',
        message: `${asked} has the value "${'x'.repeat(40)}", which is no day: set it to YYYY-MM-DD.`,
      },
    ],
    [
      'it is no day',
      tagged('x'.repeat(60)),
      {
        code: 'exception-request-malformed',
        message: `${asked} has the value "${'x'.repeat(40)}...", which is no day: set it to YYYY-MM-DD.`,
      },
    ],
  ];
  for (const [name, facts, reason] of rows) {
    test(name, () => assert.deepEqual(request(facts), sure({ notices: [reason] })));
  }

  for (const value of [
    '2026-02-30',
    '2027-13-01',
    '',
    '31.12.2027',
    '2027-12-31T00:00:00Z',
    '2027-1-1',
    ' 2027-01-01',
  ]) {
    test(`the value ${JSON.stringify(value)}`, () =>
      assert.equal(codeOf(tagged(value)), 'exception-request-malformed'));
  }

  for (const actor of [
    'arn:aws:iam::999988887777:role/security-admin',
    'arn:aws:iam::111122223333:role/x:role/security-admin',
    'arn:aws:iam::111122223333:role/team/security-admin',
    'arn:aws:iam::111122223333:role/security-admin2',
    'arn:aws:sts::111122223333:assumed-role/security-admin/session',
    'AROAEXAMPLE',
  ]) {
    test(`the actor ${JSON.stringify(actor)}`, () =>
      assert.equal(codeOf(set('2026-11-20', { actor })), 'exception-request-not-allowed'));
  }
});

describe('an account in setBy', () => {
  const by = (account: string) => ({ ...requests, setBy: [`arn:aws:iam::${account}:role/security-admin`] });
  const OTHER = 'arn:aws:iam::999988887777:role/security-admin';

  test('of * is the account of the bucket, whoever sets the tag', () => {
    assert.deepEqual(
      [ADMIN, OTHER].map((actor) => mayRequest(actor, '111122223333', by('*'))),
      [true, false],
    );
    assert.equal(mayRequest(OTHER, '999988887777', by('*')), true);
  });

  test('that is written out is that account, for buckets of every account', () => {
    assert.deepEqual(
      [ADMIN, OTHER].map((actor) => mayRequest(actor, '111122223333', by('999988887777'))),
      [false, true],
    );
  });
});

test('where nobody is known to have given the tag its value, or the value is not sure, nobody vouches', () => {
  for (const change of [{ actor: '' }, { doubted: true }]) {
    assert.equal(codeOf(set('2026-11-20', change)), 'exception-request-unproven');
  }
  const of = (tag: string) => ({
    ...set('2026-11-20', {}),
    remembered: {
      kind: 'read' as const,
      value: { repairs: [], logSources: [], exceptionTag: TAGGED, tagHistory: { tag, said: [] } },
    },
  });
  assert.equal(codeOf(of('another')), 'exception-request-unproven');
  assert.equal(codeOf(of('exempt')), undefined);
});

test('what could not be read is unread, by name', () => {
  assert.deepEqual(request({ tags: UNREAD }), {
    kind: 'open',
    lacks: [],
    reasons: [{ code: 'tags-unreadable', message: 'it was denied. exceptionRequests of the policy asks for it.' }],
  });
  assert.deepEqual(request({ ...tagged('2026-11-20'), remembered: UNREAD }), {
    kind: 'open',
    lacks: [],
    reasons: [{ code: 'history-unreadable', message: 'it was denied. exceptionRequests of the policy asks for it.' }],
  });
});

function request(facts: Facts) {
  return exceptionRequest({ bucket: 'data', account: '111122223333', requests, facts, now: NOW });
}

function codeOf(facts: Facts): string | undefined {
  const found = request(facts);
  return found.kind === 'sure' ? found.value.notices[0]?.code : undefined;
}

function tagged(value: string | undefined): Facts {
  const tags = value === undefined ? [] : [{ key: 'exempt', value }];
  return { tags: { kind: 'read', value: [{ key: 'team', value: 'a' }, ...tags] } };
}

function set(value: string, change: object): Facts {
  return history(tagged(value), { value, actor: ADMIN, at: '2026-11-01T00:00:00Z', causeId: 'e-1', ...change });
}

function history(facts: Facts, exceptionTag: History['exceptionTag']): Facts {
  const value = { repairs: [], logSources: [], ...(exceptionTag && { exceptionTag }) };
  return { ...facts, remembered: { kind: 'read', value } };
}
