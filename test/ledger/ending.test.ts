import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BucketItem, Pending } from '../../src/ledger/bucket-item.ts';
import type { ObjectsEnd } from '../../src/ledger/ending.ts';
import {
  SSE_S3,
  LOOK,
  NO_JOBS,
  OTHER,
  STANDARD,
  at,
  DRIFT_AT,
  LOOKED_AT,
  REPAIRED_AT,
  PENDING,
  PLACE,
  WEAKER,
  JOB,
  type Over,
  SWEPT,
  after,
  repaired,
} from './endings.ts';

describe('a compliant bucket', () => {
  const RIGHT = { v: 1, place: PLACE, ...LOOK, asOf: LOOKED_AT, compliantAt: LOOKED_AT };

  it('is recorded whole, with when, and nothing else of a new item', () => {
    assert.deepEqual(after(SWEPT, {}), RIGHT);
    assert.deepEqual(after(SWEPT, undefined), RIGHT);
  });

  it('is below no more, and has nothing beside it of what an earlier look said of itself', () => {
    const passing = {
      actor: 'eve',
      found: SSE_S3,
      attempt: 3,
      nextTryAt: 'x',
      observed: true,
      parked: true,
      open: 'UNREADABLE',
    };
    const item: BucketItem = {
      ...passing,
      createdAt: 'x',
      goneAt: 'x',
      price: '$1',
      flappingSince: 'x',
      belowSince: 'x',
    };
    assert.deepEqual(after({ ...SWEPT, objects: { kind: 'nothing-due' } }, item), RIGHT);
  });

  it('leaves what is remembered from look to look', () => {
    const remembered: BucketItem = {
      covered: [{ from: DRIFT_AT, to: LOOKED_AT }],
      backfilled: 'standard-1',
      lastDrift: { at: DRIFT_AT, causeId: 'event-1', cause: 'created' },
      logSources: [],
      exceptionTag: { value: '', actor: 'eve', at: DRIFT_AT, causeId: 'event-1' },
      deletedAt: DRIFT_AT,
      rolledBack: { at: DRIFT_AT, by: 'eve' },
      acknowledgedAt: DRIFT_AT,
      jobs: [JOB],
      leftovers: WEAKER,
    };
    for (const item of [remembered, undefined]) {
      const left = after(SWEPT, item, remembered);
      for (const [name, value] of Object.entries(remembered)) assert.deepEqual(left[name], value, name);
    }
  });

  it('that is only observed stays as it was: below, and not seen compliant', () => {
    const item = { belowSince: DRIFT_AT, compliantAt: at('01:00:00.000') };
    const { belowSince, compliantAt } = after({ ...SWEPT, onlyRecorded: true }, item);
    assert.deepEqual({ belowSince, compliantAt }, item);
  });

  it('of a new life forgets in the ledger what the item that was handed on does not have', () => {
    const old: BucketItem = {
      rolledBack: { at: DRIFT_AT, by: 'eve' },
      covered: [],
      backfilled: 'standard-1',
      claimOwner: 'a',
    };
    const left = after(SWEPT, { deletedAt: DRIFT_AT }, { ...old, repairs: [] });
    assert.deepEqual(
      [left.rolledBack, left.covered, left.backfilled, left.claimOwner],
      [undefined, undefined, undefined, undefined],
    );
    assert.deepEqual([left.deletedAt, left.repairs], [DRIFT_AT, []]);
  });
});

describe('since when a bucket is below', () => {
  const held: Over = { look: { verdict: 'hold', reasons: WEAKER, found: SSE_S3 } };
  const unread: Over = { look: { verdict: 'unreadable', reasons: [] } };
  const deleted = { trigger: { at: DRIFT_AT, causeId: 'event-1', cause: 'encryption-deleted' } };
  const cases: [string, Over, BucketItem, string | undefined][] = [
    ['a hold, since its drift', held, {}, DRIFT_AT],
    ['a hold, since the earlier drift', held, { belowSince: at('08:00:00') }, at('08:00:00')],
    ['a hold, since this drift where that is earlier', held, { belowSince: at('09:59:00.000') }, DRIFT_AT],
    [
      'a hold that a sweep found, since what was known',
      { ...held, ...SWEPT },
      { belowSince: at('08:00:00') },
      at('08:00:00'),
    ],
    ['a hold that a sweep found of which nothing is known', { ...held, ...SWEPT }, {}, undefined],
    ['a hold after work that was begun, since that', held, { pending: PENDING }, PENDING.at],
    ['unread after a put: it may be right', unread, {}, undefined],
    ['unread after its encryption was deleted', { ...unread, ...deleted }, {}, DRIFT_AT],
    ['unread, since what was known', unread, { belowSince: at('08:00:00') }, at('08:00:00')],
    ['exempt: as it was', { look: { verdict: 'exempt' } }, { belowSince: at('08:00:00') }, at('08:00:00')],
    ['exempt: not by this drift', { look: { verdict: 'exempt' } }, {}, undefined],
    [
      'planned: no more',
      repaired({ kind: 'planned', from: DRIFT_AT, ...NO_JOBS }),
      { belowSince: at('08:00:00') },
      undefined,
    ],
    [
      'postponed: since what is due',
      repaired({ kind: 'postponed', from: at('07:00:00'), ...NO_JOBS }),
      {},
      at('07:00:00'),
    ],
    [
      'planned from a later time than this deletion: since the deletion',
      { ...deleted, objects: { kind: 'planned', from: at('09:59:00'), ...NO_JOBS } },
      {},
      DRIFT_AT,
    ],
    [
      'planned from a later time than this put: no more',
      { objects: { kind: 'planned', from: at('09:59:00'), ...NO_JOBS } },
      {},
      undefined,
    ],
  ];
  for (const [name, over, item, expected] of cases)
    it(name, () => assert.equal(after(over, item).belowSince, expected));

  it('unread of the ledger, the earliest that is there stays', () => {
    assert.equal(after(held, undefined, { belowSince: at('08:00:00') }).belowSince, at('08:00:00'));
    assert.equal(after(held, undefined, {}).belowSince, DRIFT_AT);
  });
});

