import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { optionalClient } from '../../../local/optional-client.ts';
import type { LocalAws } from '../../../local/start-local.ts';
import { HUB, MANAGEMENT, MEMBER, openOrganization } from './open-organization.ts';

/** What a client package exports, as far as a test uses it: the packages may not be installed. */
interface Client {
  send(command: object): Promise<Readonly<Record<string, unknown>>>;
}
type Package = Readonly<Record<string, unknown>>;

const organizations = await optionalClient('@aws-sdk/client-organizations');
const account = await optionalClient('@aws-sdk/client-account');
const skip = organizations === undefined || account === undefined ? 'their clients are not installed' : false;

/** Sends commands by name, with the keys of an account. */
function caller(aws: LocalAws, from: string, sdk: Package = {}, name = '') {
  const Constructor = sdk[`${name}Client`] as new (config: object) => Client;
  const client = new Constructor({ ...aws.clientConfig({ account: from, region: 'us-east-1' }), maxAttempts: 1 });
  return async (operation: string, input: object = {}) => {
    const Command = sdk[`${operation}Command`] as new (input: object) => object;
    const { $metadata: _metadata, ...answer } = await client.send(new Command(input));
    return answer;
  };
}

const ask = (aws: LocalAws, from = MANAGEMENT) => caller(aws, from, organizations, 'Organizations');
const askAccount = (aws: LocalAws, from = MANAGEMENT) => caller(aws, from, account, 'Account');

describe('Organizations', { skip }, () => {
  test('lists every account over pages, of which every second one is empty', async () => {
    await using aws = await openOrganization();
    for (let n = 1; n <= 40; n++) aws.organization.createAccount(String(700_000_000_000 + n));
    const send = ask(aws);
    const [ids, sizes]: [unknown[], number[]] = [[], []];
    let token: unknown;
    do {
      const { Accounts, NextToken } = await send('ListAccounts', token === undefined ? {} : { NextToken: token });
      const accounts = Array.isArray(Accounts) ? Accounts : [];
      ids.push(...accounts.map(({ Id }: { Id: string }) => Id));
      sizes.push(accounts.length);
      token = NextToken;
    } while (token !== undefined);
    assert.deepEqual(sizes, [20, 0, 20, 0, 3]);
    assert.equal(new Set(ids).size, 43);
    for (const wrong of [{ MaxResults: 21 }, { NextToken: 'x' }])
      await assert.rejects(send('ListAccounts', wrong), { name: 'InvalidInputException' });
  });

  test('says of an account what it is, where it is, and what state it is in', async () => {
    await using aws = await openOrganization();
    const { organization } = aws;
    const outer = organization.createUnit('workloads');
    const inner = organization.createUnit('production', outer);
    organization.moveAccount(MEMBER, inner);
    organization.setState(MEMBER, 'CLOSED');
    const send = ask(aws);
    const describeAccount = async () => Object((await send('DescribeAccount', { AccountId: MEMBER }))['Account']);
    const { Arn, State, Status, Paths } = await describeAccount();
    assert.equal(Arn, `arn:aws:organizations::${MANAGEMENT}:account/o-reseallocal/${MEMBER}`);
    assert.deepEqual(
      [State, Status, Paths],
      ['CLOSED', undefined, [`o-reseallocal/r-root/${outer}/${inner}/${MEMBER}/`]],
    );
    organization.answersWith = 'Status';
    assert.equal((await describeAccount()).Status, 'SUSPENDED');
    assert.deepEqual(await send('ListParents', { ChildId: MEMBER }), {
      Parents: [{ Id: inner, Type: 'ORGANIZATIONAL_UNIT' }],
    });
    assert.deepEqual(await send('ListParents', { ChildId: outer }), { Parents: [{ Id: 'r-root', Type: 'ROOT' }] });
    await assert.rejects(send('ListParents', { ChildId: '999999999999' }), { name: 'ChildNotFoundException' });
    const { OrganizationalUnits } = await send('ListOrganizationalUnitsForParent', { ParentId: outer });
    assert.deepEqual(OrganizationalUnits, [
      { Id: inner, Name: 'production', Arn: `arn:aws:organizations::${MANAGEMENT}:ou/o-reseallocal/${inner}` },
    ]);
    const { Accounts } = await send('ListAccountsForParent', { ParentId: inner });
    assert.equal(Array.isArray(Accounts) && Accounts.length, 1);
  });

  test('answers the management account and delegates; a member may only ask which organization it is in', async () => {
    await using aws = await openOrganization();
    const { Organization: found } = await ask(aws, MEMBER)('DescribeOrganization');
    assert.equal(Object(found).MasterAccountId, MANAGEMENT);
    await assert.rejects(ask(aws, MEMBER)('ListAccounts'), { name: 'AccessDeniedException' });
    await assert.rejects(ask(aws, '999999999999')('DescribeOrganization'), {
      name: 'AWSOrganizationsNotInUseException',
    });
    aws.organization.registerDelegate(HUB, 'member.org.stacksets.cloudformation.amazonaws.com');
    await assert.doesNotReject(ask(aws, HUB)('ListAccounts'));
    const { DelegatedAdministrators } = await ask(aws)('ListDelegatedAdministrators');
    assert.equal(Object(DelegatedAdministrators)[0].Id, HUB);
    const { DelegatedServices } = await ask(aws)('ListDelegatedServicesForAccount', { AccountId: HUB });
    assert.equal(Object(DelegatedServices)[0].ServicePrincipal, 'member.org.stacksets.cloudformation.amazonaws.com');
    await assert.rejects(ask(aws)('CreateAccount', { Email: 'a@example.com', AccountName: 'a' }), {
      name: 'NotImplemented',
    });
  });
});

describe('Account Management', { skip }, () => {
  const listed = async (aws: LocalAws, from: string, input: object = {}) => {
    const { Regions } = await askAccount(aws, from)('ListRegions', input);
    return new Map((Array.isArray(Regions) ? Regions : []).map((one) => [one.RegionName, one.RegionOptStatus]));
  };

  test('lists the Regions of an account, for itself and for who administers it', async () => {
    await using aws = await openOrganization();
    await askAccount(aws, MEMBER)('EnableRegion', { RegionName: 'af-south-1' });
    const regions = await listed(aws, MEMBER);
    assert.deepEqual(
      ['eu-west-1', 'af-south-1', 'eu-south-1'].map((name) => regions.get(name)),
      ['ENABLED_BY_DEFAULT', 'ENABLED', 'DISABLED'],
    );
    const enabled = { AccountId: MEMBER, RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'] };
    assert.equal((await listed(aws, MANAGEMENT, enabled)).size, 18);
    await assert.rejects(listed(aws, HUB, enabled), { name: 'AccessDeniedException' });
    aws.organization.registerDelegate(HUB, 'account.amazonaws.com');
    assert.equal((await listed(aws, HUB, enabled)).size, 18);
    await assert.rejects(listed(aws, MANAGEMENT, { AccountId: MANAGEMENT }), { name: 'AccessDeniedException' });
  });
});
