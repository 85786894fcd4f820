import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ENDED } from '../../../cli/jobs/job-filter.ts';
import { needOfJob } from '../../../cli/jobs/job-needs.ts';
import type { JobProgress } from '../../../cli/jobs/job-progress.ts';
import type { JobLook } from '../../../src/runtime/job-deps.ts';
import { jobScreen } from '../../../cli/jobs/job-screen.ts';
import { attemptWords, progressWordsOf, statusWords, workWords } from '../../../cli/jobs/job-words.ts';
import { inOrder, jobLines, jobsScreen, type ShownJob } from '../../../cli/jobs/jobs-screen.ts';
import { FAILED, jobView, NOW, OPEN, SUSPENDED } from './some-jobs.ts';

const described = (status: string): JobProgress => ({
  look: { kind: 'described', job: { status, total: 5_000, succeeded: 1_200, failed: 4 } },
});
const RUNS: JobProgress = { ...described('Active'), perSecond: 120.04, secondsLeft: 31.6 };

function shown(over: object = {}, progress: JobProgress = {}): ShownJob {
  const job = jobView(over);
  return { job, progress, need: needOfJob(job, NOW, '') };
}

describe('how a job stands is said in plain words', () => {
  const rows: [over: object, progress: JobProgress, words: string][] = [
    [{}, {}, 'waits for its turn'],
    [OPEN, {}, 'was begun'],
    [OPEN, described('Preparing'), 'S3 lists its objects'],
    [OPEN, described('Active'), 'runs'],
    [OPEN, described('Complete'), 'has ended (Complete), and Reseal has not read its end yet'],
    [OPEN, described('Dreaming\n'), 'is in a state that this version does not know: Dreaming '],
    [OPEN, { look: { kind: 'unknown' } }, 'S3 does not know it'],
    [SUSPENDED, {}, 'waits for somebody to confirm it'],
    [FAILED, {}, 'failed'],
    [{ ...FAILED, status: 'odd' }, {}, 'ended in a way that this version does not know: odd'],
    [
      { ...OPEN, wish: { what: 'cancel', by: 'arn:eva', at: '2026-11-30T15:00:00.000Z' } },
      described('Active'),
      'runs; arn:eva asked to cancel it',
    ],
  ];
  for (const [over, progress, words] of rows)
    test(words, () => assert.equal(statusWords(jobView(over), progress), words));

  test('what a price is made of is said where one job is shown, once, and only while people are asked', () => {
    const needsConfirmation = 'These jobs cost more than 1.5 ($0.00). At most $0.50 once. 2 jobs at $0.25. US dollars.';
    const screenOf = (item: object) => {
      const job = jobView({ ...item, needsConfirmation });
      return jobScreen({ job, progress: {}, need: needOfJob(job, NOW, '') }, 200);
    };
    const waits = screenOf(SUSPENDED);
    assert.match(waits, /^asks {10}These jobs .+ 2 jobs at \$0\.25\. US dollars\.$/m);
    assert.match(
      waits,
      /^to do {9}confirm it or cancel it: These jobs cost more than 1\.5 \(\$0\.00\)\. At most \$0\.50 once\.$/m,
    );
    assert.doesNotMatch(screenOf(OPEN), /^asks/m);
  });

  test('and so is every end that a job may have', () => {
    for (const status of ENDED)
      assert.doesNotMatch(statusWords(jobView({ ...FAILED, status })), /does not know:/, status);
  });
});