describe('work that is pending', () => {
  const begun: Pending = { ...PENDING, replaced: SSE_S3, rules: [OTHER] };
  const maybe: Over = { look: { verdict: 'unreadable', found: SSE_S3 }, mayHaveWritten: true };
  const cases: [string, Over, Pending | undefined][] = [
    ['ends with its plan', repaired({ kind: 'planned', ...NO_JOBS }), undefined],
    ['ends where nothing is due', { objects: { kind: 'nothing-due' } }, undefined],
    [
      'ends where it is postponed: what is due is remembered as below',
      repaired({ kind: 'postponed', ...NO_JOBS }),
      undefined,
    ],
    [
      'stays without its rule where that is still there: what was taken over from work before it is due',
      { look: { verdict: 'hold', found: SSE_S3 } },
      { ...PENDING, rules: [OTHER] },
    ],
    ['stays where nobody can say', { look: { verdict: 'unreadable' } }, begun],
    ['stays where a write may have arrived', maybe, begun],
    [
      'stays as what was replaced last, where that write was over another rule than the one begun',
      { ...maybe, look: { verdict: 'unreadable', found: STANDARD } },
      { ...PENDING, replaced: STANDARD, rules: [OTHER, SSE_S3] },
    ],
    [
      'stays without its rule where another is there: that is a repair already',
      { look: { verdict: 'hold', found: STANDARD } },
      { ...PENDING, rules: [OTHER, SSE_S3] },
    ],
  ];
  for (const [name, over, expected] of cases) {
    it(name, () => assert.deepEqual(after(over, { pending: begun }).pending, expected));
  }

  it('ends where the rule is still there and nothing was taken over: nothing was begun', () => {
    const pending = { ...PENDING, replaced: SSE_S3 };
    assert.equal(after({ look: { verdict: 'hold', found: SSE_S3 } }, { pending }).pending, undefined);
  });

  it('that may have been done is a repair once, however often it is tried', () => {
    const other: Over = { ...maybe, look: { verdict: 'unreadable', found: OTHER } };
    const first = after(other, { pending: { ...PENDING, replaced: SSE_S3 } });
    const second = after(other, first);
    const replaced = (item: BucketItem) => item.repairs?.map((repair) => repair.replaced);
    assert.deepEqual([replaced(first), replaced(second)], [[SSE_S3], [SSE_S3]]);
    const last = after({ look: { found: STANDARD }, ...SWEPT }, second);
    assert.deepEqual(replaced(last), [SSE_S3, OTHER]);
  });
});

describe('what became of the objects', () => {
  const planned: ObjectsEnd = {
    kind: 'planned',
    from: DRIFT_AT,
    leftovers: WEAKER,
    jobs: [JOB],
    backfilled: 'standard-1',
  };

  it('planned: jobs, leftovers, the standard and the window', () => {
    const { jobs, leftovers, backfilled, covered } = after(repaired(planned), { jobs: [], backfilled: 'standard-0' });
    assert.deepEqual([jobs, leftovers, backfilled], [[JOB], WEAKER, 'standard-1']);
    assert.deepEqual(covered, [{ from: DRIFT_AT, to: REPAIRED_AT }]);
  });

  it('planned, by a clock that is behind: the drifts that it answers are covered all the same', () => {
    const trigger = { at: at('10:05:00'), causeId: 'event-1', cause: 'encryption-put' };
    const behind: Over = { ...repaired({ ...planned, from: LOOKED_AT }), trigger };
    assert.deepEqual(after(behind, {}).covered, [{ from: LOOKED_AT, to: at('10:05:00') }]);
    const later = { at: at('10:06:00'), causeId: 'event-2', cause: 'created' };
    assert.equal(after(behind, { lastDrift: later }).covered?.[0]?.to, at('10:06:00'));
    assert.equal(after(behind, { lastDrift: { ...later, at: at('12:00:00') } }).covered?.[0]?.to, at('10:05:00'));
  });

  it('planned by an earlier try, whose clock was ahead: a window of one moment', () => {
    const { covered } = after(repaired({ ...planned, from: at('10:04:00') }), {});
    assert.deepEqual(covered, [{ from: at('10:04:00'), to: at('10:04:00') }]);
  });

  it('planned without a beginning: no window, and no job of earlier work', () => {
    const covered = [{ from: at('01:00:00'), to: at('02:00:00') }];
    const left = after(repaired({ kind: 'planned', ...NO_JOBS }), { jobs: [JOB], covered });
    assert.deepEqual([left.jobs, left.covered], [undefined, covered]);
  });

  it('nothing due: jobs and leftovers of earlier work stay to be read', () => {
    const { jobs, leftovers } = after({ objects: { kind: 'nothing-due' } }, { jobs: [JOB], leftovers: WEAKER });
    assert.deepEqual([jobs, leftovers], [[JOB], WEAKER]);
  });
});

