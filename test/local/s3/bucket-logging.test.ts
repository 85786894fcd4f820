import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  GetBucketLoggingCommand,
  GetObjectCommand,
  type LoggingEnabled,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketAclCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  CreateBucketCommand,
} from '@aws-sdk/client-s3';
import { deliveriesOf, encryptBy, keysIn, letWrite, textOf } from './deliveries.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, OTHER_ACCOUNT, type OpenedS3, REGION } from './open-s3.ts';

const LOGGING = 'logging.s3.amazonaws.com';

function putLogging(to: Partial<LoggingEnabled> | undefined, bucket = 'app'): PutBucketLoggingCommand {
  const status = to === undefined ? {} : { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'app/', ...to } };
  return new PutBucketLoggingCommand({ Bucket: bucket, BucketLoggingStatus: status });
}

/** A bucket and one for its logs that lets S3 deliver. */
async function twoBuckets(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'app');
  await makeBucket(opened.s3, 'logs');
  await letWrite(opened.s3, 'logs', LOGGING, { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::app' } });
  return opened;
}

describe('PutBucketLogging', () => {
  test('is stored, answered and taken away again', async () => {
    await using opened = await twoBuckets();
    const get = async () => (await opened.s3.send(new GetBucketLoggingCommand({ Bucket: 'app' }))).LoggingEnabled;
    assert.equal(await get(), undefined);
    await opened.s3.send(putLogging({}));
    assert.deepEqual(await get(), { TargetBucket: 'logs', TargetPrefix: 'app/' });
    await opened.s3.send(putLogging(undefined));
    assert.equal(await get(), undefined);
  });

  test('refuses a target that is not there, not its own, in another Region or closed to S3', async () => {
    await using opened = await twoBuckets();
    const east = opened.clients({ account: ACCOUNT, region: 'us-east-1' }).s3;
    await makeBucket(opened.clients({ account: OTHER_ACCOUNT }).s3, 'foreign');
    await makeBucket(east, 'far', 'eu-central-1');
    await makeBucket(opened.s3, 'closed');
    const refusals = [
      ['nowhere', 400, 'InvalidTargetBucketForLogging'],
      ['foreign', 400, 'InvalidTargetBucketForLogging'],
      ['far', 403, 'CrossLocationLoggingProhibited'],
      ['closed', 400, 'InvalidTargetBucketForLogging'],
    ] as const;
    for (const [TargetBucket, status, code] of refusals)
      await expectSdkError(opened.s3.send(putLogging({ TargetBucket })), status, code);
    const grants = [{ Grantee: { Type: 'Group' as const, URI: 'x' }, Permission: 'READ' as const }];
    await expectSdkError(opened.s3.send(putLogging({ TargetGrants: grants })), 501, 'NotImplemented');
  });

  test('takes a target whose ACL lets the log delivery group write', async () => {
    await using opened = await twoBuckets();
    await makeBucket(opened.s3, 'old-logs');
    const ownership = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };
    await opened.s3.send(new PutBucketOwnershipControlsCommand({ Bucket: 'old-logs', OwnershipControls: ownership }));
    const group = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"';
    const grants = { GrantWrite: group, GrantReadACP: group };
    await opened.s3.send(new PutBucketAclCommand({ Bucket: 'old-logs', ...grants }));
    await opened.s3.send(putLogging({ TargetBucket: 'old-logs' }));
    await opened.s3.send(new PutObjectCommand({ Bucket: 'app', Key: 'a', Body: 'x' }));
    assert.equal((await keysIn(opened.aws, opened.s3, 'old-logs')).length, 1);
  });

  test('needs its own permissions', async () => {
    await using opened = await twoBuckets();
    const put = opened.asRole('putter', [allow('s3:PutBucketLogging', 'arn:aws:s3:::app')]);
    await put.send(putLogging({}));
    await expectSdkError(put.send(new GetBucketLoggingCommand({ Bucket: 'app' })), 403, 'AccessDenied');
    const get = opened.asRole('getter', [allow('s3:GetBucketLogging', 'arn:aws:s3:::app')]);
    await get.send(new GetBucketLoggingCommand({ Bucket: 'app' }));
    await expectSdkError(get.send(putLogging({})), 403, 'AccessDenied');
  });
});