test('what a job does, how far it is, and which attempt it is', () => {
  assert.equal(workWords(jobView()), 'SSE-S3 objects, updated in place');
  const copy = { method: 'copy', storageClass: 'STANDARD_IA', objectClass: 'NOT-SSE', createdAfter: NOW.toISOString() };
  assert.equal(
    workWords(jobView(copy)),
    'NOT-SSE objects, in STANDARD_IA, since 2026-11-30 16:00 UTC, copied in place',
  );
  assert.equal(
    workWords(jobView({ objectClass: 'any', versions: true })),
    'noncurrent versions, objects of a list, updated in place',
  );
  assert.equal(
    workWords(jobView({ objectClass: 'any', retryOf: 't' })),
    'objects that failed before, updated in place',
  );
  const own = { objectClass: 'any', method: 'own-copy', own: { does: ['own-copy'] } };
  assert.equal(workWords(jobView(own)), 'objects that no job of S3 is for, copied by Reseal itself');
  assert.equal(
    workWords(jobView({ ...own, own: { does: ['a later method'], lane: 'inline' } })),
    'all objects of a small bucket, done by Reseal itself',
  );
  const archives = { ...own, own: { does: ['own-copy'], restore: { tier: 'Bulk', days: 2 } } };
  assert.match(workWords(jobView(archives)), /copied by Reseal itself, archived ones after a restore \(Bulk\)$/);
  assert.equal(progressWordsOf(jobView()), 'no object yet');
  assert.equal(progressWordsOf(jobView(OPEN), RUNS), '1,204 of 5,000 objects, 4 failed, 120/s, 32 s left');
  assert.equal(progressWordsOf(jobView(FAILED)), '400 of 3,104 objects, 600 failed, 2,104 not tried');
  assert.deepEqual(
    [0, 2, 3].map((attempt) => attemptWords(jobView({ attempt }))),
    ['1 of 3', '3 of 3', '4, asked for by hand'],
  );
  assert.equal(
    attemptWords(jobView({ ...FAILED, again: 'next-sweep' })),
    '1 of 3; the next sweep asks for another one',
  );
  assert.equal(attemptWords(jobView({ ...FAILED, nextToken: 't' })), '1 of 3; the next one is t');
});

test('a job of our own is never told as one of S3: what it has done, what failed so far, and what of its work is to do', () => {
  const ours = { ...OPEN, jobId: 'ours', token: 'ours', method: 'own-copy', own: { does: ['own-copy'] } };
  const rows: [over: object, status: string, progress: string][] = [
    [{}, 'waits for its turn', 'no object yet'],
    [{ pieces: 1, ranges: 1, done: 0 }, 'runs', '0 objects done, 1 range of keys to do'],
    [
      { pieces: 5, ranges: 2, done: 1_200, failed: 3 },
      'runs',
      '1,200 objects done, 3 failed or left, 2 ranges of keys and 3 single objects to do',
    ],
    [{ pieces: 1, ranges: 0, done: 4 }, 'runs', '4 objects done, 1 single object to do'],
    [{ pieces: 0, ranges: 0, done: 4 }, 'is about to end', '4 objects done'],
  ];
  for (const [over, status, progress] of rows) {
    const job = jobView('pieces' in over ? { ...ours, ...over } : { method: 'own-copy', own: ours.own });
    assert.deepEqual([statusWords(job), progressWordsOf(job)], [status, progress]);
    assert.doesNotMatch(jobScreen({ job, progress: {} }, 200), /S3 Batch|S3 (did|has|lists|does)|^job /m);
  }
});

test('a job needs a person where it is to be confirmed, or left objects that nobody tries again', () => {
  assert.deepEqual(shown(SUSPENDED).need, {
    what: 'confirm it or cancel it: its price is above the ceiling of $25.00 a bucket',
    command: 'reseal job f7d1b9fc1e28cc4b60e51d4e20426bf288b013b3 --confirm',
  });
  assert.equal(
    shown(FAILED).need?.what,
    '600 objects failed, 2,104 objects not tried: see why, and mend it; then have them tried again',
  );
  assert.match(
    shown({ ...FAILED, again: 'next-sweep' }).need?.what ?? '',
    /the next sweep asks for them again, and this at once$/,
  );
  for (const over of [
    {},
    OPEN,
    { ...FAILED, status: 'complete' },
    { ...FAILED, again: 'next-sweep', failed: 0 },
    { ...FAILED, nextToken: 't' },
    { ...FAILED, closedAt: '2026-11-01T00:00:00.000Z' },
  ])
    assert.equal(shown(over).need, undefined);
});

test('what was asked of a job needs nobody for five minutes, and then the same once more', () => {
  const asked = (minutes: number) => {
    const at = new Date(NOW.getTime() - minutes * 60_000).toISOString();
    return shown({ ...SUSPENDED, wish: { what: 'confirm', by: 'arn:eva', at } }).need;
  };
  assert.equal(asked(4), undefined);
  assert.deepEqual(asked(5), {
    what: 'what was asked of it is not done yet: see whether the function track-job works, and ask the same again',
    command: 'reseal job f7d1b9fc1e28cc4b60e51d4e20426bf288b013b3 --confirm',
  });
});

