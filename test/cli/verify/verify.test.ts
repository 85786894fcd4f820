import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { type Fixture, openAws, REGION } from '../../aws/fixture.ts';
import { allow, roleOf } from '../../local/s3/open-s3.ts';
import { HUB, OWN } from '../open-hub.ts';
import { runCli } from '../run-cli.ts';
import { written } from '../written.ts';

const POLICY = 'version: 1\nstandard:\n  algorithm: aws:kms\n  key: alias/reseal\n';
const CUSTOMER = Buffer.alloc(32, 7);
const SSE_C = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: CUSTOMER.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(CUSTOMER).digest('base64'),
};

/** A bucket under the standard's key whose objects are written as each of these says. */
async function openBucket(objects: Record<string, Partial<PutObjectCommandInput>>) {
  const open = await openAws();
  const { s3 } = open.clients;
  const { arn } = open.aws.world.keys.create({ accountId: HUB, region: REGION, alias: 'alias/reseal' });
  const Bucket = await open.bucket('orders');
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn } as const;
  const BlockedEncryptionTypes = { EncryptionType: ['NONE' as const] };
  const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true, BlockedEncryptionTypes }];
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  for (const [Key, how] of Object.entries(objects))
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...how }));
  return { ...open, keyArn: arn };
}

async function verify(open: Fixture, t: TestContext, args: string[], env: NodeJS.ProcessEnv = OWN) {
  const command = ['verify', 'orders', '--policy', written(t, POLICY), '--region', REGION, ...args];
  return runCli(command, { AWS_ENDPOINT_URL: open.aws.endpoint, ...env });
}

const AES = { ServerSideEncryption: 'AES256' } as const;

