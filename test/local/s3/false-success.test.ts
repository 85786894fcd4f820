import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { TagResourceCommand } from '@aws-sdk/client-s3-control';
import { send } from '../protocol/raw-request.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { NAME, openDirectory } from './open-directory.ts';
import { ACCOUNT, makeBucket, openS3, REGION, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'data' };

async function openData(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'body' }));
  return opened;
}

const portOf = ({ aws }: OpenedS3): number => Number(new URL(aws.endpoint).port);

describe('a request below the SDK', () => {
  const refused: [string, object, number, string][] = [
    ['GET with an encryption', { headers: { 'x-amz-server-side-encryption': 'AES256' } }, 400, 'InvalidArgument'],
    ['GET with a key', { headers: { 'x-amz-server-side-encryption-aws-kms-key-id': 'k' } }, 400, 'InvalidArgument'],
    ['HEAD with an encryption', { method: 'HEAD', headers: { 'x-amz-server-side-encryption': 'aws:kms' } }, 400, ''],
    [
      'PUT of unknown length',
      { method: 'PUT', headers: { 'transfer-encoding': 'chunked' }, body: 'x' },
      411,
      'MissingContentLength',
    ],
  ];
  for (const [what, request, status, code] of refused)
    test(`${what} is ${status} ${code}`, async () => {
      await using opened = await openData();
      const answer = await send({ port: portOf(opened), target: '/data/a', ...request });
      assert.equal(answer.status, status);
      assert.match(answer.body.toString(), new RegExp(code === '' ? '^$' : `<Code>${code}</Code>`));
    });

  for (const [expires, code] of [
    ['604801', 'AuthorizationQueryParametersError'],
    ['-1', 'AuthorizationQueryParametersError'],
    ['soon', 'AuthorizationQueryParametersError'],
    ['604800', undefined],
  ] as const)
    test(`presigned for ${expires} seconds is ${code ?? 'answered'}`, async () => {
      await using opened = await openData();
      const credential = encodeURIComponent(`${ACCOUNT}/20261122/${REGION}/s3/aws4_request`);
      const target = `/data/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Date=20261122T095900Z&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host&X-Amz-Signature=0`;
      const answer = await send({ port: portOf(opened), target, signedFor: null });
      assert.equal(answer.status, code === undefined ? 200 : 400);
      assert.match(answer.body.toString(), new RegExp(code ?? '^body$'));
    });
});

test('a directory bucket refuses the same', async () => {
  await using opened = await openDirectory();
  const ask = async (request: object): Promise<number> =>
    (await send({ port: portOf(opened), target: `/${NAME}/a`, signedFor: 's3express', ...request })).status;
  assert.deepEqual(
    [
      await ask({ method: 'PUT', body: 'body' }),
      await ask({ method: 'PUT', headers: { 'transfer-encoding': 'chunked' }, body: 'x' }),
      await ask({ headers: { 'x-amz-server-side-encryption': 'AES256' } }),
      await ask({}),
    ],
    [200, 411, 400, 200],
  );
  const large = new PutObjectCommand({ Bucket: NAME, Key: 'a', Metadata: { a: 'x'.repeat(2048) } });
  await expectSdkError(opened.s3.send(large), 400, 'MetadataTooLarge');
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '222222222222' },
    Resource: `arn:aws:s3express:${REGION}:${ACCOUNT}:bucket/${NAME}`,
  };
  const put = (Action: string, Condition: object) =>
    opened.s3.send(
      new PutBucketPolicyCommand({
        Bucket: NAME,
        Policy: JSON.stringify({ Statement: { ...statement, Action, Condition } }),
      }),
    );
  await put('s3express:CreateSession', { StringEquals: { 's3express:SessionMode': 'ReadOnly' } });
  await expectSdkError(put('s3:GetObject', {}), 400, 'MalformedPolicy');
  await expectSdkError(put('s3express:*', { Null: { 's3express:LocationName': 'true' } }), 501, 'NotImplemented');
});

