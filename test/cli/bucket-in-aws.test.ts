import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateTableBucketCommand } from '@aws-sdk/client-s3tables';
import { CreateVectorBucketCommand } from '@aws-sdk/client-s3vectors';
import { createPolicyPublication } from '../../src/aws/published-policy/policy-publication.ts';
import { eventFact, sweepFact } from '../remediation/facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from '../remediation/guarded-account.ts';
import { sseKms } from '../remediation/rules.ts';
import { TABLE } from '../aws/fixture.ts';
import { runCli } from './run-cli.ts';
import { written } from './written.ts';

const POLICY = 'version: 1\nstandard:\n  algorithm: aws:kms\n  key: alias/reseal\n';

/** Runs a command line against the embedded AWS, whose server is in this process. */
const reseal = (account: GuardedAccount, args: string[]) =>
  runCli(args, { AWS_ENDPOINT_URL: account.aws.endpoint, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'local' });

test('a bucket in AWS is explained before its repair, rolled back after it, held, and acknowledged', async (t) => {
  const policy = written(t, POLICY);
  await using account = await openGuardedAccount();
  await account.bucket('orders');
  const explain = ['policy', 'explain', 'orders', '--policy', policy, '--account', ACCOUNT, '--region', REGION];
  const place = ['--table', TABLE, '--region', REGION];

  const before = await reseal(account, explain);
  assert.deepEqual([before.status, before.stderr], [0, '']);
  assert.match(before.stdout, /^verdict {5}repair: /m);
  assert.match(before.stdout, /^history {5}unknown without --table/m);
  assert.match(before.stdout, /^ {2}\+ SSEAlgorithm: aws:kms$/m);

  const { kind } = await account.assess(eventFact(account, 'orders'));
  assert.equal(kind, 'repair');
  assert.match((await reseal(account, explain)).stdout, /^verdict {5}compliant: /m);

  const back = await reseal(account, ['rollback', 'orders', ...place]);
  assert.deepEqual([back.status, back.stderr], [0, '']);
  assert.match(
    back.stdout,
    /^Bucket orders has AES256 again, as before the repair of \S+, instead of aws:kms under arn:/,
  );
  assert.equal((await account.rule('orders'))?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'AES256');
  const held = await reseal(account, [...explain, '--table', TABLE]);
  assert.match(held.stdout, /^ {2}rolled-back: Bucket orders was rolled back by arn:aws:\S+ at /m);
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, 'orders'))).kind, 'hold');

  const again = await reseal(account, ['acknowledge', 'orders', ...place]);
  assert.deepEqual(again, {
    status: 0,
    stdout:
      'Bucket orders is no longer held as rolled back: it is judged like every other at its next event or sweep.\n',
    stderr: '',
  });
  assert.match((await reseal(account, [...explain, '--table', TABLE])).stdout, /^verdict {5}repair: /m);
});

test('a table bucket and a vector bucket are explained by their ARNs, in their account and Region alone', async (t) => {
  const policy = written(t, POLICY);
  await using account = await openGuardedAccount();
  const { s3Tables, s3Vectors } = account.clients;
  const { arn: lake = '' } = await s3Tables.send(new CreateTableBucketCommand({ name: 'lake' }));
  const { vectorBucketArn: vectors = '' } = await s3Vectors.send(
    new CreateVectorBucketCommand({ vectorBucketName: 'embeddings' }),
  );
  const explain = (bucket: string, ...more: string[]) =>
    reseal(account, ['policy', 'explain', bucket, '--policy', policy, '--account', ACCOUNT, ...more]);
  const table = await explain(lake, '--region', REGION);
  assert.deepEqual([table.status, table.stderr], [0, '']);
  assert.match(table.stdout, /^verdict {5}hold: /m);
  assert.match(table.stdout, /^read {8}encryption, key, history, keyPolicy$/m);
  assert.match(table.stdout, /^ {2}key-policy-lacks-writer: S3 Tables compacts /m);
  const vector = await explain(vectors, '--region', REGION);
  assert.match(vector.stdout, /^ {2}vector-encryption-fixed: The encryption of vector bucket /m);
  assert.match(vector.stdout, /"Action": "s3vectors:CreateVectorBucket"/);
  const elsewhere = await explain(lake, '--region', 'us-east-1');
  assert.deepEqual([elsewhere.status, elsewhere.stdout], [64, '']);
  assert.match(elsewhere.stderr, /^expected a bucket in us-east-1, as --region says, found one in eu-west-1$/m);
  const odd = await explain('arn:aws:s3:::lake', '--region', REGION);
  assert.match(
    odd.stderr,
    /^expected the name of a bucket, or the ARN of a table or vector bucket, found arn:aws:s3:::lake$/m,
  );
});

