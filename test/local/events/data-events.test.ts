import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type ServerSideEncryptionByDefault,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createCloudTrail } from '../../../local/events/cloudtrail.ts';
import type { BusEvent } from '../../../local/world.ts';
import { expectSdkError } from '../s3/expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, type OpenedS3, OTHER_ACCOUNT, REGION } from '../s3/open-s3.ts';
import { openUpload } from '../s3/parts.ts';

const DATA = { Bucket: 'data' };
const CUSTOMER = Buffer.alloc(32, 'k');
const CUSTOMER_KEY = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: CUSTOMER.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(CUSTOMER).digest('base64'),
};

/** An embedded AWS whose trail logs the objects of a bucket, and what the trail says. */
async function openTrail(): Promise<OpenedS3 & { events: BusEvent[]; keyArn: string }> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  const { dataEvents, buckets } = opened.aws;
  const events: BusEvent[] = [];
  const ownerOf = (bucket: string) => buckets.find(bucket)?.accountId;
  dataEvents.select(ACCOUNT, ['arn:aws:s3:::data/']);
  opened.aws.onOutcome(createCloudTrail({ events: { publish: (event) => events.push(event) }, dataEvents, ownerOf }));
  return { ...opened, events, keyArn: opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn };
}

function applied(events: readonly BusEvent[]): string[] {
  return events.flatMap(({ detail }) => {
    if (detail['eventCategory'] !== 'Data') return [];
    return [`${String(detail['eventName'])} ${Object(detail['additionalEventData']).SSEApplied ?? '-'}`];
  });
}

function put({ s3 }: Pick<OpenedS3, 's3'>, more: Partial<PutObjectCommandInput> = {}) {
  return s3.send(new PutObjectCommand({ ...DATA, Key: 'dir/a', Body: 'body', ...more }));
}

function setDefault({ s3 }: OpenedS3, ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault) {
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault }] };
  return s3.send(new PutBucketEncryptionCommand({ ...DATA, ServerSideEncryptionConfiguration }));
}

describe('the event of a write', () => {
  test('says which encryption S3 applied, by default or by the headers', async () => {
    await using opened = await openTrail();
    const kms = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: opened.keyArn } as const;
    const SSEKMSKeyId = opened.keyArn;
    await put(opened);
    await setDefault(opened, kms);
    await put(opened);
    await setDefault(opened, { ...kms, SSEAlgorithm: 'aws:kms:dsse' });
    await put(opened);
    await put(opened, { ServerSideEncryption: 'AES256' });
    await put(opened, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId });
    await put(opened, { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId });
    opened.aws.buckets.require('data').encryption = {};
    await put(opened, CUSTOMER_KEY);
    assert.deepEqual(
      applied(opened.events),
      ['Default_SSE_S3', 'Default_SSE_KMS', 'Default_DSSE_KMS', 'SSE_S3', 'SSE_KMS', 'DSSE_KMS', 'SSE_C'].map(
        (value) => `PutObject ${value}`,
      ),
    );
  });

  test('says it of copies, and of an upload in parts where it begins', async () => {
    await using opened = await openTrail();
    await put(opened);
    await opened.s3.send(new CopyObjectCommand({ ...DATA, Key: 'copy', CopySource: 'data/dir/a' }));
    const upload = await openUpload(opened.s3, { ...DATA, Key: 'big', ServerSideEncryption: 'AES256' });
    const parts = [await upload.copy(1, { CopySource: 'data/dir/a' })];
    await upload.complete(parts);
    await opened.s3.send(new DeleteObjectCommand({ ...DATA, Key: 'big' }));
    await opened.s3.send(new GetObjectCommand({ ...DATA, Key: 'copy' }));
    assert.deepEqual(applied(opened.events), [
      'PutObject Default_SSE_S3',
      'CopyObject Default_SSE_S3',
      'CreateMultipartUpload SSE_S3',
      'UploadPartCopy -',
      'CompleteMultipartUpload -',
      'DeleteObject -',
    ]);
  });

  test('has the form of a data event, also of a call that failed', async () => {
    await using opened = await openTrail();
    const writer = opened.asRole('writer', [allow('s3:PutObject')]);
    await put({ s3: writer }, { ServerSideEncryption: 'AES256', StorageClass: 'STANDARD_IA' });
    await expectSdkError(put({ s3: opened.asRole('nobody', []) }), 403, 'AccessDenied');
    const [done, failed] = opened.events.map(({ detail }) => detail);
    assert.partialDeepStrictEqual(done, {
      eventSource: 's3.amazonaws.com',
      eventName: 'PutObject',
      requestParameters: {
        bucketName: 'data',
        Host: 'data.s3.eu-west-1.amazonaws.com',
        key: 'dir/a',
        'x-amz-storage-class': 'STANDARD_IA',
        'x-amz-server-side-encryption': 'AES256',
      },
      responseElements: { 'x-amz-server-side-encryption': 'AES256' },
      readOnly: false,
      managementEvent: false,
      eventCategory: 'Data',
      recipientAccountId: ACCOUNT,
    });
    assert.deepEqual(Object(done)['resources'], [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::data/dir/a' },
      { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::data' },
    ]);
    assert.equal(Object(Object(done)['userIdentity']).sessionContext.sessionIssuer.userName, 'writer');
    assert.partialDeepStrictEqual(failed, { errorCode: 'AccessDenied', responseElements: null });
    assert.deepEqual(applied(opened.events), ['PutObject SSE_S3', 'PutObject -']);
  });
});

