import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Repair } from '../../src/ledger/bucket-item.ts';
import {
  SSE_S3,
  OTHER,
  STANDARD,
  SWEPT,
  DRIFT_AT,
  LOOKED_AT,
  REPAIRED_AT,
  PENDING,
  WEAKER,
  after,
  repaired,
} from './endings.ts';

describe('a repair', () => {
  const RECORD: Repair = {
    at: REPAIRED_AT,
    causeId: 'event-1',
    cause: 'encryption-put',
    driftAt: DRIFT_AT,
    replaced: SSE_S3,
    wrote: STANDARD,
    policySha256: 'abc',
    reasons: WEAKER,
  };
  const begun = { ...PENDING, replaced: SSE_S3 };
  const BEGUN = { causeId: 'event-0', cause: 'encryption-deleted', driftAt: PENDING.at, actor: 'eve' };

  it('is remembered with what it replaced, and ends claim and work', () => {
    const left = after(repaired(), {
      pending: { ...PENDING, replaced: OTHER },
      claimOwner: 'a',
      claimUntil: 1,
      repairs: [{ ...RECORD, at: '2026-10-01T10:00:00.000Z' }],
    });
    assert.deepEqual(left.repairs?.at(-1), RECORD);
    assert.deepEqual(
      [left.claimOwner, left.claimUntil, left.asOf, left.compliantAt],
      [undefined, undefined, REPAIRED_AT, REPAIRED_AT],
    );
  });

  it('is told of what began the work, where that was begun over the same rule', () => {
    assert.deepEqual(after(repaired(), { pending: begun }).repairs, [{ ...RECORD, ...BEGUN }]);
  });

  it('comes after the one that an invocation may have made over another rule, which died', () => {
    const { repairs } = after(repaired(), { pending: { ...PENDING, replaced: OTHER } });
    const { reasons: _, ...unsure } = { ...RECORD, ...BEGUN, replaced: OTHER };
    assert.deepEqual(repairs, [unsure, RECORD]);
  });

  for (const verdict of ['compliant', 'hold', 'exempt']) {
    it(`that an invocation made which died is one whatever the next verdict: ${verdict}`, () => {
      const left = after({ look: { verdict, found: STANDARD }, ...SWEPT }, { pending: begun });
      const { reasons: _, ...unsure } = { ...RECORD, ...BEGUN, at: LOOKED_AT };
      assert.deepEqual(left.repairs, [unsure]);
      assert.equal(left.verdict, verdict === 'compliant' ? 'repair' : verdict);
    });
  }

  it('was none where the rule is still there, or nobody can say', () => {
    assert.equal(after({ look: { verdict: 'hold', found: SSE_S3 } }, { pending: begun }).repairs, undefined);
    const { repairs, pending } = after({ look: { verdict: 'unreadable' } }, { pending: begun });
    assert.deepEqual([repairs, pending], [undefined, begun]);
  });

  it('whose answer was lost is there once', () => {
    assert.deepEqual(after(repaired(), { repairs: [RECORD] }).repairs, [RECORD]);
  });

  it('stays among the last fifty', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ ...RECORD, at: `2026-10-01T10:${10 + index}:00Z` }));
    assert.deepEqual(after(repaired(), { repairs: many }).repairs, [...many.slice(1), RECORD]);
  });
});
