import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShowJob } from '../../../cli/jobs/show-jobs.ts';
import { watchJobs } from '../../../cli/jobs/watch-jobs.ts';
import { liveBlock } from '../../../cli/live-block.ts';
import type { JobView } from '../../../src/ledger/job-view.ts';
import { FAILED, jobView, NOW, OPEN, SUSPENDED } from './some-jobs.ts';

const none = () => process.stdout;

/** What is written while one reading after the other is made; after the last one nothing runs. */
async function watched(readings: JobView[][], isTTY: boolean, closed: JobView, status = 'Active') {
  let text = '';
  let atMs = NOW.getTime();
  const write = (chunk: string | Uint8Array) => ((text += String(chunk)), true);
  const now = () => new Date(atMs);
  let done = 0;
  const describe = async () => {
    done += 1_000;
    return { kind: 'described', job: { status, total: 5_000, succeeded: done, failed: 0 } } as const;
  };
  using block = liveBlock({ isTTY, columns: 40, write, on: none, off: none });
  const shown = await watchJobs(({ bucket }) => bucket !== 'other', {
    jobs: { running: async () => readings.shift() ?? [], byToken: async () => closed },
    show: createShowJob({ describe }, now, ''),
    block,
    now,
    columns: () => 40,
    failed: (error) => assert.fail(String(error)),
    wait: async () => void (atMs += 31_000),
  });
  return { text, shown };
}

const RUNNING = jobView(OPEN);
const ENDED = jobView({
  ...FAILED,
  status: 'complete',
  failures: [],
  total: 5_000,
  succeeded: 5_000,
  failed: 0,
  untried: 0,
});

test('without a terminal each change is one line, and the end is when nothing runs', async () => {
  const { text, shown } = await watched(
    [[jobView(), jobView({ bucket: 'other' })], [RUNNING], [RUNNING]],
    false,
    ENDED,
  );
  const name = 'orders (111122223333, eu-west-1)';
  const job = 'job 1b2c3d4e-1111-2222-3333-444455556666';
  assert.equal(
    text,
    `S3 is asked about each job every 30 s at most; meanwhile its counts stand still.
${name}, token ${RUNNING.token}: waits for its turn; no object yet
${name}, ${job}: runs; 1,000 of 5,000 objects, 0.3/s, 4 h left
${name}, ${job}: runs; 2,000 of 5,000 objects, 32.3/s, 93 s left
${name}, ${job}: is complete; 5,000 of 5,000 objects
`
      .replace('4 h', '4.0 h')
      .replace('93 s', '2 min'),
  );
  assert.deepEqual(
    shown.map(({ job: { stage } }) => stage),
    ['closed'],
  );
});

test('of a job of our own each object more is a line, and S3 is asked nothing', async () => {
  const ours = (over: object) =>
    jobView({ ...OPEN, jobId: 'ours', token: 'ours', own: { does: ['own-copy'] }, method: 'own-copy', ...over });
  const ended = { status: 'complete', closedAt: NOW.toISOString(), total: 9, succeeded: 9, failed: 0, pieces: 0 };
  const readings = [
    ours({ pieces: 1, ranges: 1, done: 0 }),
    ours({ pieces: 2, ranges: 1, done: 5 }),
    ours({ pieces: 2, ranges: 1, done: 5 }),
    ours({ pieces: 1, ranges: 0, done: 8 }),
  ];
  const { text } = await watched(
    readings.map((job) => [job]),
    false,
    ours(ended),
  );
  const name = 'orders (111122223333, eu-west-1), job ours';
  assert.equal(
    text,
    `${name}: runs; 0 objects done, 1 range of keys to do
${name}: runs; 5 objects done, 1 range of keys and 1 single object to do
${name}: runs; 8 objects done, 1 single object to do
${name}: is complete; 9 of 9 objects
`,
  );
});

test('on a terminal they are redrawn in place within 40 columns, and gone at the end', async (t) => {
  const { NO_COLOR: before } = process.env;
  delete process.env['NO_COLOR'];
  t.after(() => before !== undefined && (process.env['NO_COLOR'] = before));
  const { text } = await watched([[RUNNING]], true, ENDED);
  assert.match(
    text,
    /\n1 begun\n\norders \(111122223333, eu-west-1\): runs\n {2}SSE-S3 objects, updated in place;\n {2}1,000 of 5,000 objects, 0\.3\/s, 4\.0 h\n/,
  );
  assert.ok(text.endsWith('\u001b[J'), 'nothing stays');
  assert.match(text, /attempt 1 of 3\n {2}job\n/, 'no word is cut');
});

test('what waits for a person is not waited for', async () => {
  const { text, shown } = await watched([[jobView(SUSPENDED)]], false, ENDED, 'Suspended');
  assert.match(text, /^orders .+: waits for somebody to confirm it; /, 'nothing is said of what is asked how often');
  assert.equal(shown[0]?.job.stage, 'suspended');
});

test('what somebody has just confirmed is followed to its end', async () => {
  const wish = { what: 'confirm', by: 'arn:eva', at: NOW.toISOString() };
  for (const readings of [[[jobView({ ...SUSPENDED, wish })]], [[jobView(SUSPENDED)]]]) {
    const { text, shown } = await watched(readings, false, ENDED, readings[0]?.[0]?.wish ? 'Suspended' : 'Active');
    assert.match(text, /: is complete; /);
    assert.equal(shown[0]?.job.stage, 'closed');
  }
});
