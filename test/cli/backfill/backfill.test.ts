import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, test, type TestContext } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { HUB, openHub, OWN, REGION } from '../open-hub.ts';
import { ROOT } from '../run-cli.ts';
import { written } from '../written.ts';

const POLICY = `version: 1
standard:
  algorithm: aws:kms
  key: alias/reseal
objects:
  reencrypt: all
`;
const FILTER = ['--region', REGION, '--bucket', 'orders'];
const PAYLOAD = { regions: [REGION], buckets: ['orders'] };

/** Answers as the function does to that payload, and to any other in a way that nobody knows. */
const answerTo = (payload: object, answer: object) =>
  `JSON.stringify(event) === ${JSON.stringify(JSON.stringify(payload))} ? ${JSON.stringify(answer)} : { asked: event }`;

/** A hub whose account has one bucket below its standard, with an object, and a sweep that has ended. */
async function openBucket(t: TestContext, answer: string, parameters: Record<string, string> = {}) {
  const open = await openHub({ answer, parameters });
  open.aws.world.keys.create({ accountId: HUB, region: REGION, alias: 'alias/reseal' });
  await open.bucket('orders');
  await open.clients.s3.send(new PutObjectCommand({ Bucket: 'orders', Key: 'one', Body: 'text' }));
  await open.sweep('sweep-1', { accounts: 1, accountsDone: 1, endedAt: '2026-11-02T10:04:00.000Z', buckets: 1 });
  await open.bucketItem('orders', { verdict: 'repair', causeId: 'sweep-1' });
  const file = written(t, POLICY, 'policy.yaml');
  return {
    ...open,
    backfill: (...args: string[]) => open.reseal(['backfill', '--policy', file, ...FILTER, ...args]),
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

describe('reseal backfill', () => {
  test('shows who asks, the plan and the price, begins the sweep with the same filter, and follows it', async (t) => {
    await using open = await openBucket(t, answerTo(PAYLOAD, { sweep: 'sweep-1', observe: false, accounts: 1 }));
    const { status, stdout, stderr } = await open.backfill('--yes', '--ceiling', '25');
    assert.equal(status, 0, stderr);
    const parts = [
      `Account ${HUB}, ${REGION}, stack reseal-prod, as arn:aws:iam::${HUB}:`,
      '1 bucket in 1 account: 1 repair.',
      'Price, once: $',
      'Sweep sweep-1 of 1 account has begun.\n',
      'sweep         sweep-1\n',
      'repaired      1\n',
      'Nothing needs a person.\n',
    ];
    const at = parts.map((part) => stdout.indexOf(part));
    assert.ok(
      at.every((each) => each >= 0),
      stdout,
    );
    assert.deepEqual(
      at,
      at.toSorted((one, other) => one - other),
    );
    assert.equal(stderr, 'accounts 1 of 1, buckets 1 of 1, jobs 0 open, 0 ended, objects 0 re-encrypted\n');
  });

  test('only observes where that is asked, whatever the ceiling', async (t) => {
    const payload = { ...PAYLOAD, observe: true };
    await using open = await openBucket(t, answerTo(payload, { sweep: 'sweep-1', observe: true }));
    const { status, stderr } = await open.backfill('--yes', '--observe', '--ceiling', '0');
    assert.equal(status, 0, stderr);
  });

  test('begins nothing above the ceiling, and says so', async (t) => {
    await using open = await openBucket(t, 'throw new Error("it was run")');
    const { status, stdout } = await open.backfill('--yes', '--ceiling', '0.01');
    assert.equal(status, 1);
    const [who = '', ...shown] = stdout.split('\n');
    assert.match(who, /^Account /);
    const wide = shown.filter((line) => line.length > 80);
    assert.deepEqual(wide, [], 'sentences are as wide as a terminal');
    assert.match(shown.join(' '), /The price of \$\d+\.\d\d is above --ceiling \$0\.01: nothing is begun\./);
    assert.doesNotMatch(stdout, /has begun/);
  });

  test('begins nothing where the organization cannot be listed, and says what to name', async (t) => {
    await using open = await openBucket(t, 'throw new Error("it was run")', { OrganizationId: 'o-a1b2c3d4e5' });
    const { status, stdout } = await open.backfill('--yes');
    assert.equal(status, 1);
    assert.match(stdout, /AWSOrganizationsNotInUseException/);
    assert.match(
      stdout,
      /^Nothing is begun, because the plan is not whole\.[^]+ name\s+accounts\s+with\s+--account\.$/m,
    );
    await using own = await openBucket(
      t,
      answerTo({ accounts: [HUB], ...PAYLOAD }, { sweep: 'sweep-1', observe: false }),
      {
        OrganizationId: 'o-a1b2c3d4e5',
      },
    );
    const named = await own.backfill('--yes', '--account', HUB);
    assert.equal(named.status, 0, named.stderr);
  });

  test('begins nothing where nothing matches the filter, or nothing could be looked at', async (t) => {
    await using open = await openBucket(t, 'throw new Error("it was run")');
    const { status, stdout } = await open.backfill('--yes', '--rule', 'built-in: own bucket');
    assert.equal(status, 1);
    assert.match(stdout, /^Nothing is begun, because no bucket matches\.$/m);
    const fault = { kind: 'access-denied', operation: 'ListBuckets' };
    await fetch(`${open.aws.endpoint}/_local/faults`, { method: 'POST', body: JSON.stringify(fault) });
    const unseen = await open.backfill('--yes');
    assert.equal(unseen.status, 1);
    assert.match(unseen.stdout, /^Nothing is begun, because no bucket could be looked at\.$/m);
  });

  test('begins nothing under --yes and a ceiling where the price is not known in full', async (t) => {
    await using open = await openBucket(t, 'throw new Error("it was run")');
    const fault = { kind: 'access-denied', operation: 'ListObjectVersions' };
    await fetch(`${open.aws.endpoint}/_local/faults`, {
      method: 'POST',
      body: JSON.stringify([fault, { ...fault, operation: 'ListObjectsV2' }]),
    });
    const { status, stdout, stderr } = await open.backfill('--yes', '--ceiling', '1000');
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^At least \$0\.00, and how much more is not known: .+ Nothing is begun\. /ms);
  });

  test('without an organization plans every account that the hub knows, as the sweep takes them', async (t) => {
    await using open = await openBucket(t, answerTo(PAYLOAD, { sweep: 'sweep-1', observe: false, accounts: 3 }));
    await open.account('222222222222');
    await open.account('333333333333', { state: 'OUTSIDE' });
    const { stdout } = await open.backfill('--yes');
    assert.match(stdout, /^Not entered: 1 account\n {2}Account 222222222222: /m);
    assert.match(stdout, /^The sweep takes 3 accounts, and the plan showed 2: /m);
  });

  test('names a sweep that goes on before it begins another', async (t) => {
    await using open = await openBucket(t, answerTo(PAYLOAD, { sweep: 'sweep-1', observe: false }));
    await open.sweep('sweep-0', { at: new Date().toISOString(), scope: { accounts: ['222222222222'] } });
    const { stdout } = await open.backfill('--yes');
    assert.match(
      stdout,
      /^Sweep sweep-0 of \S+ \(accounts 222222222222\) has not ended\.\nSweeps go on side by side, and nothing is lost/m,
    );
    assert.ok(stdout.indexOf('Sweeps go on') < stdout.indexOf('Price, once'));
  });

  test('without a terminal and --yes, or with a filter that is none, asks AWS nothing', async (t) => {
    await using open = await openHub();
    const file = written(t, POLICY, 'policy.yaml');
    const rows: [args: string[], said: RegExp][] = [
      [[], /^expected --yes, because standard input is no terminal/],
      [['--yes', '--ceiling', 'much'], /^expected US dollars after --ceiling/],
      [['--yes', '--account', '12'], /^expected an account id/],
      [['--yes', '--ou', 'people'], /^expected an organizational unit after --ou/],
      [['--yes', '--rule', 'nobody'], /^expected a rule of the policy after --rule/],
    ];
    for (const [args, said] of rows) {
      const { status, stdout, stderr } = await open.reseal(['backfill', '--policy', file, ...args]);
      assert.deepEqual([status, stdout], [64, ''], args.join(' '));
      assert.match(stderr, said);
    }
  });

  test('that is interrupted while the function is asked says how to find out what became of it', async (t) => {
    await using open = await openBucket(t, 'await new Promise((resolve) => setTimeout(resolve, 600_000))');
    const file = written(t, POLICY, 'policy.yaml');
    const child = spawn(process.execPath, ['cli/reseal.mjs', 'backfill', '--policy', file, ...FILTER, '--yes'], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], AWS_ENDPOINT_URL: open.aws.endpoint, ...OWN },
    });
    t.after(() => child.kill('SIGKILL'));
    const said = text(child.stderr);
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (shown += chunk));
    while (!shown.includes('No policy was published')) await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [status] = await once(child, 'close');
    assert.deepEqual(
      [status, await said],
      [130, `Whether the sweep has begun is not known: reseal status --hub-region ${REGION} shows it.\n`],
    );
  });

  test('of a hub of an older version says what to do', async (t) => {
    await using open = await openBucket(t, '{ buckets: 3 }');
    const { status, stderr } = await open.backfill('--yes');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^the sweep was not begun as asked: .+Is the hub of an older version \(its stack says 0\.2\.0\)\?/,
    );
    assert.doesNotMatch(stderr, /^ {4}at /m);
  });
});