describe('server access logs', () => {
  test('are delivered under SSE-S3, one line for each request, refused ones too', async () => {
    await using opened = await twoBuckets();
    await opened.s3.send(putLogging({}));
    await opened.s3.send(new PutObjectCommand({ Bucket: 'app', Key: 'dir/a b', Body: 'four' }));
    await opened.s3.send(new GetObjectCommand({ Bucket: 'app', Key: 'dir/a b' }));
    await expectSdkError(opened.s3.send(new GetObjectCommand({ Bucket: 'app', Key: 'none' })), 404, 'NoSuchKey');
    const keys = await keysIn(opened.aws, opened.s3, 'logs');
    assert.equal(keys.length, 3);
    for (const key of keys) assert.match(key ?? '', /^app\/2026-11-22-10-00-00-[0-9A-F]{16}$/);
    const lines: string[] = [];
    for (const key of keys) lines.push((await textOf(opened.s3, 'logs', key)) ?? '');
    const fields = lines.map((line) => line.match(/\[[^\]]*\]|"[^"]*"|[^ \n]+/g) ?? []);
    assert.deepEqual(
      fields.map((each) => [each.length, each[1], each[2], ...each.slice(6, 13)]).sort(byOperation),
      [
        ['REST.GET.OBJECT', 'dir/a%20b', '"GET /app/dir/a%20b HTTP/1.1"', '200', '-', '4', '4'],
        ['REST.GET.OBJECT', 'none', '"GET /app/none HTTP/1.1"', '404', 'NoSuchKey', '-', '-'],
        ['REST.PUT.OBJECT', 'dir/a%20b', '"PUT /app/dir/a%20b HTTP/1.1"', '200', '-', '-', '4'],
      ].map((rest) => [26, 'app', '[22/Nov/2026:10:00:00 +0000]', ...rest]),
    );
    assert.deepEqual(deliveriesOf(opened.aws), [['app', 'logs', 3, 0, undefined]]);
  });

  test('break silently once the target is under SSE-KMS or DSSE-KMS: nothing is written and the reason is kept', async () => {
    await using opened = await twoBuckets();
    await opened.s3.send(putLogging({}));
    const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    for (const algorithm of ['aws:kms', 'aws:kms:dsse'] as const) {
      await encryptBy(opened.s3, 'logs', algorithm, key);
      await opened.s3.send(new PutObjectCommand({ Bucket: 'app', Key: 'a', Body: 'x' }));
      assert.deepEqual(await keysIn(opened.aws, opened.s3, 'logs'), []);
    }
    assert.deepEqual(deliveriesOf(opened.aws), [['app', 'logs', 0, 2, 'SseS3Only']]);
    await encryptBy(opened.s3, 'logs', 'AES256');
    await opened.s3.send(new PutObjectCommand({ Bucket: 'app', Key: 'a', Body: 'x' }));
    assert.equal((await keysIn(opened.aws, opened.s3, 'logs')).length, 1);
  });

  test('are not delivered to a bucket with a default retention', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'app');
    const place = { LocationConstraint: REGION } as const;
    await opened.s3.send(
      new CreateBucketCommand({
        Bucket: 'logs',
        CreateBucketConfiguration: place,
        ObjectLockEnabledForBucket: true,
      }),
    );
    await letWrite(opened.s3, 'logs', LOGGING);
    await opened.s3.send(putLogging({}));
    const ObjectLockConfiguration = {
      ObjectLockEnabled: 'Enabled' as const,
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE' as const, Days: 1 } },
    };
    await opened.s3.send(new PutObjectLockConfigurationCommand({ Bucket: 'logs', ObjectLockConfiguration }));
    await opened.s3.send(new PutObjectCommand({ Bucket: 'app', Key: 'a', Body: 'x' }));
    assert.deepEqual(await keysIn(opened.aws, opened.s3, 'logs'), []);
    assert.deepEqual(deliveriesOf(opened.aws), [['app', 'logs', 0, 1, 'DefaultRetention']]);
  });

  test('of a bucket that logs to itself come to rest', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'app');
    await letWrite(opened.s3, 'app', LOGGING);
    await opened.s3.send(putLogging({ TargetBucket: 'app', TargetPrefix: 'own/' }));
    await opened.s3.send(new PutObjectCommand({ Bucket: 'app', Key: 'a', Body: 'x' }));
    assert.equal((await keysIn(opened.aws, opened.s3, 'app')).length, 2);
  });

  test('lie below account, Region, bucket and day where the target is partitioned', async () => {
    await using opened = await twoBuckets();
    const format = { PartitionedPrefix: { PartitionDateSource: 'DeliveryTime' as const } };
    await opened.s3.send(putLogging({ TargetObjectKeyFormat: format }));
    await opened.s3.send(new PutObjectCommand({ Bucket: 'app', Key: 'a', Body: 'x' }));
    const [key] = await keysIn(opened.aws, opened.s3, 'logs');
    assert.match(key ?? '', /^app\/111111111111\/eu-west-1\/app\/2026\/11\/22\/2026-11-22-10-00-00-[0-9A-F]{16}$/);
  });
});

function byOperation(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a.slice(3, 5)).localeCompare(String(b.slice(3, 5)));
}
