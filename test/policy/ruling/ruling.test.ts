import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePolicy } from '../../../src/policy/document/document.ts';
import type { Facts } from '../../../src/policy/facts.ts';
import { lacking } from '../../../src/policy/ruling/answer.ts';
import { type RulingCase, rulingFor } from '../../../src/policy/ruling/ruling.ts';
import { DEFAULT_OBJECTS } from '../../../src/policy/model.ts';

const NOW = new Date('2026-11-02T10:15:30Z');
const kms = { algorithm: 'aws:kms', key: 'alias/reseal' };
const full = { ...kms, bucketKey: true, blockSseC: 'leave', ...DEFAULT_OBJECTS };
const UNREAD = { kind: 'unread', why: 'GetBucketTagging was denied', denied: true } as const;

test('where no rule holds it is the default standard', () => {
  assert.deepEqual(ruling({}), { standard: full, rule: 'default', observe: false, notices: [] });
});

test('the first rule that holds stands over the default standard, member by member', () => {
  const rules = [
    { name: 'other', when: { buckets: ['other-*'] }, standard: { blockSseC: 'on' } },
    {
      name: 'data',
      when: { buckets: ['d?ta'] },
      standard: { key: 'alias/data', strength: 'exactly' },
      objects: { reencrypt: 'all' },
      mode: 'observe',
    },
    { name: 'late', when: {}, standard: { blockSseC: 'off' } },
  ];
  assert.deepEqual(ruling({ rules }), {
    standard: { ...full, key: 'alias/data', strength: 'exactly', reencrypt: 'all' },
    rule: 'data',
    observe: true,
    notices: [],
  });
});

test('the mode of a rule stands over that of the policy, either way', () => {
  const isObserved = (mode: string, rule: object) =>
    ruling({ mode, rules: [{ name: 'pilot', when: {}, ...rule }] }).observe;
  const modes = ['enforce', 'observe'];
  assert.deepEqual(
    modes.map((mode) => [
      isObserved(mode, {}),
      isObserved(mode, { mode: 'enforce' }),
      isObserved(mode, { mode: 'observe' }),
    ]),
    [
      [false, false, true],
      [true, false, true],
    ],
  );
});

test('AES256 drops the key, and keep brings the default key for its place', () => {
  const key = { default: 'alias/a', '111122223333/eu-west-1': 'alias/here' };
  const standard = { algorithm: 'aws:kms', key };
  const aes = ruling({ standard, rules: [{ name: 'r', when: {}, standard: { algorithm: 'AES256' } }] });
  assert.deepEqual(aes.standard, { algorithm: 'AES256', bucketKey: true, blockSseC: 'leave', ...DEFAULT_OBJECTS });
  const keep = ruling({ standard, rules: [{ name: 'r', when: {}, standard: { key: 'keep' } }] });
  assert.deepEqual(keep.standard, { ...full, key: 'alias/here', keepKey: true });
  const alone = ruling({
    standard: { algorithm: 'AES256' },
    rules: [{ name: 'r', when: {}, standard: { algorithm: 'aws:kms', key: 'keep' } }],
  });
  assert.deepEqual(alone.standard, {
    algorithm: 'aws:kms',
    keepKey: true,
    bucketKey: true,
    blockSseC: 'leave',
    ...DEFAULT_OBJECTS,
  });
});

test('the most specific entry of a key map wins, and there may be none', () => {
  const key: Record<string, string> = {
    '111122223333/eu-west-1': 'alias/1',
    '111122223333': 'alias/2',
    'eu-west-1': 'alias/3',
    default: 'alias/4',
  };
  for (const place of [...Object.keys(key), undefined]) {
    const map = Object.keys(key).length === 0 ? { 'ap-south-1': 'alias/far' } : { ...key };
    const found = ruling({ standard: { algorithm: 'aws:kms', key: map } }).standard.key;
    assert.equal(found, place === undefined ? undefined : key[place]);
    if (place !== undefined) delete key[place];
  }
});

