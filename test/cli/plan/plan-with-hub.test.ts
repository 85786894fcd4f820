import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import { bucketKey } from '../../../src/ledger/bucket-item.ts';
import { TABLE } from '../../aws/fixture.ts';
import { letWrite } from '../../local/s3/deliveries.ts';
import {
  ACCOUNT,
  type GuardedAccount,
  openGuardedAccount,
  OWN_ROLE,
  policyWith,
  REGION,
  REPORTS,
} from '../../remediation/guarded-account.ts';
import { sseKms } from '../../remediation/rules.ts';
import { sweepFact } from '../../remediation/facts.ts';
import { runCli } from '../run-cli.ts';
import { written } from '../written.ts';

const POLICY = 'version: 1\nstandard:\n  algorithm: aws:kms\n  key: alias/reseal\n';

/** A deployed hub, as far as a plan reads it. */
async function deployed(account: GuardedAccount): Promise<void> {
  const outputs = {
    Version: '0.2.0',
    LedgerTableName: TABLE,
    SweepFunctionName: 'sweep',
    PolicyBucketName: 'policies',
  };
  const template = {
    Parameters: { ReportsBucketPrefix: { Type: 'String', Default: 'reseal-reports' } },
    Resources: { Anything: { Type: 'AWS::SNS::Topic' } },
    Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
  };
  await account.clients.cloudFormation.send(
    new CreateStackCommand({ StackName: 'reseal-prod', TemplateBody: JSON.stringify(template) }),
  );
}

async function remembers(account: GuardedAccount, bucket: string, what: object): Promise<void> {
  const id = { account: ACCOUNT, region: REGION, bucket };
  await update(account.clients.dynamoDb, { table: TABLE, key: bucketKey(id), set: { v: 1, ...id, rev: 1, ...what } });
}

async function planned(account: GuardedAccount, policy: string, more: string[] = []) {
  const args = ['plan', '--policy', policy, '--region', REGION, '--json', ...more];
  const { stdout, stderr } = await runCli(args, {
    AWS_ENDPOINT_URL: account.aws.endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: REGION,
  });
  assert.equal(stderr, '');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  lines.pop();
  const told = lines.map(({ bucket, verdict, rule, reasons: [reason] }) => [bucket, [verdict, rule, reason?.code]]);
  return Object.fromEntries(told);
}

test("with a hub's stack its ledger says what is remembered, and its outputs which buckets and roles are its own", async (t) => {
  await using account = await openGuardedAccount();
  await deployed(account);
  for (const name of ['policies', 'rolled-back', 'logs']) await account.bucket(name);
  await account.put('logs', sseKms(account.keyArn));
  await letWrite(account.clients.s3, 'logs', 'logging.s3.amazonaws.com');
  await remembers(account, 'logs', { logSources: [{ bucket: 'sender', prefix: '' }] });
  await remembers(account, 'rolled-back', { rolledBack: { at: '2026-11-02T10:00:00.000Z', by: 'eva' } });
  const policy = written(t, POLICY);
  assert.deepEqual(await planned(account, policy, ['--stack', 'reseal-prod']), {
    [REPORTS]: ['compliant', 'built-in: own bucket', undefined],
    policies: ['compliant', 'built-in: own bucket', undefined],
    logs: ['hold', 'default', 'log-target-under-kms'],
    'rolled-back': ['hold', 'default', 'rolled-back'],
  });
  const without = await planned(account, policy);
  assert.deepEqual(
    [without['rolled-back'], without['policies']?.[0]],
    [['repair', 'default', 'weaker-algorithm'], 'repair'],
  );
});

test('with a hub nobody is asked where access logs go', async (t) => {
  await using account = await openGuardedAccount();
  await deployed(account);
  const fault = JSON.stringify({ kind: 'access-denied', operation: 'GetBucketLogging' });
  await fetch(`${account.aws.endpoint}/_local/faults`, { method: 'POST', body: fault });
  await planned(account, written(t, POLICY), ['--stack', 'reseal-prod']);
  const { faults } = JSON.parse(await (await fetch(`${account.aws.endpoint}/_local/faults`)).text());
  assert.equal(faults[0].played, 0);
});

test('objects that a drift left behind are priced with the ledger that knows of it, though the bucket is right again', async (t) => {
  await using account = await openGuardedAccount();
  await deployed(account);
  for (const name of ['mended', 'right']) {
    await account.bucket(name);
    await account.put(name, sseKms(account.keyArn));
    await account.clients.s3.send(new PutObjectCommand({ Bucket: name, Key: 'one', Body: 'text' }));
  }
  const belowSince = '2026-11-02T10:00:00.000Z';
  await remembers(account, 'mended', { belowSince, verdict: 'repair', observed: true, found: { algorithm: 'AES256' } });
  const policy = written(t, `${POLICY}objects:\n  reencrypt: drifted\n`);
  const { stdout } = await runCli(
    ['plan', '--policy', policy, '--region', REGION, '--json', '--stack', 'reseal-prod', '--bucket', 'mended,right'],
    {
      AWS_ENDPOINT_URL: account.aws.endpoint,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: REGION,
    },
  );
  const [one, other] = stdout
    .split('\n', 2)
    .map((line) => JSON.parse(line))
    .toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1));
  assert.deepEqual([one.bucket, one.verdict, one.cost?.usd > 0], ['mended', 'compliant', true]);
  assert.deepEqual([other.bucket, other.verdict, other.cost], ['right', 'compliant', undefined]);
  const over = { policy: policyWith({ objects: { reencrypt: 'drifted' } }) };
  for (const name of ['mended', 'right']) await account.assess(sweepFact(account, name), over);
  assert.equal((await account.jobs()).length, one.cost.usd / 0.25, 'as many jobs as the plan has a price for');
});

test('own copies are priced only in an account that has their role', async (t) => {
  await using account = await openGuardedAccount();
  await deployed(account);
  const bucket = await account.bucket('large');
  account.aws.buckets.seedObject({
    bucket,
    key: 'large',
    body: { seed: 'large', sizeBytes: 6 * 1024 ** 3 },
    storageClass: 'STANDARD_IA',
    lastModified: new Date('2022-06-01T12:00:00Z'),
    protection: { algorithm: 'none' },
  });
  await account.put(bucket, sseKms(account.keyArn));
  const policy = written(t, `${POLICY}objects: { reencrypt: all, methods: [own-copy] }\n`);
  const price = async () => {
    const { stdout } = await runCli(
      ['plan', '--policy', policy, '--region', REGION, '--stack', 'reseal-prod', '--json'],
      {
        AWS_ENDPOINT_URL: account.aws.endpoint,
        AWS_ACCESS_KEY_ID: ACCOUNT,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_REGION: REGION,
      },
    );
    const [of] = stdout.split('\n').filter((line) => line.includes('"large"'));
    return JSON.parse(of ?? '{}').cost?.usd;
  };
  assert.equal(await price(), undefined);
  const name = 'reseal-reencrypt-object';
  account.aws.world.identity.putRole({ ...OWN_ROLE, name, arn: `arn:aws:iam::${ACCOUNT}:role/${name}` });
  assert.ok((await price()) > 0);
});
