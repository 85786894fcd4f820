import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, DeleteBucketCommand, DeleteBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { EnableSecurityHubCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { ACCOUNT, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';

let stack: DeployedStack;
let securityHub: SecurityHubClient;
before(async () => {
  stack = await deployStack();
  securityHub = new SecurityHubClient(stack.aws.clientConfig({ account: ACCOUNT, region: REGION }));
  await securityHub.send(new EnableSecurityHubCommand({ EnableDefaultStandards: false }));
});
after(() => stack[Symbol.asyncDispose]());

async function newBucket(Bucket: string): Promise<string> {
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await stack.clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await stack.idle();
  return Bucket;
}

/** The change log of a bucket: what was announced, oldest first. */
async function changesOf(bucket: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await stack.clients.dynamoDb.send(
    new QueryCommand({
      TableName: stack.named('LedgerTable'),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :change)',
      ExpressionAttributeValues: { ':pk': { S: `BUCKET#${ACCOUNT}/${REGION}/${bucket}` }, ':change': { S: 'CHANGE#' } },
    }),
  );
  return Items.map((item) => unmarshall(item));
}

const kindsOf = async (bucket: string) => (await changesOf(bucket)).map(({ kind }) => kind);

const onTheBus = () =>
  stack.aws.bus.log.events.filter(({ source }) => source === 'reseal').map(({ detailType }) => detailType);

async function findings() {
  const { Findings = [] } = await securityHub.send(new GetFindingsCommand({}));
  return Findings.map(({ Id, RecordState, Compliance }) => [Id, RecordState, Compliance?.Status]);
}

test('a repair is announced once, with what was replaced and by what, and a second sweep announces nothing', async () => {
  const bucket = await newBucket('announced');
  await stack.sweep();
  await stack.idle();
  const [change, ...others] = await changesOf(bucket);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [change?.['kind'], change?.['cause'], change?.['replaced'], Object(change?.['wrote']).algorithm],
    ['bucket-repaired', 'created', { algorithm: 'AES256', bucketKey: false, blocked: ['SSE-C'] }, 'aws:kms'],
  );
  assert.deepEqual(onTheBus(), ['Reseal Bucket Repaired']);
  assert.deepEqual(await findings(), [], 'a bucket that never had a problem has no finding');
});

test('a hold is announced once and its finding follows the bucket to the end', async () => {
  const bucket = await newBucket('held');
  const fault = stack.aws.faults.add({ kind: 'access-denied', operation: 'PutBucketEncryption', bucket });
  await stack.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  await stack.idle();
  await stack.sweep({ buckets: [bucket] });
  await stack.idle();
  assert.deepEqual(await kindsOf(bucket), ['bucket-repaired', 'bucket-held']);
  const id = `arn:aws:s3:::${bucket}/reseal/default-encryption`;
  assert.deepEqual(await findings(), [[id, 'ACTIVE', 'FAILED']]);

  stack.aws.faults.remove(fault);
  await stack.sweep({ buckets: [bucket] });
  await stack.idle();
  assert.deepEqual(await kindsOf(bucket), ['bucket-repaired', 'bucket-held', 'bucket-repaired']);
  assert.deepEqual(await findings(), [[id, 'ARCHIVED', 'PASSED']]);
});

const fire = async (rule: string) => {
  stack.aws.bus.fire(`arn:aws:events:${REGION}:${ACCOUNT}:rule/${stack.named(rule)}`);
  await stack.idle();
};

test('a channel that fails for a while gets what it is owed by schedule, and nothing is announced twice', async () => {
  const before = onTheBus().length;
  stack.aws.faults.add({ kind: 'throttle', operation: 'PutEvents', times: 4 });
  const bucket = await newBucket('patient');
  assert.deepEqual(await kindsOf(bucket), ['bucket-repaired']);
  assert.deepEqual(onTheBus().slice(before), []);
  await fire('OwedNewsRule');
  await fire('OwedNewsRule');
  assert.deepEqual(onTheBus().slice(before), ['Reseal Bucket Repaired']);
  assert.deepEqual(await stack.waiting('AnnounceDeadLetters'), []);
});

test('the finding of a bucket that is deleted while Security Hub fails is resolved when it answers again', async () => {
  const bucket = await newBucket('deleted');
  const denied = stack.aws.faults.add({ kind: 'access-denied', operation: 'PutBucketEncryption', bucket });
  await stack.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  await stack.idle();
  stack.aws.faults.remove(denied);
  const id = `arn:aws:s3:::${bucket}/reseal/default-encryption`;
  const finding = async () => (await findings()).find(([found]) => found === id);
  assert.deepEqual(await finding(), [id, 'ACTIVE', 'FAILED']);
  const fault = stack.aws.faults.add({ kind: 'throttle', operation: 'BatchImportFindings' });
  await stack.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  await stack.idle();
  await fire('OwedNewsRule');
  assert.deepEqual(await finding(), [id, 'ACTIVE', 'FAILED']);
  stack.aws.faults.remove(fault);
  await fire('OwedNewsRule');
  assert.deepEqual(await finding(), [id, 'ARCHIVED', 'PASSED']);
});