const MANY = [
  shown({ ...FAILED, closedAt: '2026-11-30T15:00:00.000Z', bucket: 'older' }),
  shown(FAILED),
  shown({ bucket: 'later', createdAt: '2026-11-30T15:00:00.000Z' }),
  shown({ bucket: 'first' }),
  shown({ bucket: 'retried', priority: 30 }),
  shown({ ...OPEN, bucket: 'running' }, RUNS),
  shown({ ...SUSPENDED, bucket: 'dear' }),
];

test('what waits for people stands first, then what runs, what waits by priority and age, what ended last', () => {
  assert.deepEqual(
    inOrder(MANY).map(({ job }) => job.bucket),
    ['dear', 'running', 'retried', 'first', 'later', 'orders', 'older'],
  );
});

test('the list says how many there are and fits into 20 and 40 columns, but for names and commands', () => {
  const screen = jobsScreen(MANY, 1_200, NOW, 80);
  assert.match(
    screen,
    /^1 to be confirmed, 1 begun, 3 waiting, 1,202 ended\n\ndear \(111122223333, eu-west-1\): waits/,
  );
  assert.match(screen, /\n1,200 older jobs ended before: --json prints all\.$/);
  assert.equal(jobsScreen([], 0, NOW, 80), 'No job was found.');
  for (const columns of [20, 40]) {
    const long = MANY.flatMap((each) => jobLines(each, NOW, columns)).filter(
      (line) => line.length > columns && !/reseal job|[0-9a-f-]{19,}/.test(line),
    );
    assert.deepEqual(long, []);
  }
});

test('one job is shown with all that is known of it, and says which lists there are', () => {
  assert.equal(
    jobScreen(shown(FAILED), 80),
    `bucket        orders (111122223333, eu-west-1)
status        failed
objects       SSE-S3 objects, updated in place, to
              arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
done          400 of 3,104 objects, 600 failed, 2,104 not tried
failed        600 objects, AccessDenied: The job role may not do this: a policy
              of the bucket, of the organization or of a key denies it. Except
              the job role from the Deny statement.
failed key    a b (version v1): AccessDenied
attempt       1 of 3
times         queued 2026-11-30 14:00 UTC, begun 2026-11-30 15:00 UTC, ended
              2026-11-30 15:30 UTC
proof         100 objects read after it, 2 below the standard, such as c, d, 1
              changed meanwhile (seed 5eed)
list          s3://reports/manifests/orders/manifest.json
report        s3://reports/reports/orders/job-1/manifest.json
why           ActivityFailure: half of the tasks failed
job           1b2c3d4e-1111-2222-3333-444455556666
token         f7d1b9fc1e28cc4b60e51d4e20426bf288b013b3
cause         event-1
to do         600 objects failed, 2,104 objects not tried: see why, and mend it;
              then have them tried again
      reseal job f7d1b9fc1e28cc4b60e51d4e20426bf288b013b3 --retry`,
  );
  const unread = jobScreen(shown(SUSPENDED, { look: { kind: 'unread', why: 'AccessDenied' } }), 40);
  assert.match(unread, /^news\n {2}S3 did not say how far it is:\n {2}AccessDenied$/m);
  const soon: JobLook = { kind: 'unread', why: 'S3 was asked a moment ago: again in 29 s', isSoon: true };
  assert.match(jobScreen(shown(SUSPENDED, { look: soon }), 80), /^news {10}S3 was asked a moment ago: again in 29 s$/m);
  const listed = (look: JobLook) => jobLines(shown(OPEN, { look }), NOW, 80)[2];
  assert.equal(listed(soon), '  S3 was asked a moment ago: again in 29 s');
  assert.equal(listed({ kind: 'unread', why: 'AccessDenied' }), '  S3 did not say how far it is: AccessDenied');
  assert.match(unread, /^price\n {2}about \$31\.50$/m);
});