describe('the trigger', () => {
  it('is remembered as a drift, and no sweep is', () => {
    assert.deepEqual(after({}, undefined).lastDrift, { at: DRIFT_AT, causeId: 'event-1', cause: 'encryption-put' });
    const known = { at: at('09:59:00'), causeId: 'event-2', cause: 'created' };
    assert.deepEqual(after({}, { lastDrift: known }).lastDrift, known);
    assert.equal(after(SWEPT, {}).lastDrift, undefined);
  });

  it('may say which access logs come here, none included', () => {
    const known: BucketItem = { logSources: [{ bucket: 'web', prefix: '' }] };
    assert.deepEqual(after({ trigger: { ...SWEPT.trigger, logSources: [] } }, known).logSources, []);
    assert.deepEqual(after(SWEPT, known).logSources, known.logSources);
  });

  it('says that an ACL lets a service write only where it does, and keeps that until the ACL is read again', () => {
    const known: BucketItem = { aclWriters: true };
    assert.equal(after({ aclWriters: true }, {}).aclWriters, true);
    assert.deepEqual([after(SWEPT, known).aclWriters, after({ aclWriters: true }, known).aclWriters], [true, true]);
    for (const item of [known, undefined]) {
      assert.equal(Object.hasOwn(after({ aclWriters: false }, item, known), 'aclWriters'), false);
    }
  });
});

it('what could not be read says nothing against a flapping or a parked bucket, and leaves no rule beside it', () => {
  const stays: BucketItem = { flappingSince: 'x', parked: true, open: 'UNREADABLE', createdAt: 'x' };
  const left = after({ ...SWEPT, look: { verdict: 'unreadable' } }, { ...stays, found: SSE_S3, observed: true });
  assert.deepEqual(left, { v: 1, place: PLACE, ...LOOK, verdict: 'unreadable', asOf: LOOKED_AT, ...stays });
});

for (const [verdict, open] of [
  ['hold', 'HELD'],
  ['unreadable', 'UNREADABLE'],
] as const) {
  it(`a bucket whose verdict is ${verdict} is listed as ${open}, since it was first one of those`, () => {
    const look = { verdict, reasons: WEAKER };
    for (const item of [{}, undefined]) {
      const { open: listed, createdAt } = after({ ...SWEPT, look }, item, {});
      assert.deepEqual([listed, createdAt], [open, LOOKED_AT]);
    }
    const before: BucketItem = { open: 'HELD', createdAt: DRIFT_AT };
    for (const item of [before, undefined]) {
      const { open: listed, createdAt } = after({ ...SWEPT, look }, item, before);
      assert.deepEqual([listed, createdAt], [open, DRIFT_AT]);
      const right = after(SWEPT, item, before);
      assert.deepEqual([right.open, right.createdAt], [undefined, undefined]);
    }
  });
}

it('a bucket that is gone keeps its repairs and what a person acknowledged, under no verdict', () => {
  const kept = { repairs: [], acknowledgedAt: at('01:00:00.000'), rev: 7 };
  const item: BucketItem & { place: string } = {
    ...kept,
    claimOwner: 'a',
    pending: PENDING,
    rolledBack: { at: DRIFT_AT, by: 'eve' },
    parked: true,
    open: 'UNREADABLE',
    createdAt: DRIFT_AT,
    place: PLACE,
    found: SSE_S3,
    belowSince: DRIFT_AT,
  };
  const gone = { look: { verdict: 'gone', reasons: WEAKER } };
  for (const known of [item, undefined]) {
    assert.deepEqual(after(gone, known, item), {
      ...kept,
      v: 1,
      ...LOOK,
      verdict: 'gone',
      reasons: [],
      goneAt: LOOKED_AT,
      asOf: LOOKED_AT,
      deletedAt: LOOKED_AT,
      standardId: '',
    });
  }
});