test("no policy reaches Reseal's own buckets", () => {
  const policy = {
    mode: 'observe',
    rules: [{ name: 'r', when: {} }],
    exceptions: [{ bucket: 'data', reason: 'r', owner: 'o', until: '2027-01-01' }],
  };
  assert.deepEqual(ruling(policy, { own: true }), {
    standard: { algorithm: 'AES256', bucketKey: false, blockSseC: 'leave', ...DEFAULT_OBJECTS, reencrypt: 'none' },
    rule: 'built-in: own bucket',
    observe: false,
    notices: [],
  });
});

describe('facts are needed only where they can still change the answer', () => {
  const tagged = { name: 'tagged', when: { tags: [{ key: 'a' }] } };
  const rows: [string, object, Facts, unknown][] = [
    ['tags of a rule that may hold', { rules: [tagged] }, {}, lacking('tags')],
    ['nothing behind a rule that holds', { rules: [{ name: 'r', when: {} }, tagged] }, {}, 'r'],
    [
      'nothing where a name says no',
      { rules: [{ ...tagged, when: { ...tagged.when, buckets: ['x'] } }] },
      {},
      'default',
    ],
    [
      'nothing where another fact says no',
      { rules: [{ name: 'r', when: { tags: [{ key: 'a' }], ou: 'o-1/r-1' } }] },
      { ouPath: { kind: 'read', value: 'o-1/r-12' } },
      'default',
    ],
    [
      'all that several rules need, at once',
      { rules: [tagged, { name: 'n', when: { createdAfter: '2026-01-01', ou: 'o-1' } }, { name: 'r', when: {} }] },
      {},
      lacking('tags', 'ouPath', 'createdAt'),
    ],
    [
      'what an exception needs',
      { exceptions: [{ when: { tags: [{ key: 'a' }] }, reason: 'r', owner: 'o', until: '2027-01-01' }] },
      {},
      lacking('tags'),
    ],
    [
      'nothing for an exception that is over',
      { exceptions: [{ when: { tags: [{ key: 'a' }] }, reason: 'r', owner: 'o', until: '2026-01-01' }] },
      {},
      'default',
    ],
    [
      'nothing where an exception surely holds',
      { rules: [tagged], exceptions: [{ bucket: 'data', reason: 'r', owner: 'o', until: '2027-01-01' }] },
      {},
      'built-in: exempt',
    ],
    [
      'tags that a request may be in',
      { exceptionRequests: { tag: 'ask', setBy: ['arn:aws:iam::*:role/a'] } },
      {},
      lacking('tags'),
    ],
  ];
  for (const [name, policy, facts, expected] of rows) {
    test(name, () => {
      const found = answer(policy, { facts });
      assert.deepEqual(found.kind === 'sure' ? found.value.rule : found, expected);
    });
  }

  describe('and whether an AWS service writes to the bucket', () => {
    const logs = (name: string, more: object) => ({ name, when: { logTarget: true, ...more } });
    const remembered = (...logSources: { bucket: string; prefix: string }[]): Facts => ({
      remembered: { kind: 'read', value: { repairs: [], logSources } },
    });
    const read: Facts = { bucketPolicy: { kind: 'read', value: undefined }, acl: { kind: 'read', value: [] } };
    const both = [{ name: 'none', when: { logTarget: false } }, logs('target', {})];

    test('needs nothing where something else does not hold', () => {
      const rules = [logs('a', { buckets: ['x'] }), logs('b', { tags: [{ key: 'no' }] })];
      assert.equal(ruling({ rules }, { facts: { tags: { kind: 'read', value: [] } } }).rule, 'default');
      assert.deepEqual(answer({ rules }), lacking('tags'));
    });

    test('is known of server access logs from the ledger alone, else from policy and ACL', () => {
      assert.deepEqual(answer({ rules: both }), lacking('remembered'));
      assert.equal(ruling({ rules: both }, { facts: remembered({ bucket: 'app', prefix: '' }) }).rule, 'target');
      assert.deepEqual(answer({ rules: both }, { facts: remembered() }), lacking('bucketPolicy', 'acl'));
      assert.equal(ruling({ rules: both }, { facts: { ...remembered(), ...read } }).rule, 'none');
    });

    test('is unread by name where one of them could not be read or understood', () => {
      const reasons = (facts: Facts) => {
        const found = answer({ rules: both }, { facts: { ...remembered(), ...read, ...facts } });
        return found.kind === 'open' ? found.reasons.map(({ code }) => code) : found;
      };
      assert.deepEqual(reasons({ remembered: UNREAD }), ['history-unreadable']);
      assert.deepEqual(reasons({ bucketPolicy: UNREAD }), ['bucket-policy-unreadable']);
      assert.deepEqual(reasons({ bucketPolicy: { kind: 'read', value: '{' } }), ['bucket-policy-unreadable']);
      assert.deepEqual(reasons({ acl: UNREAD }), ['acl-unreadable']);
    });
  });
});

