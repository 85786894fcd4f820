import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { DisableKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, OTHER_ACCOUNT, REGION, type OpenedS3 } from './open-s3.ts';

const CUSTOMER_KEY = Buffer.alloc(32, 7);
const CUSTOMER = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: CUSTOMER_KEY.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(CUSTOMER_KEY).digest('base64'),
};

async function withDefault(opened: OpenedS3, rule: ServerSideEncryptionRule): Promise<void> {
  await makeBucket(opened.s3, 'data');
  const configuration = { Rules: [rule] };
  await opened.s3.send(
    new PutBucketEncryptionCommand({ Bucket: 'data', ServerSideEncryptionConfiguration: configuration }),
  );
}

function kms(KMSMasterKeyID?: string, BucketKeyEnabled = false): ServerSideEncryptionRule {
  const byDefault = { SSEAlgorithm: 'aws:kms', ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID }) } as const;
  return { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled };
}

function put(opened: OpenedS3, input: Partial<PutObjectCommandInput> = {}) {
  return opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: 'body', ...input }));
}

async function encryptionOf(opened: OpenedS3) {
  const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled } = await opened.s3.send(
    new HeadObjectCommand({ Bucket: 'data', Key: 'a' }),
  );
  return [ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled];
}

describe('a write without encryption headers', () => {
  test('takes the default of the bucket: key, bucket key and all', async () => {
    await using opened = await openS3();
    const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
    await withDefault(opened, kms(key.arn, true));
    await put(opened);
    assert.deepEqual(await encryptionOf(opened), ['aws:kms', key.arn, true]);
  });

  test('resolves a default alias in the account of the writer', async () => {
    await using opened = await openS3();
    const mine = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/team' });
    const theirs = opened.aws.world.keys.create({ accountId: OTHER_ACCOUNT, region: REGION, alias: 'alias/team' });
    await withDefault(opened, kms('alias/team'));
    await put(opened);
    assert.deepEqual(await encryptionOf(opened), ['aws:kms', mine.arn, undefined]);
    const stranger = { caller: opened.aws.world.identity.administrator(OTHER_ACCOUNT), region: REGION };
    const document = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: OTHER_ACCOUNT }, Action: 's3:PutObject', Resource: 'arn:aws:s3:::data/*' },
      ],
    };
    const bucket = opened.aws.buckets.find('data');
    assert.ok(bucket);
    bucket.policy = { text: JSON.stringify(document), document };
    await opened.aws.world.invoke('s3', 'PutObject', { Bucket: 'data', Key: 'a', Body: 'x' }, stranger);
    assert.deepEqual((await encryptionOf(opened))[1], theirs.arn);
  });

  test('is two layers under a DSSE default', async () => {
    await using opened = await openS3();
    const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
    await withDefault(opened, {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: key.arn },
    });
    await put(opened);
    const version = opened.aws.buckets.find('data')?.keys.get('a')?.versions[0];
    const { Body, ServerSideEncryption } = await opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'a' }));
    assert.deepEqual(
      [
        ServerSideEncryption,
        await Body?.transformToString(),
        version?.kind === 'object' && version.sealed.wrappedKeys.length,
      ],
      ['aws:kms:dsse', 'body', 2],
    );
  });
});

describe('request headers', () => {
  test('win over the default of the bucket', async () => {
    await using opened = await openS3();
    const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
    await withDefault(opened, kms(key.arn, true));
    await put(opened, { ServerSideEncryption: 'AES256' });
    assert.deepEqual(await encryptionOf(opened), ['AES256', undefined, undefined]);
  });

  test('of aws:kms without a key mean aws/s3, not the default key', async () => {
    await using opened = await openS3();
    const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
    await withDefault(opened, kms(key.arn));
    await put(opened, { ServerSideEncryption: 'aws:kms' });
    const managed = opened.aws.world.keys.awsManaged('alias/aws/s3', ACCOUNT, REGION);
    assert.deepEqual(await encryptionOf(opened), ['aws:kms', managed.arn, undefined]);
  });

  const wrong: readonly [name: string, input: Partial<PutObjectCommandInput>, status: number, code: string][] = [
    ['a key with AES256', { ServerSideEncryption: 'AES256', SSEKMSKeyId: 'x' }, 400, 'InvalidArgument'],
    ['a key without an algorithm', { SSEKMSKeyId: 'x' }, 400, 'InvalidArgument'],
    [
      'a bucket key with DSSE',
      { ServerSideEncryption: 'aws:kms:dsse', BucketKeyEnabled: true },
      400,
      'InvalidArgument',
    ],
    ['an algorithm that is not emulated', { ServerSideEncryption: 'aws:fsx' }, 501, 'NotImplemented'],
    ['SSE-C, which new buckets block', CUSTOMER, 403, 'AccessDenied'],
  ];
  for (const [name, input, status, code] of wrong) {
    test(`refuse ${name}`, async () => {
      await using opened = await openS3();
      await makeBucket(opened.s3, 'data');
      await expectSdkError(put(opened, input), status, code);
    });
  }
});

