import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobAnnouncements } from '../../src/announcements/announcements-of.ts';
import { ENDED_BADLY } from '../../src/ledger/job-item.ts';
import { jobOf } from './ledger-images.ts';

test('a job that did all its objects, or ended in a way that only a later version knows, is nothing to announce', () => {
  for (const status of ['complete', 'suspended', 'constructor'])
    assert.deepEqual(jobAnnouncements(jobOf({ status })), []);
});

for (const status of ENDED_BADLY) {
  test(`a job that ended as ${status} is announced once, with all that is recorded of its end`, () => {
    const job = jobOf({ status });
    const [announcement, ...more] = jobAnnouncements(job);
    assert.ok(announcement?.kind === 'job-ended');
    const { closedAt, ...end } = job;
    const { id, ...told } = announcement;
    const remedy = `Nothing while the object is locked: Reseal never unlocks. After its lock has ended, run reseal job ${job.jobId} --retry.`;
    const failures = end.failures.map((each) => ({ ...each, remedy }));
    assert.deepEqual(told, { kind: 'job-ended', version: 1, at: closedAt, ...end, failures });
    assert.deepEqual([more, jobAnnouncements(jobOf({ status }))[0]?.id], [[], id]);
    assert.notEqual(jobAnnouncements(jobOf({ status, token: 'c'.repeat(40) }))[0]?.id, id);
  });
}