describe('what cannot be read is never taken for no', () => {
  const tagged = { name: 'tagged', when: { tags: [{ key: 'a' }] } };
  const reason = (by: string) => ({
    code: 'tags-unreadable',
    message: `GetBucketTagging was denied. ${by} asks for it.`,
  });

  test('a rule that needs it makes the ruling unread, by name', () => {
    assert.deepEqual(answer({ rules: [tagged, { name: 'r', when: {} }] }, { facts: { tags: UNREAD } }), {
      kind: 'open',
      lacks: [],
      reasons: [reason('Rule tagged of the policy')],
    });
  });

  test('behind a rule that surely holds it does not matter', () => {
    assert.equal(ruling({ rules: [{ name: 'r', when: {} }, tagged] }, { facts: { tags: UNREAD } }).rule, 'r');
  });

  test('before it is known that an earlier rule does not hold, that is asked first', () => {
    const rules = [{ name: 'old', when: { createdBefore: '2020-01-01' } }, tagged, { name: 'ou', when: { ou: 'o-1' } }];
    assert.deepEqual(answer({ rules }, { facts: { tags: UNREAD } }), lacking('createdAt'));
  });

  test('an exception that may be in force makes the ruling unread too', () => {
    const exceptions = [{ when: tagged.when, reason: 'r', owner: 'o', until: '2027-01-01' }];
    assert.deepEqual(answer({ exceptions }, { facts: { tags: UNREAD } }), {
      kind: 'open',
      lacks: [],
      reasons: [reason('Exception 1 of the policy')],
    });
  });

  test('an exception that surely holds does not wait for one that cannot be read', () => {
    const exceptions = [
      { when: tagged.when, reason: 'a', owner: 'o', until: '2027-01-01' },
      { bucket: 'data', reason: 'b', owner: 'o', until: '2027-01-01' },
    ];
    assert.equal(ruling({ exceptions }, { facts: { tags: UNREAD } }).exception?.reason, 'b');
  });
});

