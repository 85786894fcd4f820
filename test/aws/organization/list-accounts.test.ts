import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { mockClient } from 'aws-sdk-client-mock';
import { createListAccounts, type ListedAccount } from '../../../src/aws/organization/list-accounts.ts';
import { openAws } from '../fixture.ts';

const MANAGEMENT = '999999999999';

async function listed(accounts: AsyncIterable<ListedAccount>): Promise<ListedAccount[]> {
  const all: ListedAccount[] = [];
  for await (const account of accounts) all.push(account);
  return all;
}

test('every account is listed over pages, empty ones too, with its name, state and path', async () => {
  await using local = await openAws();
  const { organization } = local.aws;
  organization.found(MANAGEMENT);
  const unit = organization.createUnit('workloads');
  const ids = Array.from({ length: 44 }, (_, n) => String(700_000_000_000 + n));
  for (const id of ids) organization.createAccount(id, unit);
  organization.setState('700000000003', 'CLOSED');
  const client = new OrganizationsClient(local.aws.clientConfig({ account: MANAGEMENT, region: 'eu-west-1' }));
  for (const [answersWith, closed] of [
    ['State', 'CLOSED'],
    ['Status', 'SUSPENDED'],
  ] as const) {
    organization.answersWith = answersWith;
    const accounts = await listed(createListAccounts(client)());
    assert.deepEqual(
      accounts.map(({ account }) => account),
      [MANAGEMENT, ...ids],
    );
    assert.deepEqual(accounts[4], {
      account: '700000000003',
      name: 'account-700000000003',
      state: closed,
      ouPath: `o-reseallocal/r-root/${unit}/`,
    });
  }
  client.destroy();
});

test('what Organizations refuses is thrown, and an answer without accounts is no end of the list', async () => {
  await using local = await openAws();
  local.aws.organization.found(MANAGEMENT);
  local.aws.organization.createAccount('111111111111');
  const member = new OrganizationsClient(local.aws.clientConfig({ account: '111111111111', region: 'eu-west-1' }));
  await assert.rejects(listed(createListAccounts(member)()), { name: 'AccessDeniedException' });
  member.destroy();
  const client = new OrganizationsClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  mock.on(ListAccountsCommand).resolves({});
  await assert.rejects(listed(createListAccounts(client)()), { code: 'unreadable' });
  mock.on(ListAccountsCommand).resolves({ Accounts: [{ Id: '111111111111' }] });
  assert.deepEqual(await listed(createListAccounts(client)()), [{ account: '111111111111' }]);
});
