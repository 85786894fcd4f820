import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../../local/faults/fault.ts';
import { createClients } from '../../local/clients.ts';
import { allow, makeBucket, roleOf } from '../../local/s3/open-s3.ts';
import { ACCOUNT, openAws, REGION } from '../../aws/fixture.ts';
import { runCli } from '../run-cli.ts';
import { written } from '../written.ts';

const MANAGEMENT = '999999999999';
const MEMBERS = ['700000000001', '700000000002'];
const AES = 'version: 1\nstandard:\n  algorithm: AES256\n';
const KMS = 'version: 1\nstandard:\n  algorithm: aws:kms\n  key: alias/reseal\nobjects:\n  reencrypt: all\n';

type Open = Awaited<ReturnType<typeof openAws>>;

/** Runs the command in the embedded AWS and reads the lines of --json. */
async function plan({ aws }: Open, args: readonly string[], { account = ACCOUNT, env = {} } = {}) {
  const ended = await runCli(['plan', ...args], {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: REGION,
    ...env,
  });
  const lines = args.includes('--json')
    ? ended.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  return { ...ended, totals: lines.pop()?.totals, buckets: lines };
}

async function fault({ aws }: Open, ...faults: Fault[]): Promise<void> {
  await fetch(`${aws.endpoint}/_local/faults`, { method: 'POST', body: JSON.stringify(faults) });
}

/** An organization of a management account and two members in an OU, each with a bucket and a role that lets in the management account. */
async function openOrganization() {
  const open = await openAws();
  const { organization, world } = open.aws;
  organization.found(MANAGEMENT);
  const unit = organization.createUnit('workloads');
  for (const account of [...MEMBERS, '700000000003']) organization.createAccount(account, unit);
  organization.setState('700000000003', 'SUSPENDED');
  for (const account of [MANAGEMENT, ...MEMBERS]) {
    await using clients = createClients(open.aws, { account, region: REGION });
    await makeBucket(clients.s3, `data-of-${account}`, REGION);
    const arn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
    const Statement = [{ Effect: 'Allow', Principal: { AWS: MANAGEMENT }, Action: 'sts:AssumeRole' }];
    if (account === MANAGEMENT) continue;
    const role = roleOf('OrganizationAccountAccessRole', [
      allow(['s3:*', 's3express:*', 's3tables:*', 's3vectors:*', 'kms:*', 'account:*']),
    ]);
    world.identity.putRole({ ...role, arn, trust: { Statement } });
  }
  return { ...open, unit };
}

test('an account of compliant buckets has nothing to change, and a plan over it exits with 0', async (t) => {
  await using open = await openAws();
  for (const name of ['a', 'b']) await open.bucket(`bucket-${name}`);
  await makeBucket(createClients(open.aws, { region: 'us-east-2' }).s3, 'bucket-c', 'us-east-2');
  const { status, stdout, stderr } = await plan(open, ['--policy', written(t, AES)]);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(
    stdout,
    `Account ${ACCOUNT}, eu-west-1: 2 buckets, 2 compliant\n\nAccount ${ACCOUNT}, us-east-2: 1 bucket, 1 compliant\n\n` +
      'In all: 3 buckets in 1 account: 3 compliant.\nPrice, once: $0.00.\n\nNothing to change.\n',
  );
});

test('what would change is priced bucket by bucket, and exits with 2', async (t) => {
  await using open = await openAws();
  open.aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/reseal' });
  await open.bucket('invoices');
  await open.bucket('receipts');
  const { status, totals, buckets } = await plan(open, ['--policy', written(t, KMS), '--bucket', 'invoices', '--json']);
  assert.deepEqual([status, totals.buckets, totals.verdicts.repair, totals.missing], [2, 1, 1, []]);
  const [{ cost, write, verdict }] = buckets;
  assert.deepEqual([verdict, write.algorithm, cost.usd, cost.atLeast], ['repair', 'aws:kms', 0, false]);
});

test('every open account of the organization is planned under a role, and one that lets nobody in is named at the end', async (t) => {
  await using open = await openOrganization();
  open.aws.organization.createAccount('700000000004');
  const args = ['--policy', written(t, AES), '--role', 'OrganizationAccountAccessRole', '--region', REGION, '--json'];
  const { status, totals, buckets } = await plan(open, args, { account: MANAGEMENT });
  assert.deepEqual(
    buckets.map(({ bucket, ouPath }) => [bucket, ouPath]).toSorted(([a], [b]) => a.localeCompare(b)),
    [
      ['data-of-700000000001', `o-reseallocal/r-root/${open.unit}/`],
      ['data-of-700000000002', `o-reseallocal/r-root/${open.unit}/`],
      ['data-of-999999999999', 'o-reseallocal/r-root/'],
    ],
  );
  assert.deepEqual([status, totals.accounts, totals.unentered.length], [1, 3, 1]);
  const [{ account, name, why }] = totals.unentered;
  assert.deepEqual([account, name], ['700000000004', 'account-700000000004']);
  assert.match(why, /role\/OrganizationAccountAccessRole could not be assumed by .*: see that there is such a role/);
});

