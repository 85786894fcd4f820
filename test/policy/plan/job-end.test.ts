import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedStatus, isTerminal, type JobEnd, type JobVerdict } from '../../../src/policy/plan/job-end.ts';

const NOTHING = 'Manifest generation found no keys matching the filter criteria.';
const because = (...reasons: string[]) => reasons.map((reason) => ({ code: 'ManifestError', reason }));

const ENDS: [what: string, end: JobEnd, verdict: JobVerdict][] = [
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
  ['after too many failures', { status: 'Failed', total: 1000, failed: 501, failures: because('Too many.') }, 'failed'],
];

for (const [what, end, verdict] of ENDS) {
  test(`a job that ended as ${end.status} ${what} is ${verdict}`, () => {
    assert.equal(closedStatus(end), verdict);
  });
}

test('of all statuses exactly three are final', () => {
  const statuses = [
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
    'unknown',
  ];
  assert.deepEqual(statuses.filter(isTerminal), ['Complete', 'Cancelled', 'Failed']);
});
