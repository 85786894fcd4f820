import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJobLooks } from '../../../cli/jobs/job-progress.ts';
import type { JobLook } from '../../../src/runtime/job-deps.ts';
import { jobView, NOW, OPEN } from './some-jobs.ts';

function looks(...answers: JobLook[]) {
  let atMs = NOW.getTime();
  const asked: number[] = [];
  const lookAt = createJobLooks(
    async () => {
      asked.push((atMs - NOW.getTime()) / 1_000);
      return answers.shift() ?? { kind: 'unknown' };
    },
    () => new Date(atMs),
  );
  return { lookAt, asked, pass: (seconds: number) => (atMs += seconds * 1_000) };
}

const runs = (succeeded: number): JobLook => ({
  kind: 'described',
  job: { status: 'Active', total: 10_000, succeeded, failed: 0 },
});

test('S3 is asked about a job every 30 s at most, and the look before stands meanwhile', async () => {
  const { lookAt, asked, pass } = looks(runs(3_600), runs(6_600));
  // It was begun an hour ago.
  assert.deepEqual(await lookAt(jobView(OPEN)), { look: runs(3_600), perSecond: 1, secondsLeft: 6_400 });
  pass(10);
  assert.deepEqual(await lookAt(jobView(OPEN)), { look: runs(3_600), perSecond: 1, secondsLeft: 6_390 });
  pass(20);
  assert.deepEqual(await lookAt(jobView(OPEN)), { look: runs(6_600), perSecond: 100, secondsLeft: 34 });
  assert.deepEqual(asked, [0, 30]);
});

test('a job that the function has just described is asked about later, and one that S3 does not have never', async () => {
  const soon: JobLook = { kind: 'unread', why: 'S3 was asked a moment ago', isSoon: true };
  const { lookAt, asked, pass } = looks(soon, runs(3_600), soon);
  assert.deepEqual(await lookAt(jobView(OPEN)), { look: soon });
  assert.deepEqual(await lookAt(jobView(OPEN)), { look: runs(3_600), perSecond: 1, secondsLeft: 6_400 });
  pass(30);
  assert.deepEqual((await lookAt(jobView(OPEN))).look, runs(3_600), 'the look before stands');
  assert.deepEqual(await lookAt(jobView()), {});
  assert.deepEqual(await lookAt(jobView({ ...OPEN, closedAt: NOW.toISOString(), status: 'complete' })), {});
  assert.deepEqual(asked, [0, 0, 30]);
});

test('a job that has done nothing has no speed', async () => {
  const { lookAt } = looks(runs(0));
  assert.deepEqual(await lookAt(jobView(OPEN)), { look: runs(0) });
});
