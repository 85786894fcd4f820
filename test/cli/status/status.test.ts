import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT, HUB, openHub, REGION } from '../open-hub.ts';

const MEMBER = '222222222222';

/** A hub with a member; the sweep of everything has ended a moment ago. */
async function openOrganization() {
  const open = await openHub({ parameters: { SweepWithinHours: '30', OrganizationId: 'o-a1b2c3d4e5' } });
  const now = new Date().toISOString();
  await open.account(HUB, { name: 'security' });
  await open.account(MEMBER, { name: 'shop' });
  await open.place(HUB, REGION, { sweptAt: now, heardAt: now });
  await open.place(MEMBER, 'us-east-1', { sweptAt: now, heardAt: now });
  await open.sweep('sweep-1', { at: now, endedAt: now, accounts: 2, accountsDone: 2, buckets: 3 });
  await open.bucketItem('orders', { verdict: 'compliant' });
  await open.bucketItem('theirs', { verdict: 'repair' }, { account: MEMBER, region: 'us-east-1' });
  return open;
}

describe('reseal status', () => {
  test('shows an organization where nothing needs a person, and exits with 0', async () => {
    await using open = await openOrganization();
    const { status, stdout, stderr } = await open.reseal(['status']);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^Reseal 0\.2\.0, hub 111111111111 in eu-west-1 \(stack reseal-prod\)/);
    assert.match(stdout, /^accounts {6}2, and the hub gets into all$/m);
    assert.match(stdout, /^buckets {7}2: 1 compliant, 1 repaired$/m);
    assert.match(stdout, /\nNothing needs a person\.\n$/);
  });

  test('exits with 2 where something does: held buckets, dead letters, a Region without a rule', async () => {
    await using open = await openOrganization();
    await open.bucketItem('logs', { verdict: 'hold', reasons: [{ code: 'flapping', message: 'why' }] });
    await open.place(MEMBER, 'eu-west-1', { rule: 'NONE' });
    await open.fill('JobDeadLetters', 12);
    const { status, stdout } = await open.reseal(['status', '--stack', 'reseal-prod', '--hub-region', REGION]);
    assert.equal(status, 2);
    assert.match(
      stdout,
      /^2\.  12 dead letters of news of jobs\n {6}reseal replay --function sweep --region eu-west-1 --queue job --dry-run$/m,
    );
    assert.match(stdout, /^3\.  1 bucket is held, flapping: logs$/m);
    const read = await open.reseal(['status', '--json']);
    const { needs, deadLetters } = JSON.parse(read.stdout);
    assert.deepEqual([needs.length, deadLetters], [3, [{ queue: 'job', count: 12 }]]);
  });

  test('of a ledger that is empty shows what is not known yet', async () => {
    await using open = await openHub();
    const { status, stdout } = await open.reseal(['status'], {
      AWS_ACCESS_KEY_ID: HUB,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: REGION,
      COLUMNS: '40',
    });
    assert.equal(status, 2);
    assert.match(stdout, /^buckets\n {2}none was judged yet$/m);
    assert.match(stdout, /^1\.  no sweep of everything has ended in\n {4}the last 30 hours$/m);
  });

  test('says what may not be read and shows all else, under the rights of whoever asks', async () => {
    await using open = await openOrganization();
    const session = open.session(['cloudformation:DescribeStacks', 'dynamodb:Query']);
    const { status, stdout } = await open.reseal(['status'], session);
    assert.equal(status, 2);
    assert.match(stdout, /^accounts {6}2, and the hub gets into all$/m);
    assert.match(stdout, /^buckets {7}not read$/m);
    assert.match(stdout, /buckets and jobs could not be read \(AccessDenied[^]+allow\s+dynamodb:Scan/);
    assert.match(
      stdout,
      /the dead letters could not be read \(AccessDenied[^]+allow\s+cloudformation:ListStackResources/,
    );
  });

  test('passes over what a later version wrote, and says so', async () => {
    await using open = await openOrganization();
    await open.bucketItem('later', { v: 2, verdict: { is: 'a mapping' } });
    await open.account('333333333333', { role: 'there' });
    const { status, stdout } = await open.reseal(['status']);
    assert.equal(status, 2);
    assert.match(stdout, /^1\.  2 items of the ledger are not read: a later version wrote them\./m);
    assert.match(stdout, /^buckets {7}2: 1 compliant, 1 repaired$/m);
  });

  test('where there is no such stack, no Region or no valid credentials is one clear sentence', async () => {
    let nowMs = Date.now();
    await using open = await openHub({ now: () => new Date(nowMs) });
    const ended = open.session(['s3:ListAllMyBuckets']);
    const rows: [args: string[], env: NodeJS.ProcessEnv | undefined, status: number, said: RegExp][] = [
      [
        ['--stack', 'reseal-test'],
        undefined,
        1,
        /^there is no stack reseal-test in account 111111111111, eu-west-1\. Say with --stack /,
      ],
      [
        ['--hub-region', 'us-east-2'],
        undefined,
        1,
        /^there is no stack reseal-prod in account 111111111111, us-east-2\. /,
      ],
      [
        ['--stack', 'no name'],
        undefined,
        64,
        /^expected the name of a stack after --stack \(reseal-prod\), found no name\n/,
      ],
      [
        [],
        { AWS_ACCESS_KEY_ID: HUB, AWS_SECRET_ACCESS_KEY: 'local' },
        1,
        /^the Region of the hub is not known: say it with --hub-region, /,
      ],
    ];
    for (const [args, env, expected, said] of rows) {
      const { status, stdout, stderr } = await open.reseal(['status', ...args], env);
      assert.deepEqual([status, stdout], [expected, ''], args.join(' '));
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, /^ {4}at /m);
    }
    nowMs += 24 * 3_600_000;
    const { status, stderr } = await open.reseal(['status'], ended);
    assert.equal(status, 1);
    assert.match(stderr, /^STS did not say whose .+the AWS credentials of this shell are missing or not valid/);
  });
});

test('reseal members prints one line an account, and one JSON object a line for programs', async () => {
  await using open = await openOrganization();
  await open.account(MEMBER, { name: 'shop', role: { there: false, at: AT, why: 'AccessDenied' } });
  const shown = await open.reseal(['members']);
  assert.deepEqual([shown.status, shown.stderr], [0, '']);
  assert.match(shown.stdout, /^222222222222 {2}shop +ACTIVE +\? +no +1\/1 +1 +0 +\S+ +\S+$/m);
  const told = await open.reseal(['members', '--json']);
  const rows = told.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    rows.map(({ account, role }) => [account, role.there]),
    [
      [HUB, true],
      [MEMBER, false],
    ],
  );
});
