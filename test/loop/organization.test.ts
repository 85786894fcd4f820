import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { CreateStackCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { GetBucketEncryptionCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import type { LocalAws } from '../../local/start-local.ts';
import { ORGANIZATION } from '../../scripts/package.ts';
import { directory } from '../infra/packaged-template.ts';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT, deployStack, REGION } from './deployed-stack.ts';

const MANAGEMENT = '999999999999';
const REGIONS = [REGION, 'us-east-2'] as const;

/** The hub's account and two members below the root of one organization. */
async function openOrganization() {
  const stack = await deployStack({
    parameters: { OrganizationId: 'o-reseallocal' },
    before: ({ organization }) => {
      organization.found(MANAGEMENT);
      for (const account of [ACCOUNT, '222222222222', '333333333333']) organization.createAccount(account);
    },
  });
  const management = createClients(stack.aws, { account: MANAGEMENT, region: REGION });
  return {
    stack,
    cloudFormation: management.cloudFormation,
    [Symbol.asyncDispose]: async () => {
      await management[Symbol.asyncDispose]();
      await stack[Symbol.asyncDispose]();
    },
  };
}

function deployment({ organization }: LocalAws): CreateStackCommand {
  const given = {
    HubAccountId: ACCOUNT,
    HubRegion: REGION,
    OrganizationId: organization.id,
    ManagementAccountId: MANAGEMENT,
    OrganizationalUnitIds: organization.root.id,
    Regions: REGIONS.join(','),
  };
  return new CreateStackCommand({
    StackName: 'reseal-organization',
    TemplateBody: readFileSync(path.join(directory, ORGANIZATION), 'utf8'),
    Parameters: Object.entries(given).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  });
}

/** Makes a bucket in a member, and returns the key that it is under once nothing is under way. */
async function keyAfterCreation(aws: LocalAws, account: string, region: (typeof REGIONS)[number]): Promise<string> {
  const alias = aws.world.keys.create({ accountId: account, region, alias: 'alias/reseal' }).arn;
  await using member = createClients(aws, { account, region });
  const Bucket = `data-${account}-${region}`;
  await makeBucket(member.s3, Bucket, region);
  assert.equal(await aws.world.activity.idle(30_000), true);
  const { ServerSideEncryptionConfiguration: found } = await member.s3.send(new GetBucketEncryptionCommand({ Bucket }));
  const key = found?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
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
  await member.s3.send(new HeadBucketCommand({ Bucket: 'reseal-reports-222222222222-us-east-2' }));
  assert.equal(aws.world.identity.role('arn:aws:iam::222222222222:role/reseal-assess-bucket'), undefined);
  assert.match(await keyAfterCreation(aws, '222222222222', 'us-east-2'), /^under /);
});
