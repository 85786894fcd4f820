import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createBucketEncryption } from '../../../src/aws/bucket/bucket-encryption.ts';
import type { Encryption } from '../../../src/policy/model.ts';
import { createClients } from '../../local/clients.ts';
import { type ApiAnswer, answering, PROXY_PAGE, s3Error, timeout } from '../canned-answers.ts';
import { ACCOUNT, type Fixture, openAws, REGION } from '../fixture.ts';

const OWNED = { bucket: 'example-bucket', account: ACCOUNT };
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
const EVERY_MEMBER: Encryption = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true, blocked: ['SSE-C'] };

let local: Fixture;
before(async () => {
  local = await openAws();
});
after(() => local[Symbol.asyncDispose]());

const readOf = (answer: ApiAnswer) => createBucketEncryption(new S3Client(answering(answer))).read(OWNED);

const rules = (...xml: string[]): ApiAnswer => ({
  status: 200,
  body: `<?xml version="1.0"?><ServerSideEncryptionConfiguration>${xml.map((rule) => `<Rule>${rule}</Rule>`).join('')}</ServerSideEncryptionConfiguration>`,
});

test('a read names the owner that it expects', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3).on(GetBucketEncryptionCommand).resolves({});
  await createBucketEncryption(s3).read(OWNED);
  assert.deepEqual(
    mock.commandCalls(GetBucketEncryptionCommand).map((call) => call.args[0].input),
    [{ Bucket: 'example-bucket', ExpectedBucketOwner: ACCOUNT }],
  );
});

test('a write names the owner that it expects and loses no member of the rule', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3).on(PutBucketEncryptionCommand).resolves({});
  await createBucketEncryption(s3).write({ ...OWNED, rule: EVERY_MEMBER });
  assert.deepEqual(
    mock.commandCalls(PutBucketEncryptionCommand).map((call) => call.args[0].input),
    [
      {
        Bucket: 'example-bucket',
        ExpectedBucketOwner: ACCOUNT,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
              BucketKeyEnabled: true,
              BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
            },
          ],
        },
      },
    ],
  );
});

test('a directory bucket is asked without an owner, and its Bucket Key is on whatever is said', async () => {
  const bucket = 'fast--euw1-az1--x-s3';
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: KEY };
  mock
    .on(GetBucketEncryptionCommand)
    .resolves({ ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault }] } })
    .on(PutBucketEncryptionCommand)
    .resolves({});
  const encryption = createBucketEncryption(s3);
  const rule = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
  assert.deepEqual(await encryption.read({ bucket, account: ACCOUNT }), { kind: 'read', rule });
  await encryption.write({ bucket, account: ACCOUNT, rule });
  await encryption.write({ bucket, account: ACCOUNT, rule: { algorithm: 'AES256', bucketKey: false } });
  const written = (rule: object) => ({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
  assert.deepEqual(
    mock.calls().map((call) => call.args[0].input),
    [
      { Bucket: bucket },
      written({ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }),
      written({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }),
    ],
  );
});

test('an algorithm that nobody knows yet is read as it stands', async () => {
  const answer = rules(
    '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:quantum</SSEAlgorithm></ApplyServerSideEncryptionByDefault><Surprise>1</Surprise>',
  );
  assert.deepEqual(await readOf(answer), { kind: 'read', rule: { algorithm: 'aws:quantum' } });
});

test('a rule that only blocks is read without an algorithm', async () => {
  const answer = rules('<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes>');
  assert.deepEqual(await readOf(answer), { kind: 'read', rule: { blocked: ['SSE-C'] } });
});

test('an answer without a rule is unreadable, never "not encrypted"', async () => {
  const none = {
    kind: 'unreadable',
    code: 'UnexpectedAnswer',
    message: 'expected one encryption rule, found 0',
    denied: false,
  };
  assert.deepEqual(await Promise.all([rules(), { status: 200 }, PROXY_PAGE].map(readOf)), [none, none, none]);
});

test('several rules are unreadable, because a write would keep only one', async () => {
  const rule =
    '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';
  assert.deepEqual(await readOf(rules(rule, rule)), {
    kind: 'unreadable',
    code: 'UnexpectedAnswer',
    message: 'expected one encryption rule, found 2',
    denied: false,
  });
});