describe('a default key that cannot be used', () => {
  const cases: readonly [name: string, code: string, breakKey: (opened: OpenedS3) => Promise<string>][] = [
    ['disabled', 'KMS.DisabledException', async (opened) => disabled(opened)],
    ['pending deletion', 'KMS.KMSInvalidStateException', async (opened) => pendingDeletion(opened)],
    ['not there', 'KMS.NotFoundException', async () => 'alias/nowhere'],
    [
      'of another Region',
      'KMS.NotFoundException',
      async (opened) => opened.aws.world.keys.create({ accountId: ACCOUNT, region: 'us-east-1' }).arn,
    ],
  ];
  for (const [name, code, breakKey] of cases) {
    test(`${name}: the put of the default succeeds, the write of an object fails`, async () => {
      await using opened = await openS3();
      await withDefault(opened, kms(await breakKey(opened)));
      await expectSdkError(put(opened), 400, code);
      await put(opened, { ServerSideEncryption: 'AES256' });
    });
  }

  test('of another account whose key policy does not name us is AccessDenied', async () => {
    await using opened = await openS3();
    const theirs = opened.aws.world.keys.create({ accountId: OTHER_ACCOUNT, region: REGION });
    await withDefault(opened, kms(theirs.arn));
    await expectSdkError(put(opened), 403, 'AccessDenied');
  });
});

describe('SSE-C, where the bucket allows it', () => {
  async function allowing(opened: OpenedS3): Promise<void> {
    await withDefault(opened, {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
    });
    await put(opened, CUSTOMER);
  }

  test('needs the same key to read and to look', async () => {
    await using opened = await openS3();
    await allowing(opened);
    const named = { Bucket: 'data', Key: 'a' };
    const { Body, SSECustomerAlgorithm } = await opened.s3.send(new GetObjectCommand({ ...named, ...CUSTOMER }));
    assert.deepEqual([await Body?.transformToString(), SSECustomerAlgorithm], ['body', 'AES256']);
    await expectSdkError(opened.s3.send(new GetObjectCommand(named)), 400, 'InvalidRequest');
    // The answer to a HEAD has no body, and so no code.
    await expectSdkError(opened.s3.send(new HeadObjectCommand(named)), 400, 'Unknown');
    const { SSECustomerKeyMD5 } = await opened.s3.send(new HeadObjectCommand({ ...named, ...CUSTOMER }));
    assert.equal(SSECustomerKeyMD5, CUSTOMER.SSECustomerKeyMD5);
    const other = Buffer.alloc(32, 8);
    const wrong = {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: other.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(other).digest('base64'),
    };
    await expectSdkError(opened.s3.send(new GetObjectCommand({ ...named, ...wrong })), 403, 'AccessDenied');
  });

  test('stays readable after it is blocked, and cannot be copied without the key', async () => {
    await using opened = await openS3();
    await allowing(opened);
    const rule = { BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } } satisfies ServerSideEncryptionRule;
    const configuration = { Rules: [rule] };
    await opened.s3.send(
      new PutBucketEncryptionCommand({ Bucket: 'data', ServerSideEncryptionConfiguration: configuration }),
    );
    await expectSdkError(put(opened, CUSTOMER), 403, 'AccessDenied');
    const { Body } = await opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'a', ...CUSTOMER }));
    assert.equal(await Body?.transformToString(), 'body');
    const copy = new CopyObjectCommand({ Bucket: 'data', Key: 'b', CopySource: 'data/a' });
    await expectSdkError(opened.s3.send(copy), 400, 'InvalidRequest');
  });

  test('refuses a key whose MD5 is another', async () => {
    await using opened = await openS3();
    await allowing(opened);
    // In process, because the SDK would put the MD5 right.
    const wrong = { ...CUSTOMER, SSECustomerKeyMD5: createHash('md5').update('x').digest('base64') };
    const as = { caller: opened.aws.world.identity.administrator(ACCOUNT), region: REGION };
    const call = opened.aws.world.invoke('s3', 'PutObject', { Bucket: 'data', Key: 'b', Body: 'x', ...wrong }, as);
    await assert.rejects(call, { code: 'InvalidArgument', status: 400 });
  });
});

async function disabled(opened: OpenedS3): Promise<string> {
  const { arn } = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
  await opened.clients({ account: ACCOUNT, region: REGION }).kms.send(new DisableKeyCommand({ KeyId: arn }));
  return arn;
}

async function pendingDeletion(opened: OpenedS3): Promise<string> {
  const { arn } = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
  const command = new ScheduleKeyDeletionCommand({ KeyId: arn, PendingWindowInDays: 7 });
  await opened.clients({ account: ACCOUNT, region: REGION }).kms.send(command);
  return arn;
}
