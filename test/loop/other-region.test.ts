import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClients } from '../local/clients.ts';
import { defaultOf, makeBucket } from '../local/s3/open-s3.ts';
import { bucketPk, ACCOUNT, deployStack } from './deployed-stack.ts';

const ACCOUNTS: [name: string, parameters: Record<string, string>][] = [
  ['in an account without rules of its own', {}],
  ['under a path and a prefix', { RolePath: '/teams/storage/', RolePrefix: 'corp-' }],
];
for (const [name, parameters] of ACCOUNTS) {
  test(`an event that is heard in another Region than the bucket is in leads to a repair in the bucket's own Region, ${name}`, () =>
    heardElsewhere(parameters));
}

async function heardElsewhere(parameters: Record<string, string>): Promise<void> {
  await using stack = await deployStack({ parameters });
  await using frankfurt = createClients(stack.aws, { account: ACCOUNT, region: 'eu-central-1' });
  stack.aws.world.keys.create({ accountId: ACCOUNT, region: 'eu-central-1', alias: 'alias/reseal' });
  // By its reports bucket the hub sees that Reseal is deployed there.
  await makeBucket(frankfurt.s3, `reseal-reports-0a1b2c3d-${ACCOUNT}-eu-central-1-an`, 'eu-central-1');
  await makeBucket(frankfurt.s3, 'far', 'eu-central-1');
  const heard = {
    version: '0' as const,
    resources: [],
    id: '0f4e5a6b-0000-4000-8000-000000000000',
    source: 'aws.s3',
    'detail-type': 'AWS API Call via CloudTrail',
    account: ACCOUNT,
    region: 'eu-west-1',
    time: '2026-11-02T10:00:00Z',
    detail: {
      eventName: 'CreateBucket',
      requestParameters: { bucketName: 'far' },
      userIdentity: { arn: 'arn:aws:iam::111111111111:user/ada' },
    },
  };
  stack.aws.bus.publish(heard);
  await stack.idle();
  assert.deepEqual(await defaultOf(frankfurt.s3, 'far'), {
    SSEAlgorithm: 'aws:kms',
    KMSMasterKeyID: stack.aws.world.keys.resolve('alias/reseal', ACCOUNT, 'eu-central-1').arn,
  });
  assert.equal(await stack.item(bucketPk('far')), undefined);
  assert.equal((await stack.item(`BUCKET#${ACCOUNT}/eu-central-1/far`))?.['verdict'], 'repair');
  const item = await stack.item(`BUCKET#${ACCOUNT}/eu-central-1/far`);
  assert.match(JSON.stringify(item?.['repairs']), /user\/ada/);
}
