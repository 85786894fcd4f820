import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  closedStatus,
  isKnownState,
  isTerminal,
  type JobEnd,
  type JobVerdict,
  untriedOf,
} from '../../../src/policy/plan/job-end.ts';

const NOTHING = 'Manifest generation found no keys matching the filter criteria.';
/** Suspended on one day, and ended so many days later. */
const days = (count: number) => ({
  suspendedAt: '2026-11-01T10:00:00.000Z',
  endedAt: new Date(Date.parse('2026-11-01T10:00:00Z') + count * 86_400_000).toISOString(),
});
const because = (...reasons: string[]) => reasons.map((reason) => ({ code: 'ManifestError', reason }));

type End = Omit<JobEnd, 'succeeded'> & Partial<Pick<JobEnd, 'succeeded'>>;

const ENDS: [what: string, end: End, verdict: JobVerdict][] = [
  ['without a failure', { status: 'Complete', total: 3, failed: 0, failures: [] }, 'complete'],
  ['with no task at all', { status: 'Complete', total: 0, failed: 0, failures: [] }, 'complete'],
  ['with one failed task', { status: 'Complete', total: 3, failed: 1, failures: [] }, 'complete-with-failures'],
  ['with only failed tasks', { status: 'Complete', total: 3, failed: 3, failures: [] }, 'complete-with-failures'],
  ['by hand', { status: 'Cancelled', total: 3, failed: 1, failures: because('Cancelled.') }, 'cancelled'],
  [
    'by hand before it found nothing',
    { status: 'Cancelled', total: 0, failed: 0, failures: because(NOTHING) },
    'cancelled',
  ],
  ['because nothing matched', { status: 'Failed', total: 0, failed: 0, failures: because(NOTHING) }, 'nothing-to-do'],
  [
    'because nothing matched, said twice and at more length',
    { status: 'Failed', total: 0, failed: 0, failures: because(NOTHING, `${NOTHING} Look at the filter.`) },
    'nothing-to-do',
  ],
  [
    'because nothing matched and for another reason',
    { status: 'Failed', total: 0, failed: 0, failures: because(NOTHING, 'The job role could not be assumed.') },
    'failed',
  ],
  [
    'because nothing matched, after tasks',
    { status: 'Failed', total: 5, failed: 0, failures: because(NOTHING) },
    'failed',
  ],
  ['for no reason that S3 names', { status: 'Failed', total: 0, failed: 0, failures: [] }, 'failed'],
  [
    'for a reason that merely quotes it',
    { status: 'Failed', total: 0, failed: 0, failures: because(`Not: ${NOTHING}`) },
    'failed',
  ],
  [
    'with failed tasks of objects that are gone',
    { status: 'Complete', total: 3, failed: 2, failures: [], gone: 2 },
    'complete',
  ],
  [
    'with failed tasks, some of objects that are gone',
    { status: 'Complete', total: 3, failed: 2, failures: [], gone: 1 },
    'complete-with-failures',
  ],
  [
    'and a sample showed an object that was not done',
    { status: 'Complete', total: 3, failed: 0, failures: [], missed: 1 },
    'complete-with-failures',
  ],
  [
    'because nobody has confirmed it in 30 days',
    { status: 'Failed', total: 3, failed: 0, failures: because('Expired.'), ...days(30) },
    'expired',
  ],
  ['a day before that', { status: 'Failed', total: 3, failed: 0, failures: because('Other.'), ...days(29) }, 'failed'],
  [
    'long after it was confirmed',
    { status: 'Failed', total: 3, succeeded: 1, failed: 0, failures: because('Other.'), ...days(40) },
    'failed',
  ],
  ['after too many failures', { status: 'Failed', total: 1000, failed: 501, failures: because('Too many.') }, 'failed'],
];

for (const [what, end, verdict] of ENDS) {
  test(`a job that ended as ${end.status} ${what} is ${verdict}`, () => {
    assert.equal(closedStatus({ succeeded: 0, ...end }), verdict);
  });
}

const STATUSES = [
  'New',
  'Preparing',
  'Suspended',
  'Ready',
  'Active',
  'Pausing',
  'Paused',
  'Completing',
  'Complete',
  'Cancelling',
  'Cancelled',
  'Failing',
  'Failed',
];

test('of all states exactly three are final, and one that was never heard of is not known', () => {
  assert.deepEqual(STATUSES.filter(isTerminal), ['Complete', 'Cancelled', 'Failed']);
  assert.ok(STATUSES.every(isKnownState));
  for (const status of ['unknown', 'complete', '', 'toString']) assert.equal(isKnownState(status), false);
});

test('what was not tried is what no task was run for, and nobody knows it where S3 had not counted', () => {
  const end = { status: 'Cancelled', total: 300, succeeded: 4, failed: 2, failures: [] };
  assert.equal(untriedOf('cancelled', end), 294);
  assert.equal(untriedOf('failed', { ...end, total: 3_104, succeeded: 400, failed: 600 }), 2_104);
  assert.equal(untriedOf('complete-with-failures', { ...end, total: 6 }), 0);
  assert.equal(untriedOf('nothing-to-do', { ...end, total: 0, succeeded: 0, failed: 0 }), 0);
  for (const verdict of ['failed', 'cancelled', 'expired'] as const) {
    assert.equal(untriedOf(verdict, { ...end, total: 0, succeeded: 0, failed: 0 }), undefined);
  }
});
