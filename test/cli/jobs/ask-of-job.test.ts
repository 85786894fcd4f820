import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askOfJob, LONGEST_WAIT_MS, questionOf, whyNot } from '../../../cli/jobs/ask-of-job.ts';
import { ResealError } from '../../../src/errors.ts';
import type { JobView } from '../../../src/ledger/job-view.ts';
import { FAILED, jobView, NOW, OPEN, SUSPENDED } from './some-jobs.ts';

const WISH = { what: 'cancel', by: 'arn:eva', at: '2026-11-30T15:00:00.000Z' };

test('each question says what becomes of the job, and what it costs', () => {
  assert.equal(
    questionOf('confirm', jobView({ ...SUSPENDED, needsConfirmation: 'Each month $900 more.' })),
    'Each month $900 more. Have S3 run the job for bucket orders (SSE-S3 objects, updated in place), for about $31.50?',
  );
  assert.match(questionOf('confirm', jobView(OPEN)), /for a price that is not known\?$/);
  assert.match(
    questionOf('cancel', jobView(OPEN)),
    /What it has done stays done, and is paid for; the rest stays as it is\.$/,
  );
  assert.match(questionOf('retry', jobView(FAILED)), / left tried again\?$/);
});

test('what makes no sense as a job stands is refused in words', () => {
  const name = 'job 1b2c3d4e-1111-2222-3333-444455556666 of bucket orders';
  const { standardId: _, ...earlier } = jobView(FAILED);
  const rows: [what: 'confirm' | 'cancel' | 'retry', job: JobView, why: string | undefined][] = [
    ['confirm', jobView(SUSPENDED), undefined],
    ['confirm', jobView({ ...OPEN, needsConfirmation: 'dear' }), undefined],
    ['confirm', jobView(OPEN), `${name} was begun: only a job that waits for somebody to confirm it can be confirmed`],
    ['confirm', jobView({ needsConfirmation: 'dear' }), undefined],
    ['cancel', jobView(), undefined],
    ['cancel', jobView(FAILED), `${name} failed: there is nothing to cancel`],
    ['retry', jobView(FAILED), undefined],
    ['retry', jobView(OPEN), `${name} was begun: only a job that has ended can be tried again`],
    [
      'retry',
      earlier,
      `${name} was started by an older version of Reseal, which did not record all that it had asked for: it cannot be tried again. reseal verify orders names what is below the standard`,
    ],
    ['retry', jobView({ ...FAILED, nextToken: 'next' }), `${name} is tried again already: reseal job next`],
    ['retry', jobView({ ...FAILED, status: 'complete' }), `${name} is complete: there is nothing to try again`],
    ['cancel', jobView({ ...OPEN, wish: WISH }), undefined],
    [
      'confirm',
      jobView({ ...SUSPENDED, wish: WISH }),
      `arn:eva asked at 2026-11-30T15:00:00.000Z to cancel ${name}, and that is not carried out yet: wait for it`,
    ],
  ];
  for (const [what, job, why] of rows) assert.equal(whyNot(what, job), why);
});

/** A ledger in which the wish is carried out at the reading of that number. */
function ledger(carriedOutAt: number) {
  let atMs = NOW.getTime();
  let reads = 0;
  const told: string[] = [];
  const looked: string[] = [];
  let wished: JobView = jobView(SUSPENDED);
  return {
    told,
    looked,
    deps: {
      caller: { account: '111122223333', arn: 'arn:eva' },
      wish: async (_: string, wish: { what: string; by: string; at: string }) => {
        wished = jobView({ ...SUSPENDED, wish });
        return { written: true } as const;
      },
      byToken: async () => {
        reads += 1;
        return reads < carriedOutAt ? wished : jobView(OPEN);
      },
      haveLookedAt: async (token: string) => void looked.push(token),
      now: () => new Date(atMs),
      wait: async (ms: number) => void (atMs += ms),
      say: (line: string) => void told.push(line),
    },
  };
}

