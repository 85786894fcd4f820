import assert from 'node:assert/strict';
import { it } from 'node:test';
import { belowAfter, rulesBelow } from '../../src/ledger/below.ts';
import type { BucketItem } from '../../src/ledger/bucket-item.ts';
import { at, DRIFT_AT, endWith, NO_JOBS, OTHER, SSE_S3, STANDARD } from './endings.ts';

const PUT = { at: DRIFT_AT, causeId: 'event-1', cause: 'encryption-put', rulePut: OTHER };
const unread = (trigger: typeof PUT) => endWith({ look: { verdict: 'unreadable' }, trigger });

it('a bucket that nobody could read is below since a rule was put that may be: whatever it is now, that rule was in force', () => {
  assert.equal(belowAfter(unread(PUT), {}), DRIFT_AT);
  assert.deepEqual(rulesBelow(unread(PUT), {}), [OTHER]);
  assert.equal(
    belowAfter(endWith({ look: { verdict: 'unreadable' } }), {}),
    undefined,
    'not where nobody says the rule',
  );
});

it('the rules of a time below are those that were found, told and due, each once', () => {
  const known: BucketItem = { belowRules: [SSE_S3] };
  const held = endWith({ look: { verdict: 'hold', found: STANDARD }, trigger: PUT });
  assert.deepEqual(rulesBelow(held, known), [SSE_S3, OTHER, STANDARD]);
  const waits = endWith({ objects: { kind: 'postponed', ...NO_JOBS, rules: [STANDARD] }, trigger: PUT });
  assert.deepEqual(rulesBelow(waits, known), [SSE_S3, STANDARD, OTHER]);
});

it('a rule whose objects are planned already is not due once more', () => {
  const covered = [{ from: at('09:00:00'), to: at('10:00:00'), rule: OTHER }];
  assert.deepEqual(rulesBelow(unread(PUT), { covered }), []);
  assert.deepEqual(rulesBelow(unread({ ...PUT, at: at('10:00:01') }), { covered }), [OTHER]);
});
