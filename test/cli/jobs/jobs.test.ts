import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { CreateJobCommand } from '@aws-sdk/client-s3-control';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import { jobKey } from '../../../src/ledger/job-item.ts';
import { newObject, pieceKey } from '../../../src/ledger/piece-item.ts';
import { itemOf } from '../../aws/ledger/ledger-item-of.ts';
import { TABLE } from '../../aws/fixture.ts';
import { allow, roleOf } from '../../local/s3/open-s3.ts';
import { HUB, type OpenHub, openHub, OWN, REGION } from '../open-hub.ts';
import { ROOT } from '../run-cli.ts';
import { FAILED, jobItem, OPEN, SUSPENDED } from './some-jobs.ts';

const MEMBER = '222222222222';
const SAME = ` --hub-region ${REGION}`;

/** Puts the item of a job, with what makes it wait or run in the index. */
async function put(open: OpenHub, token: string, over: Record<string, unknown> = {}): Promise<void> {
  const { status } = { ...jobItem(), ...over };
  const index = over['closedAt'] === undefined ? { open: status === 'queued' ? `QUEUED#10#${HUB}` : 'OPEN' } : {};
  await open.put(jobKey(token), { ...jobItem({ account: HUB, token }), ...index, ...over });
}

/** A job of the embedded AWS that waits to be confirmed. */
async function suspendedJob(open: OpenHub): Promise<string> {
  const { s3, s3Control } = open.clients;
  await open.bucket('orders');
  await open.bucket('reports');
  await s3.send(new PutObjectCommand({ Bucket: 'orders', Key: 'k', Body: 'x' }));
  const role = roleOf('batch', [allow(['s3:*', 'kms:*'])], 'batchoperations.s3.amazonaws.com');
  open.aws.world.identity.putRole(role);
  const { arn } = open.aws.world.keys.create({ accountId: HUB, region: REGION, alias: 'alias/reseal' });
  const { JobId } = await s3Control.send(
    new CreateJobCommand({
      AccountId: HUB,
      ClientRequestToken: 't',
      ConfirmationRequired: true,
      Priority: 10,
      RoleArn: role.arn,
      Operation: { S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS: { KMSKeyArn: arn } } } },
      Report: { Enabled: false },
      ManifestGenerator: {
        S3JobManifestGenerator: { SourceBucket: 'arn:aws:s3:::orders', EnableManifestOutput: false },
      },
    }),
  );
  await open.aws.world.activity.idle(20_000);
  return JobId ?? '';
}

/** A hub with a job at each stage; S3 knows the one that is suspended. */
async function openJobs() {
  // The function sweep has a job looked at, and is asked for nothing else here.
  const open = await openHub({ answer: `event.job === 'dear' ? event : not.asked()` });
  await put(open, 'waits', { bucket: 'later' });
  await put(open, 'dear', { ...SUSPENDED, jobId: await suspendedJob(open) });
  await put(open, 'theirs', { ...OPEN, jobId: 'job-theirs', account: MEMBER, bucket: 'theirs' });
  await put(open, 'over', { ...FAILED, jobId: 'job-over', closedAt: new Date().toISOString(), bucket: 'ended' });
  return open;
}

