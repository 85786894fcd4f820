import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { templateWithout } from './changed-template.ts';
import { bucketPk, ACCOUNT, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';

/** Makes a bucket with an object and waits until Reseal has done what it can. */
async function weakBucket(stack: DeployedStack, Bucket: string): Promise<void> {
  stack.aws.bus.faults.add({ kind: 'lose' });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await stack.clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await stack.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'object', Body: 'body' }));
  await stack.sweep({ buckets: [Bucket] });
  await stack.idle();
}

test('without s3:CreateJob the repair is recorded, and its jobs are closed as refused and asked for by the next sweep', async () => {
  using template = templateWithout('TrackJobRole', 's3:CreateJob');
  await using stack = await deployStack({ template: (packaged) => template.of(packaged) });
  await weakBucket(stack, 'weak');
  const item = await stack.item(bucketPk('weak'));
  assert.equal(Array.isArray(item?.['repairs']) && item['repairs'].length, 1);
  const undone = item?.['undone'] instanceof Set ? [...item['undone']] : [];
  assert.equal(undone.length, 2);
  for (const token of undone) {
    const job = await stack.item(`JOB#${token}`, 'JOB');
    assert.deepEqual([job?.['status'], job?.['again'], job?.['jobId']], ['refused', 'next-sweep', undefined]);
    assert.match(
      String(job?.['why']),
      new RegExp(
        'S3 Batch Operations refused the update-encryption job for SSE-\\S+ objects of bucket weak: AccessDenied: ' +
          `User: arn:aws:sts::${ACCOUNT}:assumed-role/\\S+ is not authorized to perform: s3:CreateJob `,
      ),
    );
  }
  assert.deepEqual(await stack.waiting('JobDeadLetters'), []);
});

test('without s3:PutEncryptionConfiguration the bucket is on hold and the reason says what to allow', async () => {
  using template = templateWithout('AssessBucketRole', 's3:PutEncryptionConfiguration');
  await using stack = await deployStack({ template: (packaged) => template.of(packaged) });
  await weakBucket(stack, 'weak');
  const item = await stack.item(bucketPk('weak'));
  assert.equal(item?.['verdict'], 'hold');
  assert.match(
    JSON.stringify(item?.['reasons']),
    /"write-denied","message":"AWS denies this role s3:PutEncryptionConfiguration on bucket weak/,
  );
  assert.deepEqual(await stack.waiting('AssessDeadLetters'), []);
});

test('without kms:GenerateDataKey the jobs end with the key of each object that they could not do', async () => {
  using template = templateWithout('BatchRole', 'kms:GenerateDataKey');
  await using stack = await deployStack({ template: (packaged) => template.of(packaged) });
  await weakBucket(stack, 'weak');
  const jobs = await Promise.all(
    stack.aws.jobs.all().map(({ request }) => stack.item(`JOB#${request.ClientRequestToken}`, 'JOB')),
  );
  assert.deepEqual(
    jobs.map((job) => [job?.['objectClass'], job?.['status'], job?.['failedKeys']]),
    [
      ['SSE-KMS', 'nothing-to-do', []],
      ['SSE-S3', 'complete-with-failures', [{ key: 'object', code: 'AccessDenied', cause: 'key-denied' }]],
    ],
  );
  assert.equal((await stack.read('weak', 'object')).algorithm, 'AES256');
});
