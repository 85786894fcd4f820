import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand, PutBucketLoggingCommand } from '@aws-sdk/client-s3';
import { letWrite } from '../local/s3/deliveries.ts';
import { defaultOf } from '../local/s3/open-s3.ts';
import { templateWithSetting } from './changed-template.ts';
import { ACCOUNT, bucketPk, deployStack, REGION } from './deployed-stack.ts';

const NAMES = ['app-1', 'app-2', 'app-3', 'data', 'logs'];

test('the deployed stack sweeps a large account in parts, under its own roles', async () => {
  using template = templateWithSetting('SweepLambdaFunction', 'SWEEP_PART_BUCKETS', '2');
  await using stack = await deployStack({ template: (packaged) => template.of(packaged) });
  const { s3 } = stack.clients;
  stack.aws.bus.faults.add({ kind: 'lose' });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  for (const Bucket of NAMES) await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await letWrite(s3, 'logs', 'logging.s3.amazonaws.com');
  const BucketLoggingStatus = { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: '' } };
  await s3.send(new PutBucketLoggingCommand({ Bucket: 'app-2', BucketLoggingStatus }));
  const { sweep } = Object(await stack.sweep());
  await stack.idle();
  const { parts } = (await stack.item(`SWEEP#${ACCOUNT}/${REGION}`, `PLAN#${sweep}`)) ?? {};
  assert.ok(Array.isArray(parts) && parts.length >= 3, JSON.stringify(parts));
  const ended = await stack.item('SWEEP#all', `SWEEP#${sweep}`);
  assert.deepEqual(
    [
      Number(ended?.['buckets']) > NAMES.length,
      ended?.['logTargets'],
      ended?.['loggingUnread'],
      typeof ended?.['endedAt'],
    ],
    [true, 1, { buckets: 0, first: [] }, 'string'],
  );
  for (const Bucket of NAMES) {
    const { SSEAlgorithm: algorithm } = await defaultOf(s3, Bucket);
    assert.equal(algorithm, Bucket === 'logs' ? 'AES256' : 'aws:kms', Bucket);
  }
  const { logSources } = (await stack.item(bucketPk('logs'))) ?? {};
  assert.deepEqual(logSources, [{ bucket: 'app-2', prefix: '' }]);
  assert.deepEqual(await stack.waiting('SweepRunDeadLetters'), []);
});