describe('reseal jobs', () => {
  test('shows what waits, runs, is to be confirmed and has ended, and exits with 2 where something needs a person', async () => {
    await using open = await openJobs();
    const { status, stdout, stderr } = await open.reseal(['jobs'], { ...OWN, COLUMNS: '200' });
    assert.deepEqual([status, stderr], [2, '']);
    assert.match(
      stdout,
      /^1 to be confirmed, 1 begun, 1 waiting, 1 ended\n\norders \(111111111111, eu-west-1\): waits for somebody to confirm it\n/,
    );
    assert.match(
      stdout,
      /; 0 of 1 object; attempt 1 of 3\n {2}job \S+\n {2}confirm it or cancel it: its price is above .+\n {4}reseal job dear --confirm --hub-region eu-west-1\n/,
    );
    assert.match(stdout, /^theirs \(222222222222, eu-west-1\): was begun$/m);
    assert.match(stdout, /^later \(111111111111, eu-west-1\): waits for its turn$/m);
    assert.match(stdout, /^ended \(111111111111, eu-west-1\): failed, \d+ (second|minute)s? ago$/m);
  });

  test('in JSON prints one object a line, with what S3 says and why it was not asked', async () => {
    await using open = await openJobs();
    const { status, stdout } = await open.reseal(['jobs', '--json']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(status, 2);
    const [dear, theirs, waits, over] = lines;
    assert.deepEqual(
      lines.map(({ token }) => token),
      ['dear', 'theirs', 'waits', 'over'],
    );
    assert.deepEqual(
      [dear.s3.status, dear.stage, dear.need.command],
      ['Suspended', 'suspended', `reseal job dear --confirm${SAME}`],
    );
    assert.match(theirs.unread, /^role arn:aws:iam::222222222222:role\/reseal-reader could not be assumed by /);
    assert.deepEqual([waits.stage, over.stage, over.untried], ['queued', 'closed', 2_104]);
  });

  test('shows those that are asked for, and refuses a status that there is none of', async () => {
    await using open = await openJobs();
    const tokens = async (...args: string[]) => {
      const { stdout } = await open.reseal(['jobs', '--json', ...args]);
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).token);
    };
    assert.deepEqual(await tokens('--status', 'queued,failed'), ['waits', 'over']);
    assert.deepEqual(await tokens('--account', MEMBER), ['theirs']);
    assert.deepEqual(await tokens('--bucket', 'later,ended', '--region', REGION), ['waits', 'over']);
    const { status, stderr } = await open.reseal(['jobs', '--status', 'dead']);
    assert.equal(status, 64);
    assert.match(stderr, /^expected one of queued, open, suspended, complete, .+ after --status, found dead\n/);
  });

  test('without the right to read the ledger says what to allow', async () => {
    await using open = await openJobs();
    const { status, stderr } = await open.reseal(['jobs'], open.session(['cloudformation:DescribeStacks']));
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^the hub did not answer about its jobs: AccessDenied.+; allow what docs\/permissions\.md lists for operators of the hub\n$/,
    );
  });

  test('follows them, a line a change, and leaves them alone at an interruption', async () => {
    await using open = await openJobs();
    const child = spawn(process.execPath, ['cli/reseal.mjs', 'jobs', '--watch', '--bucket', 'later'], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], AWS_ENDPOINT_URL: open.aws.endpoint, ...OWN },
    });
    const out = text(child.stdout);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    while (!said.includes('no object yet\n')) await once(child.stderr, 'data');
    child.kill('SIGINT');
    const [status] = await once(child, 'close');
    assert.deepEqual([status, await out], [130, '']);
    assert.equal(
      said,
      `S3 is asked about each job every 30 s at most; meanwhile its counts stand still.
later (111111111111, eu-west-1), token waits: waits for its turn; no object yet
The jobs go on without this command. To come back: reseal jobs --watch${SAME}
`,
    );
  });

  test('ends where nothing runs', async () => {
    await using open = await openJobs();
    const { status, stdout, stderr } = await open.reseal(['jobs', '--watch', '--bucket', 'orders']);
    assert.equal(status, 2);
    assert.match(stdout, /^1 to be confirmed\n/);
    assert.match(
      stderr,
      /^orders \(111111111111, eu-west-1\), job \S+: waits for somebody to confirm it; 0 of 1 object\n$/,
    );
  });
});