describe('reseal verify', () => {
  test('says that every object is at its standard, and exits with 0', async (t) => {
    await using open = await openBucket({ a: {}, b: {} });
    const { status, stdout, stderr } = await verify(open, t, []);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(
      stdout,
      /^bucket {8}orders \(111111111111, eu-west-1\)\nstandard {6}aws:kms under\n {14}arn:aws:kms:\S+,\n {14}with a Bucket Key \(rule default\)\nread {10}2 objects, in \d+ seconds?\nat standard {3}2\n\nEvery object is at its standard\.\n$/,
    );
  });

  test('names what is below, with 2, and what is left alone, with 0', async (t) => {
    await using open = await openBucket({ a: {}, 'old one': AES, c: SSE_C, d: { ServerSideEncryption: 'aws:kms' } });
    const out = path.join(path.dirname(written(t, '')), 'findings.jsonl');
    const { status, stdout } = await verify(open, t, ['--out', out, '--concurrency', '2', '--json']);
    assert.equal(status, 2);
    const { codes, below, left, atStandard, complete, standard } = JSON.parse(stdout);
    assert.deepEqual([below, left, atStandard, complete, standard.keyArn], [2, 1, 1, true, open.keyArn]);
    assert.deepEqual(
      codes.map(({ standing, code, first }: Record<string, unknown>) => [standing, code, first]),
      [
        ['left', 'sse-c', ['c']],
        ['below', 'key', ['d']],
        ['below', 'algorithm', ['old one']],
      ],
    );
    assert.deepEqual(
      readFileSync(out, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
      [
        { key: 'c', standing: 'left', code: 'sse-c' },
        { key: 'd', standing: 'below', code: 'key', lacks: 'key', method: 'update-encryption' },
        { key: 'old one', standing: 'below', code: 'algorithm', lacks: 'algorithm', method: 'update-encryption' },
      ],
    );
    await using named = await openBucket({ c: SSE_C });
    const excused = await verify(named, t, [], { ...OWN, COLUMNS: '40' });
    assert.equal(excused.status, 0);
    assert.match(excused.stdout, /^left alone\n {2}1, sse-c: They are under a key that\n/m);
  });

  test('reads noncurrent versions where it is asked', async (t) => {
    await using open = await openBucket({ a: AES });
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await open.clients.s3.send(new PutBucketVersioningCommand({ Bucket: 'orders', VersioningConfiguration }));
    await open.clients.s3.send(new PutObjectCommand({ Bucket: 'orders', Key: 'a', Body: 'x' }));
    assert.equal((await verify(open, t, [])).status, 0);
    const all = await verify(open, t, ['--versions', '--json']);
    const { read, below, versions } = JSON.parse(all.stdout);
    assert.deepEqual([all.status, read, below, versions], [2, 2, 1, true]);
    assert.match(all.stderr.replaceAll('\n', ' '), /^While the policy says objects\.versions: current, no job mends/);
  });

  test('remembers where it is, and goes on there', async (t) => {
    await using open = await openBucket({ a: {} });
    const resume = path.join(path.dirname(written(t, '')), 'state.json');
    assert.equal((await verify(open, t, ['--resume', resume])).status, 0);
    const again = await verify(open, t, ['--resume', resume]);
    // Nothing of it was read now, and somebody may have written the object since.
    assert.equal(again.status, 1);
    assert.match(
      again.stderr.replaceAll('\n', ' '),
      /^Nothing was read now: .+ says that this was done at 20.+\. Remove it to begin anew\. $/,
    );
  });

  test('waits where S3 is too busy, and leaves nothing out', async (t) => {
    const keys = Array.from({ length: 60 }, (_, index) => [`k${index}`, {}] as const);
    await using open = await openBucket(Object.fromEntries(keys));
    open.aws.faults.add({ kind: 'throttle', service: 's3', operation: 'HeadObject', times: 12 });
    open.aws.faults.add({ kind: 'throttle', service: 's3', operation: 'ListObjectsV2', times: 2 });
    const { status, stdout } = await verify(open, t, ['--json']);
    const { read, atStandard, unread } = JSON.parse(stdout);
    assert.deepEqual([status, read, atStandard, unread], [0, 60, 60, 0]);
  });

  test('where objects may not be read says so, with 1', async (t) => {
    await using open = await openBucket({ a: {} });
    const role = roleOf('looker', [
      allow([
        's3:GetEncryptionConfiguration',
        's3:ListBucket',
        's3:GetBucket*',
        's3:GetReplicationConfiguration',
        's3:ListAccessPoints',
        'kms:*',
      ]),
    ]);
    open.aws.world.identity.putRole(role);
    const session = open.aws.world.identity.startSession(role.arn, 's', { service: 'lambda.amazonaws.com' });
    const { status, stdout } = await verify(open, t, [], {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    });
    assert.equal(status, 1, stdout);
    assert.match(stdout, /^not read {6}1, AccessDenied: S3 did not show them\. Allow s3:GetObject/m);
    assert.match(stdout, /\n1 object could not be read: of them nobody can say how they stand\.\n$/);
  });

  test('refuses what it cannot do, in words', async (t) => {
    await using open = await openBucket({});
    const rows: [args: string[], status: number, said: RegExp][] = [
      [['--concurrency', '0'], 64, /^expected a number from 1 to 256 after --concurrency, found 0\n/],
      [
        ['--account', '222222222222'],
        1,
        /^the bucket is in account 222222222222, and .+: name with --role a role of 222222222222 to assume\n$/,
      ],
      [['--resume', '/no/such/folder/s'], 1, /^\/no\/such\/folder\/s could not be written \(ENOENT\): /],
    ];
    for (const [args, expected, said] of rows) {
      const { status, stderr } = await verify(open, t, args);
      assert.equal(status, expected);
      assert.match(stderr, said);
    }
    const policy = written(t, POLICY);
    const other = await runCli(['verify', 'nobody', '--policy', policy, '--region', REGION], {
      AWS_ENDPOINT_URL: open.aws.endpoint,
      ...OWN,
    });
    assert.match(
      other.stderr,
      /^bucket nobody of account 111111111111 is not read in eu-west-1: it does not exist: check the name\n$/,
    );
    const directory = await runCli(['verify', 'a--euw1-az1--x-s3', '--policy', policy, '--region', REGION], {
      AWS_ENDPOINT_URL: open.aws.endpoint,
      ...OWN,
    });
    assert.match(
      directory.stderr,
      /: it is a directory bucket, whose objects S3 never encrypts anew: there is nothing to compare\n$/,
    );
  });

  test('of a bucket under an exception has nothing to compare', async (t) => {
    await using open = await openBucket({ a: AES });
    const policy = written(
      t,
      `${POLICY}exceptions:\n  - bucket: orders\n    reason: migration\n    owner: eva\n    until: 2027-01-01\n`,
    );
    const { status, stdout, stderr } = await runCli(['verify', 'orders', '--policy', policy, '--region', REGION], {
      AWS_ENDPOINT_URL: open.aws.endpoint,
      ...OWN,
    });
    assert.deepEqual(
      [status, stdout, stderr],
      [0, 'Bucket orders is exempt: the policy asks nothing of its objects.\n', ''],
    );
  });
});
