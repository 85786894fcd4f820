import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { AT, HUB, openHub, OWN, REGION } from '../open-hub.ts';
import { ROOT } from '../run-cli.ts';

const ENDED = { accounts: 1, accountsDone: 1, endedAt: '2026-11-02T10:04:00.000Z', buckets: 3 };
const BACK = `reseal watch sweep-2 --hub-region ${REGION}`;

/** A hub with a sweep that has ended and a newer one that goes on. */
async function openSweeps() {
  const open = await openHub();
  await open.sweep('sweep-1', ENDED);
  await open.bucketItem('logs', {
    verdict: 'hold',
    causeId: 'sweep-1',
    reasons: [{ code: 'flapping', message: 'why' }],
  });
  await open.bucketItem('other', {
    verdict: 'hold',
    causeId: 'event-1',
    reasons: [{ code: 'flapping', message: 'why' }],
  });
  await open.job('t', { causeId: 'sweep-1', status: 'complete', closedAt: AT, succeeded: 12, failed: 0, failures: [] });
  await open.sweep('sweep-2', { at: '2026-11-03T10:00:00.000Z', accounts: 2 });
  await open.accountOfSweep('sweep-2', HUB, { endedAt: AT, buckets: 7 });
  return open;
}

describe('reseal watch', () => {
  test('of a sweep that has ended reports it, as far as it is of that sweep', async () => {
    await using open = await openSweeps();
    const { status, stdout, stderr } = await open.reseal(['watch', 'sweep-1']);
    assert.equal(status, 2);
    assert.equal(stderr, 'accounts 1 of 1, buckets 3 of 3, jobs 0 open, 1 ended, objects 12 re-encrypted\n');
    assert.match(
      stdout,
      /^sweep {9}sweep-1\naccounts {6}1 in 4 minutes\nbuckets {7}3 looked at\nheld {10}1: flapping 1 \(logs\)\njobs {10}1, 12 objects re-encrypted\n/,
    );
    assert.match(stdout, /^1\.  1 bucket is held, flapping: logs$/m);
  });

  test('of an id that nobody knows names the newest, and says where there is none', async () => {
    await using open = await openSweeps();
    const { status, stdout, stderr } = await open.reseal(['watch', 'sweep-9']);
    assert.deepEqual([status, stdout], [1, '']);
    assert.equal(
      stderr,
      `there is no sweep sweep-9; the newest are: sweep-2 of 2026-11-03T10:00:00.000Z, never ended; sweep-1 of ${AT}\n`,
    );
    await using empty = await openHub();
    const none = await empty.reseal(['watch']);
    assert.deepEqual(
      [none.status, none.stderr],
      [1, 'the ledger knows no sweep of the organization yet: reseal backfill begins one\n'],
    );
  });

  test('of one that never ends says so, and names accounts that were not reached', async () => {
    await using open = await openSweeps();
    const { status, stdout } = await open.reseal(['watch']);
    assert.equal(status, 2);
    assert.match(stdout, /the sweep never ended: 1 of 2 accounts did, /);
    assert.match(stdout, /^ {6}reseal replay --function sweep --region eu-west-1 --queue run --dry-run$/m);
    const unreached = { accounts: 1, first: [{ account: '444455556666', why: 'AccessDenied' }] };
    await open.sweep('sweep-3', { ...ENDED, at: '2026-11-04T10:00:00.000Z', unreached });
    const missed = await open.reseal(['watch', 'sweep-3']);
    assert.equal(missed.status, 2);
    assert.match(missed.stdout, /^1\. {2}1 account was not reached: 444455556666\n {6}reseal members --hub-region /m);
  });

  test('leaves the sweep running at an interruption, and says how to come back', async () => {
    await using open = await openSweeps();
    await open.sweep('sweep-2', { at: new Date().toISOString(), accounts: 2 });
    await open.fill('SweepQueue', 2);
    const child = spawn(process.execPath, ['cli/reseal.mjs', 'watch'], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], AWS_ENDPOINT_URL: open.aws.endpoint, ...OWN },
    });
    const out = text(child.stdout);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    while (!said.includes('\n')) await once(child.stderr, 'data');
    child.kill('SIGINT');
    const [status] = await once(child, 'close');
    assert.deepEqual([status, await out], [130, '']);
    assert.equal(
      said,
      `accounts 1 of 2, buckets 5 of 7 so far, jobs 0 open, 0 ended, objects 0 re-encrypted\nThe sweep goes on without this command. To come back: ${BACK}\n`,
    );
  });

  test('without the right to see the queue says what to allow', async () => {
    await using open = await openSweeps();
    const session = open.session(['cloudformation:DescribeStacks', 'dynamodb:Query']);
    const { status, stderr } = await open.reseal(['watch'], session);
    assert.equal(status, 1);
    assert.match(stderr, /the sweep could not be followed: AccessDenied.+; allow dynamodb:Query and dynamodb:Scan/);
    assert.match(stderr, /sqs:GetQueueAttributes on its queues\n$/);
  });
});
