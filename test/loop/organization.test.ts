import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteStackCommand, ListStackInstancesCommand } from '@aws-sdk/client-cloudformation';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import type { LocalAws } from '../../local/start-local.ts';
import { createClients } from '../local/clients.ts';
import { defaultOf, makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT } from './deployed-stack.ts';
import { deployment, openOrganization, REGIONS } from './open-organization.ts';

/** Makes a bucket in a member, and returns the key that it is under once nothing is under way. */
async function keyAfterCreation(aws: LocalAws, account: string, region: (typeof REGIONS)[number]): Promise<string> {
  const alias = aws.world.keys.create({ accountId: account, region, alias: 'alias/reseal' }).arn;
  await using member = createClients(aws, { account, region });
  const Bucket = `data-${account}-${region}`;
  await makeBucket(member.s3, Bucket, region);
  assert.equal(await aws.world.activity.idle(30_000), true);
  const { KMSMasterKeyID: key } = await defaultOf(member.s3, Bucket);
  return key === alias ? 'repaired' : `under ${key}`;
}

test('one template deploys the members, each is answered in each Region, and so is an account that joins later', async () => {
  await using opened = await openOrganization();
  const { aws } = opened.stack;
  await opened.cloudFormation.send(deployment(aws));
  assert.equal(await aws.world.activity.idle(30_000), true);
  for (const account of ['222222222222', '333333333333']) {
    for (const region of REGIONS)
      assert.equal(await keyAfterCreation(aws, account, region), 'repaired', `${account} ${region}`);
  }
  aws.organization.createAccount('444444444444');
  assert.equal(await aws.world.activity.idle(30_000), true);
  assert.equal(await keyAfterCreation(aws, '444444444444', 'us-east-2'), 'repaired');
});

test('the members are removed with the template, their reports stay, and then nobody is heard', async () => {
  await using opened = await openOrganization();
  const { aws } = opened.stack;
  await opened.cloudFormation.send(deployment(aws));
  assert.equal(await aws.world.activity.idle(30_000), true);
  await opened.cloudFormation.send(new DeleteStackCommand({ StackName: 'reseal-organization' }));
  assert.equal(await aws.world.activity.idle(30_000), true);
  await using member = createClients(aws, { account: '222222222222', region: 'us-east-2' });
  const { Buckets = [] } = await member.s3.send(new ListBucketsCommand({ Prefix: 'reseal-reports-' }));
  assert.equal(Buckets.length, REGIONS.length);
  assert.equal(aws.world.identity.role('arn:aws:iam::222222222222:role/reseal-assess-bucket'), undefined);
  assert.match(await keyAfterCreation(aws, '222222222222', 'us-east-2'), /^under /);
});

test('each account has a permissions boundary of its own by one name, and one without it is named and left', async () => {
  const name = 'teams/storage/boundary';
  const policies = ['222222222222', ACCOUNT].map((account) => `arn:aws:iam::${account}:policy/${name}`);
  const parameters = { PermissionsBoundaryName: name };
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  await using opened = await openOrganization({
    parameters,
    before: ({ world }) => policies.forEach((arn) => world.identity.putPolicy(arn, { Statement })),
  });
  const { aws } = opened.stack;
  await opened.cloudFormation.send(deployment(aws, parameters));
  await opened.stack.atRest();
  const role = aws.world.identity.role('arn:aws:iam::222222222222:role/reseal-sweep');
  assert.equal(role?.boundary, policies[0]);
  const asked = new ListStackInstancesCommand({ StackSetName: 'reseal-roles', StackInstanceAccount: '333333333333' });
  const { Summaries = [] } = await opened.cloudFormation.send(asked);
  assert.deepEqual(
    Summaries.map(({ StackInstanceStatus }) => StackInstanceStatus?.DetailedStatus),
    ['FAILED'],
  );
  assert.match(
    String(Summaries[0]?.StatusReason),
    /Scope ARN: arn:aws:iam::333333333333:policy\/teams\/storage\/boundary does not exist or is not attachable/,
  );
});
