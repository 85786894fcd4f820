import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HeadObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { send } from '../protocol/raw-request.ts';
import { deliveriesOf, encryptBy, letWrite } from './deliveries.ts';
import { ACCOUNT, makeBucket, openS3, type OpenedS3, REGION } from './open-s3.ts';

const BALANCERS = 'logdelivery.elasticloadbalancing.amazonaws.com';
const OBJECT = { bucket: 'logs', key: 'AWSLogs/1.log', body: 'line' };

async function deliver(opened: OpenedS3, service: string, more = {}): Promise<{ status: number; code?: string }> {
  const body = JSON.stringify({ ...OBJECT, service, ...more });
  const answer = await send({
    port: opened.aws.port,
    method: 'POST',
    target: '/_local/deliver',
    signedFor: null,
    body,
  });
  const { code } = JSON.parse(answer.body.toString());
  return { status: answer.status, ...(code === undefined ? {} : { code }) };
}

async function withKey(...statements: object[]): Promise<{ opened: OpenedS3; key: string }> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'logs');
  const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  const own = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [own, ...statements] });
  await opened.clients({}).kms.send(new PutKeyPolicyCommand({ KeyId: key, PolicyName: 'default', Policy }));
  return { opened, key };
}

const grant = (service: string, ...actions: string[]): object => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: actions,
  Resource: '*',
});

describe('a service that writes', () => {
  test('is let in by the bucket policy alone, with the source that it names', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'logs');
    assert.deepEqual(await deliver(opened, 'config.amazonaws.com'), { status: 409, code: 'AccessDenied' });
    await letWrite(opened.s3, 'logs', 'config.amazonaws.com', { StringEquals: { 'aws:SourceAccount': ACCOUNT } });
    assert.deepEqual(await deliver(opened, 'config.amazonaws.com'), { status: 200 });
    const stranger = await deliver(opened, 'config.amazonaws.com', { sourceAccount: '999999999999' });
    assert.deepEqual(stranger, { status: 409, code: 'AccessDenied' });
    assert.deepEqual(await deliver(opened, 'config.amazonaws.com', { bucket: 'no' }), {
      status: 409,
      code: 'NoSuchBucket',
    });
    assert.deepEqual(await deliver(opened, 'who.amazonaws.com'), { status: 400 });
  });

  for (const service of [BALANCERS, 'redshift.amazonaws.com', 'redshift.eu-west-1.amazonaws.com']) {
    test(`fails under every KMS key where it is ${service}`, async () => {
      const { opened, key } = await withKey(grant(service, 'kms:*'));
      await using _ = opened;
      await letWrite(opened.s3, 'logs', service);
      assert.deepEqual(await deliver(opened, service), { status: 200 });
      await encryptBy(opened.s3, 'logs', 'aws:kms', key);
      assert.deepEqual(await deliver(opened, service), { status: 409, code: 'SseS3Only' });
      assert.deepEqual(deliveriesOf(opened.aws), [[service, 'logs', 1, 1, 'SseS3Only']]);
    });
  }

  test('may be a load balancer of an older Region, let in by its account', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'logs');
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::156460612806:root' },
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::logs/AWSLogs/*',
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await opened.s3.send(new PutBucketPolicyCommand({ Bucket: 'logs', Policy }));
    assert.deepEqual(await deliver(opened, BALANCERS), { status: 200 });
    assert.deepEqual(await deliver(opened, BALANCERS, { key: 'else' }), { status: 409, code: 'AccessDenied' });
  });

  test('needs a grant in the key policy, and writes under the customer key with it', async () => {
    const service = 'delivery.logs.amazonaws.com';
    const { opened, key } = await withKey(grant(service, 'kms:GenerateDataKey*'));
    await using _ = opened;
    await letWrite(opened.s3, 'logs', service, { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } });
    const closed = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    await encryptBy(opened.s3, 'logs', 'aws:kms', closed);
    assert.deepEqual(await deliver(opened, service), { status: 409, code: 'KeyPolicyDenies' });
    await encryptBy(opened.s3, 'logs', 'aws:kms', key);
    assert.deepEqual(await deliver(opened, service), { status: 200 });
    const head = await opened.s3.send(new HeadObjectCommand({ Bucket: 'logs', Key: OBJECT.key }));
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ['aws:kms', key]);
  });

  test('never uses the AWS managed key, nor one that is named by id or alias', async () => {
    const service = 'cloudtrail.amazonaws.com';
    const { opened, key } = await withKey(grant(service, 'kms:*'));
    await using _ = opened;
    await letWrite(opened.s3, 'logs', service);
    const cases = [
      [undefined, 'AwsManagedKey'],
      ['alias/aws/s3', 'AwsManagedKey'],
      [`arn:aws:kms:${REGION}:${ACCOUNT}:alias/aws/s3`, 'AwsManagedKey'],
      [opened.aws.world.keys.awsManaged('alias/aws/s3', ACCOUNT, REGION).arn, 'AwsManagedKey'],
      [key.split('/').at(-1), 'KeyNotByArn'],
      ['alias/own', 'KeyNotByArn'],
    ] as const;
    for (const [id, code] of cases) {
      await encryptBy(opened.s3, 'logs', 'aws:kms', id);
      assert.deepEqual(await deliver(opened, service), { status: 409, code }, id);
    }
  });

  test('cannot export logs under DSSE-KMS where it is CloudWatch', async () => {
    const service = 'logs.eu-west-1.amazonaws.com';
    const { opened, key } = await withKey(grant(service, 'kms:GenerateDataKey', 'kms:Decrypt'));
    await using _ = opened;
    await letWrite(opened.s3, 'logs', service);
    await encryptBy(opened.s3, 'logs', 'aws:kms:dsse', key);
    assert.deepEqual(await deliver(opened, service), { status: 409, code: 'DsseNotSupported' });
    await encryptBy(opened.s3, 'logs', 'aws:kms', key);
    assert.deepEqual(await deliver(opened, service), { status: 200 });
    const page = await send({ port: opened.aws.port, target: '/_local/deliveries', signedFor: null });
    assert.deepEqual(
      JSON.parse(page.body.toString()).deliveries.map(
        ({ lastFailure, ...rest }: { lastFailure: { code: string } }) => ({
          ...rest,
          lastFailure: lastFailure.code,
        }),
      ),
      [{ service, source: service, target: 'logs', delivered: 1, failed: 1, lastFailure: 'DsseNotSupported' }],
    );
  });
});