test('a bucket under a key to which another one logs is explained with --table as the ledger has it', async (t) => {
  const policy = written(t, POLICY);
  await using account = await openGuardedAccount();
  await account.put(await account.bucket('logs'), sseKms(account.keyArn));
  const { kind, reasons } = await account.assess(
    sweepFact(account, 'logs', { logSources: [{ bucket: 'app', prefix: '' }] }),
  );
  assert.equal(kind, 'hold');
  const place = ['--policy', policy, '--account', ACCOUNT, '--region', REGION, '--table', TABLE, '--json'];
  const explained = JSON.parse((await reseal(account, ['policy', 'explain', 'logs', ...place])).stdout);
  const told = explained.reasons.map(({ code, message }: { code: string; message: string }) => ({ code, message }));
  assert.deepEqual([explained.verdict, told], [kind, reasons]);
});

test('with --table the policy in force is told where it is another one', async (t) => {
  const policy = written(t, POLICY);
  await using account = await openGuardedAccount();
  await account.bucket('orders');
  const place = ['--policy', policy, '--account', ACCOUNT, '--region', REGION, '--table', TABLE];
  const explained = async () => (await reseal(account, ['policy', 'explain', 'orders', ...place])).stdout;
  assert.match(await explained(), /^in force {4}the policy of the last deploy, because none was published/m);
  const uploaded = { bucket: 'policies', key: 'policy/policy.json', versionId: 'v', sha256: 'f'.repeat(64) };
  await createPolicyPublication({ s3: account.clients.s3, dynamoDb: account.clients.dynamoDb, table: TABLE }).pin(
    uploaded,
  );
  assert.match(
    await explained(),
    /^in force {4}another policy, publication 1 \(SHA-256 f{64}\); this verdict is that of /m,
  );
  const { stdout } = await reseal(account, ['policy', 'explain', 'orders', ...place, '--json']);
  const { file, inForce } = JSON.parse(stdout).policy;
  assert.deepEqual(
    [file, inForce],
    [policy, { source: 'published', publication: 1, sha256: uploaded.sha256, isSame: false }],
  );
});

test('what is not there is said in one line, with status 1', async () => {
  await using account = await openGuardedAccount();
  const place = ['--account', ACCOUNT, '--region', REGION];
  const { status, stdout, stderr } = await reseal(account, ['policy', 'explain', 'nowhere', ...place]);
  const expected = `bucket nowhere of account ${ACCOUNT} is not read in ${REGION}: it does not exist: check the name\n`;
  assert.deepEqual({ status, stdout, stderr }, { status: 1, stdout: '', stderr: expected });

  const gone = await reseal(account, ['rollback', 'nowhere', '--table', TABLE, '--region', REGION]);
  assert.deepEqual(gone, {
    status: 1,
    stdout: '',
    stderr: 'bucket nowhere was not rolled back: it does not exist: check the name\n',
  });
  const mars = await reseal(account, ['rollback', 'nowhere', '--table', TABLE, '--region', 'mars']);
  assert.deepEqual(
    [mars.status, mars.stderr.split('\n')[0]],
    [64, 'expected a Region after --region (eu-west-1), found mars'],
  );
  const typo = await reseal(account, ['rollback', 'nowhere', '--table', TABLE, '--region', 'eu-wset-1']);
  assert.match(typo.stderr, /^--region eu-wset-1 is no Region that this version knows \(eu-west-1\?\)\n/);

  const unheld = await reseal(account, ['acknowledge', 'nowhere', '--table', TABLE, '--region', REGION]);
  assert.equal(unheld.status, 1);
  assert.match(unheld.stderr, /^bucket nowhere is held neither by a rollback nor for flapping/);
});
