import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateTableBucketCommand, GetTableBucketEncryptionCommand } from '@aws-sdk/client-s3tables';
import { CreateVectorBucketCommand } from '@aws-sdk/client-s3vectors';
import { bucketMessage } from '../../src/intake/bucket-message.ts';
import { keyPolicyWith, maintenanceOf } from '../local/s3tables/open-tables.ts';
import { ACCOUNT, bucketPk, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';

const sweepOf = (bucket: string, causeId: string) =>
  bucketMessage({
    bucket,
    account: ACCOUNT,
    region: REGION,
    cause: 'sweep',
    at: new Date().toISOString(),
    causeId,
    attempt: 0,
    observe: false,
  });

/** The verdict on a bucket, with the codes of its reasons. */
async function verdictOn(stack: DeployedStack, bucket: string): Promise<unknown[]> {
  const { verdict, reasons } = Object(await stack.item(bucketPk(bucket)));
  return [verdict, reasons?.map(({ code }: { code: string }) => code)];
}

test('the deployed function holds, repairs and reports table buckets and vector buckets under its own role', async () => {
  await using stack = await deployStack();
  const { kms, s3Tables, s3Vectors } = stack.clients;
  const table = async (name: string) => (await s3Tables.send(new CreateTableBucketCommand({ name }))).arn ?? '';
  const [lake, pond] = [await table('lake'), await table('pond')];
  const made = await s3Vectors.send(new CreateVectorBucketCommand({ vectorBucketName: 'embeddings' }));
  const vectors = made.vectorBucketArn ?? '';
  const Policy = keyPolicyWith(maintenanceOf(lake));
  await kms.send(new PutKeyPolicyCommand({ KeyId: stack.keyArn, Policy }));

  await stack.sendAsSweep(...[lake, pond, vectors].map((bucket) => sweepOf(bucket, 's-1')));
  await stack.idle();
  assert.deepEqual(await verdictOn(stack, lake), ['repair', ['weaker-algorithm']]);
  assert.deepEqual(await verdictOn(stack, pond), ['hold', ['key-policy-lacks-writer', 'weaker-algorithm']]);
  assert.deepEqual(await verdictOn(stack, vectors), ['hold', ['vector-encryption-fixed', 'weaker-algorithm']]);
  const asked = new GetTableBucketEncryptionCommand({ tableBucketARN: lake });
  assert.deepEqual((await s3Tables.send(asked)).encryptionConfiguration, {
    sseAlgorithm: 'aws:kms',
    kmsKeyArn: stack.keyArn,
  });
  const told = stack.aws.bus.log.events.filter(({ source }) => source === 'reseal').map(({ detailType }) => detailType);
  assert.deepEqual(told.toSorted(), ['Reseal Bucket Held', 'Reseal Bucket Held', 'Reseal Bucket Repaired']);
});

test('a message about a table bucket of another account than it says is buried, and nothing is asked', async () => {
  await using stack = await deployStack();
  const foreign = `arn:aws:s3tables:${REGION}:222222222222:bucket/lake`;
  await stack.sendAsSweep(sweepOf(foreign, 's-1'));
  await stack.idle();
  const [letter] = await stack.waiting('AssessDeadLetters');
  assert.match(JSON.stringify(letter?.MessageAttributes), /expected an ARN of the account and Region of the message/);
  assert.deepEqual(stack.callsOfReseal('GetTableBucketEncryption'), []);
});
