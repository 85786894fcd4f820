import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { startLocal } from '../../local/start-local.ts';
import { localStack } from '../../scripts/local-stack.ts';
import { createClients } from '../local/clients.ts';
import { defaultOf, makeBucket } from '../local/s3/open-s3.ts';

const POLICY = path.resolve(import.meta.dirname, '../../reseal.yaml');

test('whoever uses a second Region of an account, or a second account, is answered there too', async () => {
  const { deployer } = await localStack({ policy: POLICY, settle: 0 });
  const aws = await startLocal({ stack: deployer });
  try {
    for (const [account, region] of [
      ['111111111111', 'eu-west-1'],
      ['111111111111', 'us-west-2'],
      ['222222222222', 'us-west-2'],
    ] as const) {
      await using clients = createClients(aws, { account, region });
      const Bucket = `first-${account}-${region}`;
      await makeBucket(clients.s3, Bucket, region);
      assert.equal(await aws.world.activity.idle(30_000), true);
      const { KMSMasterKeyID: key } = await defaultOf(clients.s3, Bucket);
      assert.equal(key, aws.world.keys.resolve('alias/reseal', account, region).arn, Bucket);
    }
  } finally {
    await aws.close();
  }
});
