import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import type { Call } from '../../../local/call.ts';
import { putBucketEncryption } from '../../../local/s3/bucket-encryption.ts';
import { createBucket } from '../../../local/s3/buckets.ts';
import { type S3Options, S3Store } from '../../../local/s3/store.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, OTHER_ACCOUNT, REGION } from './open-s3.ts';

const SSE_S3 = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false } as const;
const BLOCK = { EncryptionType: ['SSE-C'] } satisfies ServerSideEncryptionRule['BlockedEncryptionTypes'];
const NEW_BUCKET: ServerSideEncryptionRule = { ...SSE_S3, BlockedEncryptionTypes: BLOCK };

function put(s3: S3Client, ...Rules: ServerSideEncryptionRule[]) {
  return s3.send(new PutBucketEncryptionCommand({ Bucket: 'data', ServerSideEncryptionConfiguration: { Rules } }));
}

async function ruleOf(s3: S3Client): Promise<ServerSideEncryptionRule | undefined> {
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket: 'data' }));
  return ServerSideEncryptionConfiguration?.Rules?.[0];
}

describe('a new bucket', () => {
  test('is SSE-S3 without bucket key and blocks SSE-C', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    assert.deepEqual(await ruleOf(opened.s3), NEW_BUCKET);
  });

  for (const region of ['me-south-1', 'me-central-1'] as const) {
    test(`of ${region} blocks nothing`, async () => {
      await using opened = await openS3();
      opened.aws.organization.setRegion(ACCOUNT, region, 'ENABLED');
      const { s3 } = opened.clients({ account: ACCOUNT, region });
      await makeBucket(s3, 'data', region);
      assert.deepEqual(await ruleOf(s3), SSE_S3);
    });
  }
});

const STORED: readonly [name: string, given: ServerSideEncryptionRule, stored: ServerSideEncryptionRule][] = [
  [
    'a key id as it was given, without a look at the key',
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/nowhere' },
      BucketKeyEnabled: true,
    },
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/nowhere' },
      BucketKeyEnabled: true,
      BlockedEncryptionTypes: BLOCK,
    },
  ],
  [
    'BucketKeyEnabled false where it is left out',
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse' } },
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse' },
      BucketKeyEnabled: false,
      BlockedEncryptionTypes: BLOCK,
    },
  ],
  [
    'NONE where SSE-C is allowed',
    { ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } },
    { ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } },
  ],
  [
    'the default as it was where a rule only speaks of blocked types',
    { BlockedEncryptionTypes: { EncryptionType: ['NONE'] } },
    { ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } },
  ],
];

const REFUSED: readonly [name: string, rules: ServerSideEncryptionRule[], status: number, code: string][] = [
  ['no rule', [], 400, 'MalformedXML'],
  ['two rules', [SSE_S3, SSE_S3], 400, 'MalformedXML'],
  [
    'a key with AES256',
    [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256', KMSMasterKeyID: 'x' } }],
    400,
    'InvalidArgument',
  ],
  ['aws:fsx', [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:fsx' } }], 501, 'NotImplemented'],
  [
    'NONE beside SSE-C',
    [{ ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE', 'SSE-C'] } }],
    400,
    'MalformedXML',
  ],
];

describe('PutBucketEncryption', () => {
  for (const [name, given, stored] of STORED) {
    test(`stores ${name}`, async () => {
      await using opened = await openS3();
      await makeBucket(opened.s3, 'data');
      await put(opened.s3, given);
      assert.deepEqual(await ruleOf(opened.s3), stored);
    });
  }

  for (const [name, rules, status, code] of REFUSED) {
    test(`refuses ${name} and changes nothing`, async () => {
      await using opened = await openS3();
      await makeBucket(opened.s3, 'data');
      await expectSdkError(put(opened.s3, ...rules), status, code);
      assert.deepEqual(await ruleOf(opened.s3), NEW_BUCKET);
    });
  }

  test('refuses another expected owner, another account and another Region', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    const input = { Bucket: 'data', ServerSideEncryptionConfiguration: { Rules: [SSE_S3] } };
    const wrongOwner = new PutBucketEncryptionCommand({ ...input, ExpectedBucketOwner: OTHER_ACCOUNT });
    await expectSdkError(opened.s3.send(wrongOwner), 403, 'AccessDenied');
    await expectSdkError(put(opened.clients({ account: OTHER_ACCOUNT }).s3, SSE_S3), 403, 'AccessDenied');
    const east = opened.clients({ account: ACCOUNT, region: 'us-east-1' }).s3;
    await expectSdkError(put(east, SSE_S3), 301, 'PermanentRedirect');
  });
});

describe('DeleteBucketEncryption', () => {
  test('goes back to SSE-S3 and keeps the blocked types', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await put(opened.s3, {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
      BucketKeyEnabled: true,
      BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
    });
    const { $metadata } = await opened.s3.send(new DeleteBucketEncryptionCommand({ Bucket: 'data' }));
    assert.equal($metadata.httpStatusCode, 204);
    assert.deepEqual(await ruleOf(opened.s3), { ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } });
  });
});

describe('the option blockedTypesOnOmit', () => {
  const cases: readonly [option: NonNullable<S3Options['blockedTypesOnOmit']>, left: string[]][] = [
    ['keep', ['NONE']],
    ['reset', ['SSE-C']],
  ];
  for (const [option, left] of cases) {
    test(`${option} leaves ${left.join()} after a put without blocked types`, async () => {
      await using opened = await openS3();
      const { world } = opened.aws;
      const store = new S3Store(world, { blockedTypesOnOmit: option });
      const call: Call = {
        service: 's3',
        operation: 'PutBucketEncryption',
        region: REGION,
        caller: world.identity.administrator(ACCOUNT),
        requestId: 'r',
        time: world.now(),
        sourceIp: '127.0.0.1',
        userAgent: 'test',
      };
      createBucket(
        { world, store },
        { Bucket: 'data', CreateBucketConfiguration: { LocationConstraint: REGION } },
        call,
      );
      for (const rule of [{ ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } }, SSE_S3]) {
        const configuration = { Rules: [rule] };
        putBucketEncryption(
          { world, store },
          { Bucket: 'data', ServerSideEncryptionConfiguration: configuration },
          call,
        );
      }
      assert.deepEqual(store.find('data')?.encryption.BlockedEncryptionTypes, { EncryptionType: left });
    });
  }
});

describe('a bucket that is not there', () => {
  test('is NoSuchBucket', async () => {
    await using opened = await openS3();
    await opened.s3.send(
      new CreateBucketCommand({ Bucket: 'other', CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    const error = await expectSdkError(
      opened.s3.send(new GetBucketEncryptionCommand({ Bucket: 'data' })),
      404,
      'NoSuchBucket',
    );
    assert.equal(Reflect.get(error, 'BucketName'), 'data');
  });
});