test('a wish is written, the function is asked to look, and what is waited for is said', async () => {
  const { deps, told, looked } = ledger(3);
  const job = jobView(SUSPENDED);
  assert.deepEqual(await askOfJob('confirm', job, deps), { job: jobView(OPEN), became: 'done' });
  assert.deepEqual(looked, [job.token]);
  assert.deepEqual(told, ['Asked to confirm it. Waiting for the function track-job to do it, 5 minutes at most.']);
});

test('what is asked for already is not asked for twice, and its function looks again', async () => {
  const { deps, looked } = ledger(3);
  const ended = jobView({ ...FAILED, status: 'cancelled' });
  // It is not over when S3 has been told, but when it has ended.
  const views = [jobView(OPEN), ended];
  const unwritten = { ...deps, wish: () => assert.fail('it is written already'), byToken: async () => views.shift() };
  const job = jobView({ ...OPEN, wish: WISH });
  assert.deepEqual(await askOfJob('cancel', job, unwritten), { job: ended, became: 'done' });
  assert.deepEqual(looked, [job.token]);
});

test('where the function cannot be asked to look, it is said that what was asked stays asked', async () => {
  const { deps } = ledger(3);
  const haveLookedAt = async () => {
    throw new ResealError('function-failed', 'reseal-prod-sweep was not run: AccessDenied');
  };
  await assert.rejects(askOfJob('confirm', jobView(SUSPENDED), { ...deps, haveLookedAt }), {
    code: 'function-failed',
    message:
      'reseal-prod-sweep was not run: AccessDenied. What was asked stays asked: once that is mended, ask the same again',
  });
});

test('the wait has an end', async () => {
  const { deps } = ledger(Infinity);
  const { became } = await askOfJob('confirm', jobView(SUSPENDED), deps);
  assert.deepEqual([became, deps.now().getTime() - NOW.getTime()], ['waits', LONGEST_WAIT_MS]);
});

test('a wish that came to nothing is not called done', async () => {
  const rows: [what: 'confirm' | 'cancel' | 'retry', asked: JobView, then: JobView][] = [
    // S3 has refused it: the role may not, or somebody else was there first.
    ['confirm', jobView(SUSPENDED), jobView(SUSPENDED)],
    ['confirm', jobView(SUSPENDED), jobView({ ...FAILED, status: 'expired' })],
    ['confirm', jobView(SUSPENDED), jobView({ ...FAILED, status: 'cancelled' })],
    ['cancel', jobView(OPEN), jobView({ ...FAILED, status: 'complete' })],
    ['retry', jobView(FAILED), jobView(FAILED)],
  ];
  for (const [what, asked, then] of rows) {
    const { deps } = ledger(1);
    assert.deepEqual(await askOfJob(what, asked, { ...deps, byToken: async () => then }), {
      job: then,
      became: 'nothing',
    });
  }
  const { deps } = ledger(1);
  const again = jobView({ ...FAILED, nextToken: 'next' });
  const { became } = await askOfJob('retry', jobView(FAILED), { ...deps, byToken: async () => again });
  assert.equal(became, 'done');
});

test('a job that stands otherwise by now is not asked, and its function not either', async () => {
  const { deps, looked } = ledger(1);
  const closed = { ...deps, wish: async () => ({ written: false, job: jobView(FAILED) }) as const };
  await assert.rejects(askOfJob('cancel', jobView(OPEN), closed), {
    code: 'job-refused',
    message: 'job 1b2c3d4e-1111-2222-3333-444455556666 of bucket orders failed: there is nothing to cancel',
  });
  const gone = { ...deps, wish: async () => ({ written: false, job: undefined }) as const };
  await assert.rejects(askOfJob('cancel', jobView(OPEN), gone), { message: /the ledger has no job .+ any more$/ });
  assert.deepEqual(looked, []);
});
