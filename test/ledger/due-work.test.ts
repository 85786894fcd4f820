import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BucketItem, Pending } from '../../src/ledger/bucket-item.ts';
import type { Reported } from '../../src/ledger/drift.ts';
import { type DueCase, dueWork, eachOnce } from '../../src/ledger/due-work.ts';
import type { Encryption } from '../../src/policy/model.ts';

const LOOKED_AT = '2026-11-20T10:00:00.000Z';
const SSE_S3: Encryption = { algorithm: 'AES256' };
const OTHER_KEY: Encryption = { algorithm: 'aws:kms', keyId: 'other', bucketKey: true };
const OLD_KEY: Encryption = { algorithm: 'aws:kms', keyId: 'old', bucketKey: true };
const STANDARD: Encryption = { algorithm: 'aws:kms', keyId: 'standard', bucketKey: true };

const at = (time: string) => `2026-11-20T${time}Z`;
const told = (cause: string, time = '09:58:00'): Reported => ({ at: at(time), causeId: 'event-1', cause });
const pendingOf = (cause: string, over: Partial<Pending> = {}): Pending => ({ id: 'p', ...told(cause), ...over });

/** A look that repaired, or with `repaired: false` one that found the standard. */
function due(over: Partial<DueCase> & { item?: BucketItem }) {
  const found = over.repaired === false ? STANDARD : SSE_S3;
  return dueWork({
    item: {},
    trigger: told('encryption-put'),
    found,
    repaired: true,
    reencrypt: 'drifted',
    backfillId: 'standard-1',
    lookedAt: LOOKED_AT,
    ...over,
  });
}

const NOTHING = { scopes: [] };
const since = (from: string, ...rules: Encryption[]) => ({
  scopes: rules.map((replaced) => ({ kind: 'window', from, replaced })),
  from,
});

describe('what the policy asks', () => {
  it('none: nothing is due, whatever happened', () => {
    assert.deepEqual(due({ reencrypt: 'none', pending: pendingOf('created', { replaced: SSE_S3 }) }), NOTHING);
  });

  const everything = { scopes: [{ kind: 'all' }], backfilled: 'standard-1', from: '1970-01-01T00:00:00.000Z' };
  it('all: everything, once for each standard, and windows from then on', () => {
    assert.deepEqual(due({ reencrypt: 'all' }), everything);
    assert.deepEqual(due({ reencrypt: 'all', repaired: false, item: { backfilled: 'standard-0' } }), everything);
    const planned = { backfilled: 'standard-1' };
    assert.deepEqual(due({ reencrypt: 'all', item: planned }), since(at('09:58:00'), SSE_S3));
    assert.deepEqual(due({ reencrypt: 'all', item: planned, repaired: false, trigger: told('sweep') }), NOTHING);
  });
});