describe('exceptions', () => {
  const entry = { reason: 'Old importer', owner: 'data@example.com' };
  const message = (end: string) => `The exception for bucket data (owner data@example.com) ${end}`;
  const rows: [string, object[], unknown][] = [
    [
      'in force',
      [{ bucket: 'data', ...entry, until: '2026-12-31' }],
      { exception: { bucket: 'data', ...entry, until: '2026-12-31' }, notices: [] },
    ],
    [
      'on its last day',
      [{ bucket: 'data', ...entry, until: '2026-11-02' }],
      {
        exception: { bucket: 'data', ...entry, until: '2026-11-02' },
        notices: [
          {
            code: 'exception-ending',
            message: message(
              'ends on 2026-11-02: from the next day the bucket is judged like every other, so make it ready or renew the exception.',
            ),
          },
        ],
      },
    ],
    [
      '15 days before its end',
      [{ bucket: 'data', ...entry, until: '2026-11-16' }],
      { exception: { bucket: 'data', ...entry, until: '2026-11-16' }, notices: [] },
    ],
    [
      'over',
      [{ bucket: 'data', ...entry, until: '2026-11-01' }],
      {
        notices: [
          {
            code: 'exception-expired',
            message: message('ended on 2026-11-01: renew it, or remove it from the policy.'),
          },
        ],
      },
    ],
    [
      'over, and one in force behind it',
      [
        { bucket: 'data', ...entry, until: '2026-11-01' },
        { when: { buckets: ['d*'] }, ...entry, until: '2027-01-01' },
      ],
      { exception: { bucket: 'data', ...entry, until: '2027-01-01' }, notices: [] },
    ],
    ['for another bucket', [{ bucket: 'data-2', ...entry, until: '2027-01-01' }], { notices: [] }],
  ];
  for (const [name, exceptions, expected] of rows) {
    test(name, () => {
      const { exception, notices } = ruling({ exceptions });
      assert.deepEqual({ ...(exception && { exception }), notices }, expected);
    });
  }

  test('14 days before its end people hear of it, and not a moment earlier', () => {
    const exceptions = [{ bucket: 'data', ...entry, until: '2026-11-15' }];
    const at = (now: string) => ruling({ exceptions }, { now: new Date(now) }).notices.length;
    assert.deepEqual(
      [at('2026-11-01T23:59:59.999Z'), at('2026-11-02T00:00:00Z'), at('2026-11-15T23:59:59.999Z')],
      [0, 1, 1],
    );
  });
});

describe('limits.exceptionDays', () => {
  const exceptions = [{ bucket: 'data', reason: 'r', owner: 'o', until: '2099-12-31' }];

  test('keeps an exception out of force that lasts longer, and says so', () => {
    const { exception, notices } = ruling({ exceptions, limits: { exceptionDays: 90 } });
    assert.deepEqual([exception, notices.map(({ code }) => code)], [undefined, ['exception-too-long']]);
    assert.equal(ruling({ exceptions }).exception?.until, '2099-12-31');
    const [first] = exceptions;
    const short = ruling({ exceptions: [{ ...first, until: '2027-01-31' }], limits: { exceptionDays: 90 } });
    assert.equal(short.exception?.until, '2027-01-31');
  });

  test('holds for tags too: the shorter of the two limits counts', () => {
    const actor = 'arn:aws:iam::111122223333:role/security-admin';
    const set = { value: '2026-11-20', actor, at: '2026-11-01T00:00:00Z', causeId: 'e-1' };
    const facts: Facts = {
      tags: { kind: 'read', value: [{ key: 'exempt', value: '2026-11-20' }] },
      remembered: { kind: 'read', value: { repairs: [], logSources: [], exceptionTag: set } },
    };
    const exceptionRequests = { tag: 'exempt', setBy: [actor], maxDays: 30 };
    const told = [undefined, 19, 18].map((days) => {
      const limits = days === undefined ? {} : { exceptionDays: days };
      const { exception, notices } = ruling({ exceptionRequests, limits }, { facts });
      return exception?.until ?? notices[0]?.code;
    });
    assert.deepEqual(told, ['2026-11-20', '2026-11-20', 'exception-request-too-long']);
  });
});

function ruling(policy: object, change: Change = {}) {
  const found = answer(policy, change);
  assert(found.kind === 'sure');
  return found.value;
}

type Change = Partial<Pick<RulingCase, 'facts' | 'now'>> & { own?: boolean };

function answer(policy: object, { own = false, ...change }: Change = {}) {
  return rulingFor({
    policy: parsePolicy({ version: 1, standard: kms, ...policy }),
    state: { bucket: 'data', account: '111122223333', region: 'eu-west-1', own },
    kind: 'general-purpose',
    partition: 'aws',
    facts: {},
    now: NOW,
    ...change,
  });
}