describe('data events', () => {
  test('are there for what a trail of the account selects, and for nothing at the start', async () => {
    await using opened = await openTrail();
    const { dataEvents } = opened.aws;
    const select = async (account: string, resources: string[]) => {
      const body = JSON.stringify({ account, resources });
      const response = await fetch(`${opened.aws.endpoint}/_local/trail`, { method: 'POST', body });
      return [response.status, await response.json()];
    };
    assert.deepEqual(await select(ACCOUNT, []), [200, { dataEvents: { [ACCOUNT]: [] } }]);
    await put(opened);
    await select(OTHER_ACCOUNT, ['arn:aws:s3']);
    await put(opened);
    await select(ACCOUNT, ['arn:aws:s3:::data/dir/']);
    await put(opened, { Key: 'elsewhere' });
    assert.deepEqual(opened.events, []);
    await put(opened);
    assert.equal(opened.events.length, 1);
    assert.equal((await select(ACCOUNT, ['data']))[0], 400);
    assert.deepEqual(dataEvents.selected[ACCOUNT], ['arn:aws:s3:::data/dir/']);
  });

  test('reach a rule that looks at SSEApplied', async () => {
    await using opened = await openTrail();
    const clients = opened.clients({ account: ACCOUNT, region: REGION });
    const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:writes`;
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { QueueUrl } = await clients.sqs.send(
      new CreateQueueCommand({ QueueName: 'writes', Attributes: { Policy } }),
    );
    const EventPattern = JSON.stringify({
      source: ['aws.s3'],
      detail: {
        eventCategory: ['Data'],
        additionalEventData: { SSEApplied: [{ 'anything-but': ['Default_SSE_S3'] }] },
      },
    });
    await clients.eventBridge.send(new PutRuleCommand({ Name: 'writes', EventPattern }));
    await clients.eventBridge.send(new PutTargetsCommand({ Rule: 'writes', Targets: [{ Id: 'q', Arn: arn }] }));
    await put(opened, { Key: 'right' });
    await put(opened, { Key: 'wrong', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: opened.keyArn });
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await clients.sqs.send(receive);
    const keys = Messages.map(({ Body = '' }) => JSON.parse(Body).detail.requestParameters.key);
    assert.deepEqual(keys, ['wrong']);
  });
});