describe('a bucket that was repaired', () => {
  const COMPLIANT_AT = '2026-11-19T10:00:00.000Z';
  const cases: [string, Partial<DueCase>, ReturnType<typeof since> | typeof NOTHING][] = [
    ['since its event', {}, since(at('09:58:00'), SSE_S3)],
    [
      'since its event, under what began it too',
      { found: OTHER_KEY, trigger: told('created') },
      since(at('09:58:00'), OTHER_KEY, SSE_S3),
    ],
    ['since never, where a sweep finds it and nobody knows more', { trigger: told('sweep') }, NOTHING],
    [
      'since it was last seen compliant, where no event told',
      { trigger: told('sweep'), item: { verdict: 'compliant', compliantAt: COMPLIANT_AT } },
      since(COMPLIANT_AT, SSE_S3),
    ],
    [
      'since its event, where it was compliant until then',
      { item: { verdict: 'compliant', compliantAt: COMPLIANT_AT } },
      since(at('09:58:00'), SSE_S3),
    ],
    [
      'since its event, where it was repaired until then',
      { item: { verdict: 'repair', compliantAt: COMPLIANT_AT } },
      since(at('09:58:00'), SSE_S3),
    ],
    [
      'since it was last compliant, where it was seen below since and not repaired',
      { item: { verdict: 'repair', observed: true, compliantAt: COMPLIANT_AT } },
      since(COMPLIANT_AT, SSE_S3),
    ],
    [
      'since it is recorded as below, under the rule that was seen then too',
      { item: { verdict: 'hold', belowSince: at('08:00:00'), found: OTHER_KEY } },
      since(at('08:00:00'), SSE_S3, OTHER_KEY),
    ],
    [
      'since its event, where that is earlier than what is recorded',
      { item: { verdict: 'hold', belowSince: at('09:59:00'), found: SSE_S3 } },
      since(at('09:58:00'), SSE_S3),
    ],
    [
      'since the drift that could not be answered, where only a sweep comes through',
      { trigger: told('sweep'), item: { verdict: 'unreadable', lastDrift: told('encryption-put', '07:00:00') } },
      since(at('07:00:00'), SSE_S3),
    ],
    [
      'since its own event, where an earlier drift has been answered',
      {
        item: {
          verdict: 'compliant',
          compliantAt: at('09:00:00.000'),
          lastDrift: told('encryption-put', '08:59:59'),
        },
      },
      since(at('09:58:00'), SSE_S3),
    ],
    [
      'since an earlier drift of the very second in which it was last compliant',
      {
        item: {
          verdict: 'compliant',
          compliantAt: at('09:00:00.400'),
          lastDrift: told('encryption-put', '09:00:00'),
        },
      },
      since(at('09:00:00'), SSE_S3),
    ],
    [
      'since its own event, where an earlier drift is covered',
      {
        item: {
          covered: [{ from: at('08:00:00'), to: at('08:10:00') }],
          lastDrift: told('encryption-put', '08:00:00'),
        },
      },
      since(at('09:58:00'), SSE_S3),
    ],
    [
      'since its event once more, where it is below once more, covered or not',
      { item: { verdict: 'repair', covered: [{ from: at('09:00:00'), to: at('09:59:00') }] } },
      since(at('09:58:00'), SSE_S3),
    ],
    [
      'since the look, where the clock is behind',
      { trigger: told('encryption-put', '10:05:00') },
      since(LOOKED_AT, SSE_S3),
    ],
    ['since never, from the future', { trigger: told('encryption-put', '11:00:00') }, NOTHING],
  ];
  for (const [name, given, expected] of cases) it(name, () => assert.deepEqual(due(given), expected));
});

describe('work that was taken up', () => {
  it('includes the rule that an invocation had replaced which died', () => {
    const pending = pendingOf('encryption-put', { replaced: OLD_KEY });
    const expected = since(at('09:58:00'), OLD_KEY);
    assert.deepEqual(due({ item: { pending }, pending, repaired: false, trigger: told('sweep') }), expected);
    assert.deepEqual(
      due({ item: { pending }, pending, trigger: told('sweep') }),
      since(at('09:58:00'), SSE_S3, OLD_KEY),
    );
  });

  it('began by a sweep looks as far back as the bucket was compliant', () => {
    const pending = pendingOf('sweep', { replaced: OLD_KEY });
    const item = { pending, verdict: 'compliant', compliantAt: at('03:00:00.000') };
    assert.deepEqual(
      due({ item, pending, repaired: false, trigger: told('sweep') }),
      since(at('03:00:00.000'), OLD_KEY),
    );
  });

  it('on objects alone says nothing of when the bucket was weaker', () => {
    const pending = pendingOf('encryption-put');
    assert.deepEqual(due({ item: { pending }, pending, repaired: false, trigger: told('sweep') }), NOTHING);
  });

  it('has each rule once', () => {
    const pending = pendingOf('created', { replaced: SSE_S3, rules: [SSE_S3, OTHER_KEY, OTHER_KEY] });
    assert.deepEqual(due({ item: { pending }, pending }), since(at('09:58:00'), SSE_S3, OTHER_KEY));
  });
});

