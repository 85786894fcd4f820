import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { DescribeJobCommand } from '@aws-sdk/client-s3-control';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { createClients } from '../clients.ts';
import { send } from '../protocol/raw-request.ts';
import { startLocal, type LocalAws } from '../../../local/start-local.ts';

async function post(aws: LocalAws, body: unknown): Promise<{ status: number; body: unknown }> {
  const answer = await send({
    port: aws.port,
    method: 'POST',
    target: '/_local/faults',
    body: JSON.stringify(body),
    signedFor: null,
  });
  return { status: answer.status, body: JSON.parse(answer.body.toString()) };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

test('a fault hits only the calls that it names, as often as it says', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { region: 'us-east-1' });
  await using other = createClients(aws, { account: '222222222222', region: 'us-east-1' });
  for (const Bucket of ['one', 'two']) await clients.s3.send(new CreateBucketCommand({ Bucket }));
  await other.s3.send(new CreateBucketCommand({ Bucket: 'three' }));
  aws.faults.add({ kind: 'throttle', service: 's3', operation: 'GetBucketEncryption', bucket: 'one', times: 2 });
  aws.faults.add({ kind: 'access-denied', operation: 'HeadBucket', account: '222222222222' });
  const get = (Bucket: string) => clients.s3.send(new GetBucketEncryptionCommand({ Bucket }));
  await assert.doesNotReject(get('two'));
  await assert.rejects(get('one'), { name: 'SlowDown' });
  await assert.rejects(get('one'), { name: 'SlowDown' });
  await assert.doesNotReject(get('one'));
  await assert.doesNotReject(clients.s3.send(new HeadBucketCommand({ Bucket: 'one' })));
  await assert.rejects(other.s3.send(new HeadBucketCommand({ Bucket: 'three' })), (error) => statusOf(error) === 403);
});

test('an internal error is 500, and each service throttles in its own words', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  aws.faults.add({ kind: 'internal-error', operation: 'ListKeys', times: 1 });
  aws.faults.add({ kind: 'throttle', operation: 'ListKeys', times: 1 });
  await assert.rejects(clients.kms.send(new ListKeysCommand()), { name: 'InternalError' });
  await assert.rejects(clients.kms.send(new ListKeysCommand()), { name: 'ThrottlingException' });
});

test('a reset and a timeout close the connection and do nothing; a lost answer does its work first', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const keys = async (): Promise<number> => ((await clients.kms.send(new ListKeysCommand())).Keys ?? []).length;
  aws.faults.add({ kind: 'reset', operation: 'CreateKey', times: 1 });
  aws.faults.add({ kind: 'timeout', operation: 'CreateKey', times: 1, ms: 5 });
  await assert.rejects(clients.kms.send(new CreateKeyCommand()), { code: 'ECONNRESET' });
  await assert.rejects(clients.kms.send(new CreateKeyCommand()), { code: 'ECONNRESET' });
  assert.equal(await keys(), 0);
  aws.faults.add({ kind: 'lost-answer', operation: 'CreateKey', times: 1 });
  await assert.rejects(clients.kms.send(new CreateKeyCommand()), { code: 'ECONNRESET' });
  assert.equal(await keys(), 1);
});

test('a slow call is answered after its time', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  aws.faults.add({ kind: 'slow', operation: 'ListKeys', ms: 30 });
  const started = performance.now();
  await clients.kms.send(new ListKeysCommand());
  assert.ok(performance.now() - started >= 29);
});

test('an operation that runs in process is hit as well', async () => {
  await using aws = await startLocal();
  const as = { caller: aws.world.identity.administrator('111111111111'), region: 'eu-west-1' };
  aws.faults.add({ kind: 'access-denied', operation: 'ListKeys', times: 1 });
  aws.faults.add({ kind: 'reset', operation: 'ListKeys', times: 1 });
  await assert.rejects(aws.world.invoke('kms', 'ListKeys', {}, as), { code: 'AccessDenied', status: 403 });
  await assert.rejects(aws.world.invoke('kms', 'ListKeys', {}, as), { code: 'InternalError', status: 500 });
});

test('a fault hits one account and Region, whoever calls there and whatever, or the way into an account', async () => {
  await using aws = await startLocal();
  const { identity } = aws.world;
  const arn = 'arn:aws:iam::222222222222:role/member';
  const trust = { Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }] };
  const all = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  identity.putRole({ arn, name: 'member', trust, policies: [all] });
  const credentials = identity.startSession(arn, 'run', { arn: 'arn:aws:iam::111111111111:root' });
  await using here = createClients(aws, { credentials });
  await using elsewhere = createClients(aws, { credentials, region: 'us-east-1' });
  aws.faults.add({ kind: 'throttle', operation: '*', account: '222222222222', region: 'eu-west-1' });
  await assert.rejects(here.kms.send(new ListKeysCommand()), { name: 'ThrottlingException' });
  await assert.doesNotReject(elsewhere.kms.send(new ListKeysCommand()));
  aws.faults.clear();
  await using hub = createClients(aws);
  const assume = () => hub.sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'run' }));
  for (const where of [{ account: '222222222222' }, { role: 'member' }]) {
    aws.faults.add({ kind: 'access-denied', operation: 'AssumeRole', times: 1, ...where });
    await assert.rejects(assume(), { name: 'AccessDenied' });
    await assert.doesNotReject(assume());
  }
  aws.faults.add({ kind: 'throttle', operation: 'ListKeys', role: 'member' });
  await assert.rejects(elsewhere.kms.send(new ListKeysCommand()), { name: 'ThrottlingException' });
  await assert.doesNotReject(hub.kms.send(new ListKeysCommand()));
});