describe('reseal job', () => {
  test('shows one by its token or by its id in S3, and says where there is none', async () => {
    await using open = await openJobs();
    for (const id of ['over', 'job-over']) {
      const { status, stdout } = await open.reseal(['job', id]);
      assert.equal(status, 2);
      assert.match(stdout, /^failed {8}600 objects, AccessDenied: The job role may not do this: /m);
      assert.match(stdout, /^ {6}reseal job over --retry --hub-region eu-west-1$/m);
    }
    assert.equal(JSON.parse((await open.reseal(['job', 'job-theirs', '--json'])).stdout).token, 'theirs');
    const none = await open.reseal(['job', 'nobody']);
    assert.deepEqual(
      [none.status, none.stderr],
      [1, `the ledger of stack reseal-prod has no job nobody: reseal jobs${SAME} shows those that it has\n`],
    );
  });

  test('names what of a job of our own has failed so far, and what waits for a restore, with its time', async () => {
    await using open = await openHub();
    const own = { does: ['own-copy'], restore: { tier: 'Bulk', days: 1 } };
    await put(open, 'ours', { ...OPEN, method: 'own-copy', own, jobId: 'ours', pieces: 3, ranges: 1, done: 4 });
    const pieces = [
      { key: 'a', waitsUntil: '2026-12-02T10:00:00.000Z' },
      { key: 'b' },
      { key: 'c', endedAt: '2026-12-01T10:00:00.000Z', code: 'AccessDenied', cause: 'denied' },
    ];
    for (const piece of pieces) {
      const object = newObject('ours', { etag: '"e"', code: 'restoring', ...piece });
      await open.put(pieceKey(object), { ...object });
    }
    const { status, stdout } = await open.reseal(['job', 'ours'], { ...OWN, COLUMNS: '200' });
    assert.equal(status, 0);
    assert.match(stdout, /^done {10}4 objects done, 1 failed or left, 1 range of keys and 2 single objects to do\n/m);
    assert.match(
      stdout,
      /^waits {9}2 archived objects for a restore: b \(its restore had begun before, so its end is not known\), a until 2026-12-02 10:00 UTC$/m,
    );
    assert.match(stdout, /^failed {8}1 object, AccessDenied: .+\nfailed key {4}c: AccessDenied$/m);
    assert.doesNotMatch(stdout, /^job /m);
    const { waits, s3 } = JSON.parse((await open.reseal(['job', 'ours', '--json'])).stdout);
    const next = [{ key: 'b' }, { key: 'a', until: '2026-12-02T10:00:00.000Z' }];
    assert.deepEqual([waits, s3], [{ objects: 2, next }, undefined]);
  });

  test('refuses what makes no sense, and asks before', async () => {
    await using open = await openJobs();
    const rows: [args: string[], status: number, said: RegExp][] = [
      [['waits', '--confirm', '--yes'], 1, /^job waits of bucket later waits for its turn: only a job that waits /],
      [['over', '--cancel', '--yes'], 1, /^job job-over of bucket ended failed: there is nothing to cancel\n$/],
      [['theirs', '--retry', '--yes'], 1, /: only a job that has ended can be tried again\n$/],
      [['over', '--retry', '--cancel'], 64, /^expected one of --confirm, --cancel, --retry, found 2 of them\n/],
      [['dear', '--confirm'], 64, /^expected --yes, because standard input is no terminal/],
    ];
    for (const [args, expected, said] of rows) {
      const { status, stdout, stderr } = await open.reseal(['job', ...args]);
      assert.deepEqual([status, stdout], [expected, ''], args.join(' '));
      assert.match(stderr, said);
      assert.equal((await itemOf(open.clients.dynamoDb, jobKey(args[0] ?? '')))?.['wish'], undefined);
    }
  });

  test('writes what is asked into the item, has the function look, and waits until it is done', async () => {
    await using open = await openJobs();
    const { dynamoDb } = open.clients;
    const ended = open.reseal(['job', 'dear', '--confirm', '--yes']);
    const written = async () => (await itemOf(dynamoDb, jobKey('dear')))?.['wish'];
    let wish = await written();
    const over = ended.then(() => true);
    while (wish === undefined && !(await Promise.race([over, Promise.resolve(false)]))) wish = await written();
    assert.match(JSON.stringify(wish), /^{"what":"confirm","by":"arn:aws:iam::111111111111:root","at":"20.+"}$/);
    // What the function track-job does.
    await update(dynamoDb, {
      table: TABLE,
      key: jobKey('dear'),
      set: { status: 'open' },
      remove: ['wish', 'suspendedAt'],
    });
    const { status, stdout, stderr } = await ended;
    assert.equal(status, 0, stderr);
    assert.match(
      stderr,
      /^Asked to confirm it\. Waiting for the function track-job to do it, 5 minutes at\nmost\.\nTo follow it: reseal jobs --watch --hub-region eu-west-1\n$/,
    );
    assert.match(stdout, /^bucket {8}orders/);
  });
});