describe('a configuration', () => {
  for (const period of [{ Days: 0 }, { Days: -1 }, { Days: 36_501 }, { Years: 0 }, { Years: 101 }])
    test(`with a default retention of ${JSON.stringify(period)} is refused`, async () => {
      await using opened = await openS3();
      await opened.s3.send(
        new CreateBucketCommand({
          ...NAMED,
          ObjectLockEnabledForBucket: true,
          CreateBucketConfiguration: { LocationConstraint: REGION },
        }),
      );
      const put = (DefaultRetention: object) =>
        opened.s3.send(
          new PutObjectLockConfigurationCommand({
            ...NAMED,
            ObjectLockConfiguration: {
              ObjectLockEnabled: 'Enabled',
              Rule: { DefaultRetention: { Mode: 'GOVERNANCE', ...DefaultRetention } },
            },
          }),
        );
      await expectSdkError(put(period), 400, 'InvalidRetentionPeriod');
      await put({ Days: 36_500 });
    });

  test('of a website needs an index, or another place for everybody', async () => {
    await using opened = await openData();
    const put = (WebsiteConfiguration: object) =>
      opened.s3.send(new PutBucketWebsiteCommand({ ...NAMED, WebsiteConfiguration }));
    const ErrorDocument = { Key: 'error.html' };
    const elsewhere = { RedirectAllRequestsTo: { HostName: 'example.com' } };
    const wrong = [
      { ErrorDocument },
      { IndexDocument: { Suffix: '' } },
      { IndexDocument: { Suffix: 'a/index.html' } },
      { ...elsewhere, IndexDocument: { Suffix: 'index.html' } },
      { ...elsewhere, ErrorDocument },
      { ...elsewhere, RoutingRules: [{ Redirect: { HostName: 'example.com' } }] },
    ];
    for (const website of wrong) await expectSdkError(put(website), 400, 'InvalidArgument');
    await put(elsewhere);
    await put({ IndexDocument: { Suffix: 'index.html' }, ErrorDocument });
  });

  test('of the blocked encryption types names at least one', async () => {
    await using opened = await openData();
    const put = (body: string) =>
      send({
        port: portOf(opened),
        method: 'PUT',
        target: '/data?encryption',
        body: `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>${body}</Rule></ServerSideEncryptionConfiguration>`,
      });
    for (const empty of ['<BlockedEncryptionTypes/>', '<BlockedEncryptionTypes></BlockedEncryptionTypes>']) {
      const answer = await put(empty);
      assert.equal(answer.status, 400, answer.body.toString());
      assert.match(answer.body.toString(), /<Code>InvalidArgument<.*must contain at least one encryption type</);
    }
    assert.equal((await put('')).status, 200);
    const Rules = [{ BlockedEncryptionTypes: { EncryptionType: [] } }];
    const bySdk = new PutBucketEncryptionCommand({ ...NAMED, ServerSideEncryptionConfiguration: { Rules } });
    await expectSdkError(opened.s3.send(bySdk), 400, 'InvalidArgument');
  });
});

test('a LocationConstraint is a Region, that of the European Sovereign Cloud too', async () => {
  await using opened = await openS3();
  const create = (Bucket: string, region: string, constraint: string) => {
    const LocationConstraint = constraint as 'EU';
    return opened
      .clients({ region })
      .s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
  };
  for (const nowhere of ['eu-west-9', 'xx-north-1', 'us-east-1', 'mars'])
    await expectSdkError(create('none', REGION, nowhere), 400, 'InvalidLocationConstraint');
  await create('sovereign', 'eusc-de-east-1', 'eusc-de-east-1');
  const there = opened.clients({ region: 'eusc-de-east-1' }).s3;
  const { BucketArn, BucketRegion } = await there.send(new HeadBucketCommand({ Bucket: 'sovereign' }));
  assert.deepEqual([BucketArn, BucketRegion], ['arn:aws-eusc:s3:::sovereign', 'eusc-de-east-1']);
  const { LocationConstraint } = await there.send(new GetBucketLocationCommand({ Bucket: 'sovereign' }));
  assert.equal(LocationConstraint, 'eusc-de-east-1');
});

test('user metadata is at most 2 KB of names and values, however it comes', async () => {
  await using opened = await openData();
  const { s3 } = opened;
  const most = { ab: 'x'.repeat(2046) };
  const more = { abc: 'x'.repeat(2046) };
  const copy = { ...NAMED, Key: 'c', CopySource: 'data/a', MetadataDirective: 'REPLACE' as const };
  await s3.send(new PutObjectCommand({ ...NAMED, Key: 'b', Metadata: most }));
  await s3.send(new CopyObjectCommand({ ...copy, Metadata: most }));
  const error = await expectSdkError(
    s3.send(new PutObjectCommand({ ...NAMED, Key: 'b', Metadata: more })),
    400,
    'MetadataTooLarge',
  );
  assert.equal(error.message, 'Your metadata headers exceed the maximum allowed metadata size');
  await expectSdkError(s3.send(new CopyObjectCommand({ ...copy, Metadata: more })), 400, 'MetadataTooLarge');
  const upload = new CreateMultipartUploadCommand({ ...NAMED, Key: 'b', Metadata: more });
  await expectSdkError(s3.send(upload), 400, 'MetadataTooLarge');
});

test('tags are of letters, digits, spaces and a few signs, wherever they are put', async () => {
  await using opened = await openData();
  const control = opened.clients({ account: ACCOUNT, region: REGION }).s3Control;
  const puts = [
    (tag: object) => opened.s3.send(new PutBucketTaggingCommand({ ...NAMED, Tagging: { TagSet: [tag as never] } })),
    (tag: object) =>
      opened.s3.send(new PutObjectTaggingCommand({ ...NAMED, Key: 'a', Tagging: { TagSet: [tag as never] } })),
    (tag: object) =>
      control.send(
        new TagResourceCommand({ AccountId: ACCOUNT, ResourceArn: 'arn:aws:s3:::data', Tags: [tag as never] }),
      ),
  ];
  for (const put of puts) {
    for (const Key of ['a&b', 'a*', 'k;', '<k>', 'a\u0001'])
      await expectSdkError(put({ Key, Value: 'v' }), 400, 'InvalidTag');
    await expectSdkError(put({ Key: 'k', Value: 'a,b' }), 400, 'InvalidTag');
    await put({ Key: 'Über +-=._:/@ 1', Value: 'ключ ' });
  }
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const, Tags: [{ Key: 'a&b', Value: '' }] };
  await expectSdkError(
    opened.s3.send(new CreateBucketCommand({ Bucket: 'new', CreateBucketConfiguration })),
    400,
    'InvalidTag',
  );
});