test('a store without any configuration is read as an empty rule, whatever its status', async () => {
  const code = 'ServerSideEncryptionConfigurationNotFoundError';
  const readings = await Promise.all([s3Error(404, code), s3Error(400, code)].map(readOf));
  assert.deepEqual(readings, [
    { kind: 'read', rule: {} },
    { kind: 'read', rule: {} },
  ]);
});

test('a denied read says so, because somebody may have to allow it', async () => {
  assert.deepEqual(await readOf(s3Error(403, 'AccessDenied')), {
    kind: 'unreadable',
    code: 'AccessDenied',
    message: 'said S3',
    denied: true,
  });
});

test('a timeout, a throttle and a broken service are unreadable', async () => {
  const readings = await Promise.all([timeout(), s3Error(503, 'SlowDown'), s3Error(500, 'InternalError')].map(readOf));
  assert.deepEqual(readings, [
    {
      kind: 'unreadable',
      code: 'TimeoutError',
      message: 'a request has exceeded the configured 5000 ms requestTimeout.',
      denied: false,
    },
    { kind: 'unreadable', code: 'SlowDown', message: 'said S3', denied: false },
    { kind: 'unreadable', code: 'InternalError', message: 'said S3', denied: false },
  ]);
});

test('a bucket of another Region is elsewhere, with the Region where S3 names it', async () => {
  const named = s3Error(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'us-west-2' });
  const unnamed = s3Error(301, 'PermanentRedirect');
  const wronglySigned = s3Error(400, 'AuthorizationHeaderMalformed', { 'x-amz-bucket-region': 'eu-central-1' });
  assert.deepEqual(await Promise.all([named, unnamed, wronglySigned].map(readOf)), [
    { kind: 'elsewhere', region: 'us-west-2' },
    { kind: 'elsewhere', region: undefined },
    { kind: 'elsewhere', region: 'eu-central-1' },
  ]);
});

test('the embedded S3 keeps every member of a rule through a write and a read', async () => {
  const bucket = await local.bucket('keeps-every-member');
  const encryption = createBucketEncryption(local.clients.s3);
  const key = local.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
  const rule = { ...EVERY_MEMBER, keyId: key.arn };
  await encryption.write({ bucket, account: ACCOUNT, rule });
  assert.deepEqual(await encryption.read({ bucket, account: ACCOUNT }), { kind: 'read', rule });
});

test('an empty list of blocked types is written as NONE', async () => {
  const bucket = await local.bucket('blocks-nothing');
  const encryption = createBucketEncryption(local.clients.s3);
  await encryption.write({ bucket, account: ACCOUNT, rule: { algorithm: 'AES256', bucketKey: false, blocked: [] } });
  assert.deepEqual(await encryption.read({ bucket, account: ACCOUNT }), {
    kind: 'read',
    rule: { algorithm: 'AES256', bucketKey: false, blocked: ['NONE'] },
  });
});

test('the embedded S3 tells a deleted encryption, a bucket that is gone, a stranger and another Region apart', async () => {
  const bucket = await local.bucket('told-apart');
  const encryption = createBucketEncryption(local.clients.s3);
  await local.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const deleted = await encryption.read({ bucket, account: ACCOUNT });
  assert.equal(deleted.kind === 'read' ? deleted.rule.algorithm : deleted.kind, 'AES256');

  const stranger = await encryption.read({ bucket, account: '222222222222' });
  assert.deepEqual(stranger.kind === 'unreadable' ? [stranger.code, stranger.denied] : stranger, [
    'AccessDenied',
    true,
  ]);

  await using american = createClients(local.aws, { account: ACCOUNT, region: 'us-west-2' });
  assert.deepEqual(await createBucketEncryption(american.s3).read({ bucket, account: ACCOUNT }), {
    kind: 'elsewhere',
    region: REGION,
  });

  await local.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  assert.deepEqual(await encryption.read({ bucket, account: ACCOUNT }), { kind: 'gone' });
});

test('a write that S3 refuses throws the error of the SDK', async () => {
  const encryption = createBucketEncryption(new S3Client(answering(s3Error(403, 'AccessDenied'))));
  await assert.rejects(encryption.write({ ...OWNED, rule: EVERY_MEMBER }), {
    name: 'AccessDenied',
    message: 'said S3',
  });
});