describe('a bucket that was found right', () => {
  const right = (over: Partial<DueCase>) => due({ repaired: false, ...over });
  const covered = [{ from: at('09:58:00'), to: at('09:59:00') }];

  it('has nothing to do after a sweep, a put or its creation: nobody says that it was weaker', () => {
    for (const cause of ['sweep', 'encryption-put', 'created', 'tagged', 'deleted', 'later-cause']) {
      assert.deepEqual(right({ trigger: told(cause) }), NOTHING, cause);
    }
  });

  it('was surely weaker where its encryption was deleted, once', () => {
    const trigger = told('encryption-deleted');
    assert.deepEqual(right({ trigger }), since(at('09:58:00'), SSE_S3));
    assert.deepEqual(right({ trigger, item: { covered } }), NOTHING);
    assert.deepEqual(
      right({ trigger: told('encryption-deleted', '09:59:01'), item: { covered } }),
      since(at('09:59:01'), SSE_S3),
    );
  });

  it('answers a deletion that an earlier look could not', () => {
    const lastDrift = told('encryption-deleted');
    assert.deepEqual(right({ trigger: told('sweep'), item: { lastDrift } }), since(at('09:58:00'), SSE_S3));
    const answered = { lastDrift, compliantAt: at('09:58:01.000') };
    assert.deepEqual(right({ trigger: told('sweep'), item: answered }), NOTHING);
  });

  it('has the objects of a recorded drift to do, whoever ended it', () => {
    const held: BucketItem = { verdict: 'hold', belowSince: at('08:00:00'), found: OTHER_KEY };
    assert.deepEqual(right({ trigger: told('sweep'), item: held }), since(at('08:00:00'), OTHER_KEY));
    const observed: BucketItem = { verdict: 'compliant', belowSince: at('08:00:00'), found: STANDARD };
    assert.deepEqual(
      right({ trigger: told('sweep'), item: observed }),
      since(at('08:00:00'), SSE_S3),
      'nobody knows the rule any more',
    );
    const unread: BucketItem = { verdict: 'unreadable', belowSince: at('08:00:00') };
    assert.deepEqual(right({ trigger: told('sweep'), item: unread }), since(at('08:00:00'), SSE_S3));
  });
});

describe('a rule that an event says was put', () => {
  const put = (rulePut: Encryption, time = '09:58:00') => ({ ...told('encryption-put', time), rulePut });
  const isBelow = (rule: Encryption) => rule !== STANDARD;

  it('is looked for beside the rule that was found', () => {
    assert.deepEqual(due({ trigger: put(OTHER_KEY) }), since(at('09:58:00'), SSE_S3, OTHER_KEY));
    assert.deepEqual(due({ trigger: put({ ...SSE_S3, bucketKey: false }) }), since(at('09:58:00'), SSE_S3), 'once');
    assert.deepEqual(due({ trigger: put(STANDARD), isBelow }), since(at('09:58:00'), SSE_S3), 'not where it is right');
  });

  it('says that a bucket which was found right was surely weaker, once for that rule', () => {
    const right = (over: Partial<DueCase>) => due({ repaired: false, trigger: put(OTHER_KEY), ...over });
    const window = { from: at('09:57:00'), to: at('09:59:00') };
    assert.deepEqual(right({}), since(at('09:58:00'), OTHER_KEY));
    assert.deepEqual(right({ item: { covered: [{ ...window, rule: SSE_S3 }] } }), since(at('09:58:00'), OTHER_KEY));
    assert.deepEqual(right({ item: { covered: [{ ...window, rule: OTHER_KEY }] } }), NOTHING);
    assert.deepEqual(right({ item: { covered: [window] } }), NOTHING, 'as an older version recorded it');
    assert.deepEqual(right({ item: { deletedAt: at('09:59:00') } }), NOTHING, 'not of an earlier bucket');
  });

  it('is remembered with its drift, with work that was begun, and of a time below', () => {
    const trigger = told('sweep');
    const item = { verdict: 'unreadable', lastDrift: put(OTHER_KEY) };
    assert.deepEqual(due({ repaired: false, trigger, item }), since(at('09:58:00'), OTHER_KEY));
    const pending = { ...pendingOf('encryption-put', { replaced: OLD_KEY }), rulePut: OTHER_KEY };
    assert.deepEqual(
      due({ repaired: false, trigger, pending, item: { pending } }),
      since(at('09:58:00'), OLD_KEY, OTHER_KEY),
    );
    const below = { verdict: 'unreadable', belowSince: at('09:00:00'), belowRules: [OTHER_KEY, STANDARD] };
    assert.deepEqual(due({ repaired: false, trigger, item: below, isBelow }), since(at('09:00:00'), OTHER_KEY));
  });
});

it('more than five rules are told apart no more: one job looks for objects under any key', () => {
  const keys = (count: number) =>
    Array.from({ length: count }, (_, key) => ({ algorithm: 'aws:kms', keyId: `key-${key}` }));
  assert.deepEqual(eachOnce([SSE_S3, ...keys(4)]), [SSE_S3, ...keys(4)]);
  assert.deepEqual(eachOnce([...keys(4), ...keys(5), ...keys(2)]), keys(5));
  assert.deepEqual(eachOnce([...keys(5), SSE_S3]), [SSE_S3, { algorithm: 'aws:kms' }]);
});