test('a fault hits one object, those below a prefix, or a share of the objects that its seed decides', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { region: 'us-east-1' });
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'data' }));
  const keys = Array.from({ length: 200 }, (_, at) => `logs/${at}`);
  for (const key of ['one', ...keys]) aws.buckets.seedObject({ bucket: 'data', key, body: 'x' });
  const refused = async (all: readonly string[]): Promise<string[]> => {
    const answers = await Promise.all(
      all.map((Key) =>
        clients.s3.send(new HeadObjectCommand({ Bucket: 'data', Key })).then(
          () => [],
          () => [Key],
        ),
      ),
    );
    return answers.flat();
  };
  aws.faults.add({ kind: 'throttle', operation: 'HeadObject', key: 'one' });
  assert.deepEqual(await refused(['one', 'logs/1']), ['one']);
  aws.faults.clear();
  aws.faults.add({ kind: 'error', operation: 'HeadObject', prefix: 'logs/19', code: 'KMS.DisabledException' });
  assert.equal((await refused(['one', ...keys])).length, 11);
  aws.faults.clear();
  const share = { kind: 'throttle', operation: 'HeadObject', share: 0.25, seed: '7', timesEach: 2 } as const;
  aws.faults.add(share);
  const [first, again, over] = [await refused(keys), await refused(keys), await refused(keys)];
  assert.ok(first.length > 25 && first.length < 75, `${first.length} of 200 were hit`);
  assert.deepEqual([again, over], [first, []]);
  aws.faults.clear();
  aws.faults.add({ ...share, seed: '8' });
  assert.notDeepEqual(await refused(keys), first);
});

test('a fault may answer any error by its name', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  aws.faults.add({ kind: 'error', operation: 'DescribeJob', code: 'NoSuchJob', status: 404 });
  await assert.rejects(clients.s3Control.send(new DescribeJobCommand({ AccountId: '111111111111', JobId: '1-2-3' })), {
    name: 'NoSuchJob',
  });
});

test('faults are set, listed and removed over HTTP', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const first = { kind: 'throttle', operation: 'ListKeys', region: 'eu-west-1' };
  const second = { kind: 'slow', operation: 'ListAliases', ms: 5 };
  assert.deepEqual(await post(aws, [first, second]), { status: 200, body: { ids: ['1', '2'] } });
  await assert.rejects(clients.kms.send(new ListKeysCommand()), { name: 'ThrottlingException' });
  const list = await send({ port: aws.port, target: '/_local/faults', signedFor: null });
  assert.deepEqual(JSON.parse(list.body.toString()), {
    faults: [
      { id: '1', fault: first, played: 1 },
      { id: '2', fault: second, played: 0 },
    ],
  });
  await send({ port: aws.port, method: 'DELETE', target: '/_local/faults?id=1', signedFor: null });
  await assert.doesNotReject(clients.kms.send(new ListKeysCommand()));
  await send({ port: aws.port, method: 'DELETE', target: '/_local/faults', signedFor: null });
  assert.deepEqual(aws.faults.list(), []);
});

const WRONG: readonly [fault: unknown, error: string][] = [
  [
    { kind: 'flood', operation: 'X' },
    'fault member kind: expected one of throttle, internal-error, access-denied, error, timeout, reset, lost-answer, slow, found "flood"',
  ],
  [{ kind: 'throttle' }, 'a fault needs kind and operation, found only kind'],
  [{ kind: 'throttle', operation: 'X', times: 0 }, 'fault member times: expected a whole number from 1, found 0'],
  [
    { kind: 'throttle', operation: 'X', Bucket: 'b' },
    'fault member Bucket: expected no such member; the members are kind, operation, service, bucket, key, prefix, account, role, region, times, timesEach, share, seed, code, status, ms, found "b"',
  ],
  [{ kind: 'error', operation: 'X' }, 'a fault of the kind error needs a code'],
  [
    { kind: 'error', operation: 'X', code: 'Y', status: 200 },
    'fault member status: expected a status from 400 to 599, found 200',
  ],
  [
    { kind: 'throttle', operation: 'X', share: 2 },
    'fault member share: expected a number above 0 and up to 1, found 2',
  ],
  [{ kind: 'throttle', operation: 'X', share: 0.5 }, 'a fault with a share needs a seed, which decides what is hit'],
  ['x', 'a fault is an object with kind and operation, found "x"'],
];

for (const [fault, error] of WRONG) {
  test(`a fault ${JSON.stringify(fault)} is refused with what is wrong, and nothing is set`, async () => {
    await using aws = await startLocal();
    assert.deepEqual(await post(aws, [{ kind: 'throttle', operation: 'ListKeys' }, fault]), {
      status: 400,
      body: { error },
    });
    assert.deepEqual(aws.faults.list(), []);
  });
}
