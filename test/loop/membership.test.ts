import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createPolicyPublication, publishPolicy } from '../../src/aws/published-policy/policy-publication.ts';
import { createClients } from '../local/clients.ts';
import { defaultOf, makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT, bucketPk, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';
import { founding, joinManagement, joinRegion, type Member, openPair } from './member.ts';

const MANAGEMENT = '999999999999';
const THEIRS = { account: '222222222222', region: 'us-east-2' };
const PAYMENTS = 'o-reseallocal/r-root/ou-root-00000001/';

/** The key is for one unit alone. */
const POLICY = {
  version: 1,
  standard: { algorithm: 'AES256' },
  rules: [{ name: 'payments', when: { ou: PAYMENTS }, standard: { algorithm: 'aws:kms', key: 'alias/reseal' } }],
};

/** A hub, its management account and one member in the unit payments; the hub's account is a delegated administrator if nothing else is said. */
async function openOrganization({ isDelegate = true } = {}) {
  const opened = await openPair(THEIRS, {
    before: (aws) => {
      const { organization } = aws;
      founding()(aws);
      organization.createAccount(THEIRS.account, organization.createUnit('payments'));
      if (isDelegate) organization.registerDelegate(ACCOUNT, 'storage-lens.s3.amazonaws.com');
    },
  });
  const { stack } = opened;
  await joinManagement(stack.aws, MANAGEMENT, { OrganizationId: stack.aws.organization.id });
  await publish(stack, POLICY);
  return {
    ...opened,
    account: (id = THEIRS.account) => stack.item('ACCOUNTS', `ACCOUNT#${id}`),
    bucket: (name: string) => stack.item(`BUCKET#${THEIRS.account}/${THEIRS.region}/${name}`),
  };
}

async function publish(stack: DeployedStack, policy: object): Promise<void> {
  const json = JSON.stringify(policy);
  const request = {
    json,
    sha256: createHash('sha256').update(json).digest('hex'),
    bucket: stack.named('PolicyBucket'),
  };
  const { s3, dynamoDb } = stack.clients;
  await publishPolicy(request, createPolicyPublication({ s3, dynamoDb, table: stack.named('LedgerTable') }));
}

const callsOf = ({ aws }: DeployedStack, operation: string) => {
  const calls: string[] = [];
  aws.onOutcome(({ call }) => call.operation === operation && calls.push(operation));
  return calls;
};

async function makeBuckets({ clients }: Member, ...names: string[]): Promise<void> {
  for (const name of names) await makeBucket(clients.s3, name, THEIRS.region as 'us-east-2');
}

test('a rule for a unit holds in an account that the hub has not met: it is asked for once by each process, however many buckets need it', async () => {
  await using opened = await openOrganization();
  const { stack, member } = opened;
  const asked = callsOf(stack, 'DescribeAccount');
  const names = ['data-a', 'data-b', 'data-c', 'data-d', 'data-e'];
  await makeBuckets(member, ...names);
  await stack.idle();
  const item = await opened.account();
  assert.deepEqual(
    [item?.['state'], item?.['ouPath'], item?.['name'], Object(item?.['role']).there],
    ['ACTIVE', PAYMENTS, `account-${THEIRS.account}`, true],
  );
  // Here a function has at most two processes, and the sweep of the account looks once.
  assert.ok(asked.length <= 3, String(asked.length));
  for (const name of names) {
    const { repairs, rule } = (await opened.bucket(name)) ?? {};
    assert.deepEqual([Object(repairs).length, rule], [1, 'payments'], name);
    assert.equal((await defaultOf(member.clients.s3, name)).KMSMasterKeyID, member.keyArn);
  }
});

test('what becomes of an account is heard from the management account: it joins, moves, is closed, leaves and returns', async () => {
  await using opened = await openOrganization();
  const { stack } = opened;
  const { organization } = stack.aws;
  const told = async () => {
    await stack.idle();
    const { state, ouPath, heard } = (await opened.account('444444444444')) ?? {};
    return [Object(heard).event, state, ouPath];
  };
  organization.createAccount('444444444444');
  assert.deepEqual(await told(), ['CreateAccountResult', 'ACTIVE', 'o-reseallocal/r-root/']);
  assert.match(
    String(Object((await opened.account('444444444444'))?.['role']).why),
    /deploy infra\/member\/roles\.yml there/,
  );
  organization.moveAccount('444444444444', 'ou-root-00000001');
  assert.deepEqual(await told(), ['MoveAccount', 'ACTIVE', PAYMENTS]);
  organization.setState('444444444444', 'CLOSED');
  assert.deepEqual(await told(), ['CloseAccountResult', 'CLOSED', PAYMENTS]);
  organization.removeAccount('444444444444');
  assert.deepEqual(await told(), ['AccountDepartedOrganization', 'OUTSIDE', undefined]);
  assert.equal(typeof (await opened.account('444444444444'))?.['outsideSince'], 'string');
  organization.inviteAccount('444444444444', 'ou-root-00000001');
  assert.deepEqual(await told(), ['AcceptHandshake', 'ACTIVE', PAYMENTS]);
  assert.equal((await opened.account('444444444444'))?.['outsideSince'], undefined);
});

test('without the right to read AWS Organizations a bucket under a unit says what to do, all others are judged, and the right mends it', async () => {
  await using opened = await openOrganization({ isDelegate: false });
  const { stack, member } = opened;
  await makeBuckets(member, 'theirs');
  await stack.idle();
  const item = await opened.bucket('theirs');
  assert.deepEqual([item?.['verdict'], item?.['parked']], ['unreadable', true]);
  assert.match(
    JSON.stringify(item?.['reasons']),
    /"ou-path-unreadable","message":".*AWS Organizations did not say where account 222222222222 is \(AccessDeniedException: .*make the hub's account a delegated administrator/,
  );
  await stack.sweep();
  await stack.idle();
  const logs = stack.aws.functions.list().flatMap(({ log }) => log.lines.map((line) => JSON.stringify(line)));
  assert.ok(logs.some((line) => line.includes('AWS Organizations did not say where account')));

  stack.aws.organization.registerDelegate(ACCOUNT, 'storage-lens.s3.amazonaws.com');
  stack.aws.organization.moveAccount(THEIRS.account, 'ou-root-00000001');
  await stack.idle();
  assert.equal((await opened.bucket('theirs'))?.['verdict'], 'repair', 'what could not be read is sent again at once');
});

test('the buckets of a closed account are named and not tried again until it is open', async () => {
  await using opened = await openOrganization();
  const { stack, member } = opened;
  await makeBuckets(member, 'theirs');
  await stack.idle();
  stack.aws.organization.setState(THEIRS.account, 'CLOSED');
  await stack.idle();
  const sent = callsOf(stack, 'SendMessage');
  await stack.sendAsSweep(sweepMessage('theirs'));
  await stack.idle();
  const item = await opened.bucket('theirs');
  assert.deepEqual([item?.['verdict'], item?.['parked'], sent.length], ['unreadable', true, 0]);
  assert.match(JSON.stringify(item?.['reasons']), /"account-unreachable".*says that account 222222222222 is CLOSED/);
  stack.aws.organization.setState(THEIRS.account, 'ACTIVE');
  await stack.sweep();
  await stack.idle();
  assert.equal((await opened.bucket('theirs'))?.['verdict'], 'compliant');
  assert.equal((await opened.account())?.['state'], 'ACTIVE');
});

test('what could not be read in a Region that was off is looked at again once it is on', async () => {
  await using opened = await openOrganization();
  const { stack } = opened;
  const { organization } = stack.aws;
  const south = { account: THEIRS.account, region: 'eu-south-1' };
  await joinRegion(stack.aws, { account: THEIRS.account, region: 'us-east-1' });
  organization.setRegion(south.account, south.region, 'ENABLED');
  stack.aws.world.keys.create({ accountId: south.account, region: south.region, alias: 'alias/reseal' });
  await using clients = createClients(stack.aws, south);
  await makeBucket(clients.s3, 'southern', 'eu-south-1');
  organization.setRegion(south.account, south.region, 'DISABLED');
  await stack.sendAsSweep(sweepMessage('southern', south));
  await stack.idle();
  const item = () => stack.item(`BUCKET#${south.account}/${south.region}/southern`);
  assert.equal((await item())?.['verdict'], 'unreadable');
  organization.setRegion(south.account, south.region, 'ENABLED');
  await stack.idle();
  const { heard } = (await opened.account()) ?? {};
  assert.equal(Object(heard).event, 'Region Opt-In Status Change (eu-south-1 ENABLED)');
  assert.equal((await item())?.['verdict'], 'repair');
});

test('without an organization a rule for a unit is not decided by a guess, and AWS Organizations is not asked', async () => {
  await using stack = await deployStack();
  await publish(stack, POLICY);
  const asked = callsOf(stack, 'DescribeAccount');
  await makeBucket(stack.clients.s3, 'ours', REGION);
  await stack.idle();
  const item = await stack.item(bucketPk('ours'));
  assert.equal(item?.['verdict'], 'unreadable');
  assert.match(
    JSON.stringify(item?.['reasons']),
    /"ou-path-unreadable","message":".*deployed without OrganizationId.*or write the policy without ou/,
  );
  await stack.sweep();
  await stack.idle();
  assert.deepEqual(asked, []);
  assert.equal(Object((await stack.item('ACCOUNTS', `ACCOUNT#${ACCOUNT}`))?.['role']).there, true);
});

function sweepMessage(bucket: string, place = THEIRS): string {
  const at = new Date().toISOString();
  const which = { ...place, bucket, cause: 'sweep', at, causeId: 'a-sweep', attempt: 0, observe: false };
  return JSON.stringify({ reseal: 'assess', version: 1, ...which });
}