test('an organizational unit is named by its id or by its path', async (t) => {
  await using open = await openOrganization();
  for (const ou of [open.unit, `o-reseallocal/r-root/${open.unit}`]) {
    const args = ['--policy', written(t, AES), '--role', 'OrganizationAccountAccessRole', '--ou', ou, '--json'];
    const { status, buckets, totals } = await plan(open, args, { account: MANAGEMENT });
    assert.deepEqual(totals.unlisted, []);
    assert.deepEqual(
      [status, buckets.map(({ account }) => String(account)).toSorted((a, b) => a.localeCompare(b))],
      [0, MEMBERS],
      ou,
    );
  }
  const { status, stderr } = await plan(open, ['--policy', written(t, AES), '--ou', 'workloads']);
  assert.deepEqual(
    [status, stderr.split('\n')[0]?.slice(0, 48)],
    [64, 'expected an organizational unit after --ou (ou-a'],
  );
});

test('an organization that is not listed says to name the accounts', async (t) => {
  await using open = await openOrganization();
  const args = ['--policy', written(t, AES), '--role', 'OrganizationAccountAccessRole'];
  const { status, stdout, stderr } = await plan(open, args, { account: MEMBERS[0] ?? '' });
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(
    stderr,
    /^AWS Organizations did not list the accounts for .*AccessDeniedException.*name them with --account/,
  );
});

test('where an account does not tell its Regions, those of its buckets are planned, and what was not listed is said', async (t) => {
  await using open = await openAws();
  await open.bucket('bucket-a');
  await fault(open, { kind: 'access-denied', operation: 'ListRegions' });
  const { status, stdout } = await plan(open, ['--policy', written(t, AES)]);
  assert.equal(status, 1);
  assert.match(stdout, /did not say which Regions it has\s\(AccessDenied/);
  assert.match(stdout, /In all: 1 bucket in 1 account: 1 compliant\./);
});

test('a bucket that is nowhere is named, and so is one in another Region', async (t) => {
  await using open = await openAws();
  await open.bucket('bucket-a');
  const args = ['--policy', written(t, AES), '--region', 'us-east-2', '--bucket', 'bucket-a,bucket-z', '--json'];
  const { status, totals } = await plan(open, args);
  assert.deepEqual(totals.missing, ['bucket-a (it is in eu-west-1 of account 111111111111)', 'bucket-z']);
  assert.equal(status, 1);
});

test('throttled calls are tried again until they are answered', async (t) => {
  await using open = await openAws();
  for (let n = 0; n < 5; n += 1) await open.bucket(`bucket-${n}`);
  await fault(open, { kind: 'throttle', operation: 'GetBucketEncryption', times: 5 });
  const { status, totals } = await plan(open, ['--policy', written(t, AES), '--region', REGION, '--json']);
  assert.deepEqual([status, totals.verdicts.compliant], [0, 5]);
});

test('a rule that the policy does not have is a wrong command line, with the one that was meant', async (t) => {
  const policy = written(t, `${AES}rules: [{ name: websites, when: { buckets: ['www-*'] } }]\n`);
  const { status, stderr } = await runCli(['plan', '--policy', policy, '--rule', 'website']);
  assert.equal(status, 64);
  assert.match(
    stderr,
    /^expected a rule of the policy after --rule \(websites, default\), found website; is websites meant\?\n/,
  );
});

test('where nothing could be looked at, nobody says that there is nothing to change', async (t) => {
  await using open = await openAws();
  await open.bucket('bucket-a');
  await fault(open, { kind: 'access-denied', operation: 'ListBuckets' });
  const { status, stdout } = await plan(open, ['--policy', written(t, AES), '--region', REGION]);
  assert.equal(status, 1);
  assert.match(stdout, /\n\nNothing to change in what was judged\.\n$/);
});

test('a Region that is planned is not the one where STS is asked: an account may have turned it off', async (t) => {
  await using open = await openAws();
  await open.bucket('bucket-a');
  await fault(open, { kind: 'access-denied', operation: 'GetCallerIdentity', region: 'us-east-2' });
  const args = ['--policy', written(t, AES), '--region', `us-east-2,${REGION}`, '--json'];
  const { status, totals, stderr } = await plan(open, args);
  assert.deepEqual([status, totals?.buckets], [0, 1], stderr);
});

test('a summary says what was not looked at, too', async (t) => {
  await using open = await openOrganization();
  open.aws.organization.createAccount('700000000004');
  const args = ['--policy', written(t, AES), '--role', 'OrganizationAccountAccessRole', '--region', REGION];
  const { status, stdout, stderr } = await plan(open, [...args, '--bucket', 'nowhere', '--summary', 'account'], {
    account: MANAGEMENT,
  });
  assert.equal(status, 1);
  assert.match(stdout, /^account {2,}buckets .*\nin all +0 /);
  assert.match(stderr, /^Not entered: 1 account\n {2}Account 700000000004 \(account-700000000004\): /);
  assert.match(stderr, /^Bucket nowhere is not in what was looked at/m);
});
