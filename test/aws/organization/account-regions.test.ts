import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { mockClient } from 'aws-sdk-client-mock';
import { createAccountRegions } from '../../../src/aws/organization/account-regions.ts';
import { ACCOUNT, openAws } from '../fixture.ts';

test('the Regions of an account are those of everybody and those that it has turned on', async () => {
  await using local = await openAws();
  local.aws.organization.found(ACCOUNT);
  const client = new AccountClient(local.aws.clientConfig({ account: ACCOUNT, region: 'eu-west-1' }));
  const before = await createAccountRegions(client)();
  assert.deepEqual([before.length, before.includes('eu-west-1'), before.includes('af-south-1')], [17, true, false]);
  local.aws.organization.setRegion(ACCOUNT, 'af-south-1', 'ENABLED');
  assert.deepEqual(await createAccountRegions(client)(), [...before, 'af-south-1'].toSorted());
  client.destroy();
});

test('every page is read, and an answer without Regions is no end of the list', async () => {
  const client = new AccountClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  mock.on(ListRegionsCommand).resolves({ Regions: [], NextToken: 'a' });
  mock.on(ListRegionsCommand, { NextToken: 'a' }).resolves({ Regions: [{ RegionName: 'eu-west-1' }] });
  assert.deepEqual(await createAccountRegions(client)(), ['eu-west-1']);
  mock.on(ListRegionsCommand).resolves({});
  await assert.rejects(createAccountRegions(client)(), { code: 'unreadable' });
});
