import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { DeleteBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { MiddlewareStack } from '@smithy/types';
import { createBucketClaims } from '../../src/aws/bucket-claims.ts';
import { createBucketEncryption } from '../../src/aws/bucket-encryption.ts';
import { createBucketList } from '../../src/aws/bucket-list.ts';
import { createCopyConditions } from '../../src/aws/copy-conditions.ts';
import { createJobLedger } from '../../src/aws/job-ledger.ts';
import { createKeys } from '../../src/aws/keys.ts';
import { createLedger } from '../../src/aws/ledger.ts';
import { createNamedQueues } from '../../src/aws/named-queues.ts';
import { createObjectPage } from '../../src/aws/object-page.ts';
import { createPolicyPin } from '../../src/aws/policy-pin.ts';
import { createStartJob } from '../../src/aws/start-job.ts';
import type { BucketFact } from '../../src/intake/fact.ts';
import { parsePolicy } from '../../src/policy/document.ts';
import { assessBucket } from '../../src/remediation/assess-bucket.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { createPolicySource } from '../../src/runtime/policy-source.ts';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../aws/fixture.ts';
import { allow, roleOf } from '../local/s3/open-s3.ts';
import { recordingProcess } from './recording-process.ts';

const BATCH_ROLE = `arn:aws:iam::${ACCOUNT}:role/batch`;

function watch<Input extends object, Output extends object>(
  { middlewareStack }: { middlewareStack: MiddlewareStack<Input, Output> },
  calls: string[],
): void {
  middlewareStack.add(
    (next, { commandName = 'unknown' }) =>
      async (args) => {
        calls.push(commandName.replace(/Command$/, ''));
        return next(args);
      },
    { step: 'initialize', name: 'recordCalls' },
  );
}

/** The dependencies of assess-bucket on the embedded AWS, and the name of every call that they make. */
function watchedDeps({ clients }: Fixture) {
  const calls: string[] = [];
  watch(clients.s3, calls);
  watch(clients.s3Control, calls);
  watch(clients.kms, calls);
  watch(clients.sqs, calls);
  watch(clients.dynamoDb, calls);
  const { process } = recordingProcess();
  const document = parsePolicy({
    version: 1,
    standard: { algorithm: 'aws:kms', key: 'alias/standard', bucketKey: true },
    objects: { reencrypt: 'drifted' },
  });
  const clock = { aheadMs: 0 };
  const now = () => new Date(Date.now() + clock.aheadMs);
  const deps: AssessDeps = {
    account: ACCOUNT,
    region: REGION,
    ownBuckets: new Set(['reports']),
    jobSettings: { roleArn: BATCH_ROLE, reportsBucket: 'reports' },
    againQueue: 'again',
    retrySeconds: 60,
    policy: createPolicySource({
      packaged: { document, sha256: 'abc' },
      readPin: createPolicyPin(clients.dynamoDb, TABLE),
      readObject: async () => assert.fail('no policy is published'),
      alarm: () => assert.fail('the policy is readable'),
      log: process.log,
      now,
    }),
    encryption: createBucketEncryption(clients.s3),
    bucketList: createBucketList(clients.s3),
    objectPage: createObjectPage(clients.s3),
    copyConditions: createCopyConditions(clients.s3),
    keys: createKeys(clients.kms, now),
    ledger: createLedger(clients.dynamoDb, TABLE),
    claims: createBucketClaims(clients.dynamoDb, TABLE),
    jobLedger: createJobLedger(clients.dynamoDb, TABLE),
    startJob: createStartJob(clients.s3Control),
    queues: createNamedQueues(() => clients.sqs),
    log: process.log,
    now,
    wait: async () => {},
    newOwner: () => 'owner',
  };
  return { deps, calls, clock };
}

function factOf(bucket: string, cause: BucketFact['cause'], at: string): BucketFact {
  return { bucket, account: ACCOUNT, region: REGION, cause, at, causeId: at, attempt: 0, observe: false };
}

test('a repair with its first job takes nine calls, a look at a compliant bucket two', async () => {
  await using local = await openAws();
  const { s3, sqs } = local.clients;
  local.aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/standard' });
  local.aws.world.identity.putRole(roleOf('batch', [allow(['s3:*', 'kms:*'])], 'batchoperations.s3.amazonaws.com'));
  await sqs.send(new CreateQueueCommand({ QueueName: 'again' }));
  await local.bucket('reports');
  const bucket = await local.bucket('drifting');
  const { deps, calls, clock } = watchedDeps(local);
  const assess = async (cause: BucketFact['cause']) => {
    const at = new Date().toISOString();
    calls.length = 0;
    const { kind, jobs } = await assessBucket(factOf(bucket, cause, at), deps);
    return { kind, jobs, calls: [...calls] };
  };

  // Warms the policy and the key, as an instance does that has seen a bucket before.
  assert.equal((await assess('created')).kind, 'repair');
  await s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'written in the window', Body: 'x' }));

  // What is known of the key is old enough to be asked again before a write, and not before a comparison.
  clock.aheadMs = 30_000;
  assert.deepEqual(await assess('encryption-deleted'), {
    kind: 'repair',
    jobs: 1,
    calls: [
      'GetBucketEncryption',
      'DescribeKey',
      'UpdateItem',
      'PutBucketEncryption',
      'GetBucketEncryption',
      'ListObjectsV2',
      'CreateJob',
      'UpdateItem',
      'UpdateItem',
    ],
  });
  assert.deepEqual(await assess('encryption-put'), {
    kind: 'compliant',
    jobs: 0,
    calls: ['GetBucketEncryption', 'UpdateItem'],
  });
  assert.deepEqual(await assess('sweep'), {
    kind: 'compliant',
    jobs: 0,
    calls: ['GetBucketEncryption', 'UpdateItem'],
  });
  assert.ok(await local.aws.world.activity.idle(5_000));
});
