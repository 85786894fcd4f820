import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { LocalAws } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { HUB, MANAGEMENT, MEMBER, openOrganization, sessionOf } from './open-organization.ts';

const MEMBER_ROLE = `arn:aws:iam::${MEMBER}:role/reseal-assess`;
const HUB_ROLE = `arn:aws:iam::${HUB}:role/reseal-hub-assess`;

/** The member's role trusts the hub's account under the conditions; the answer is how the hub's role fares. */
async function assume(aws: LocalAws, condition: object, place: { region?: string; name?: string } = {}) {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${HUB}:root` },
        Action: 'sts:AssumeRole',
        Condition: condition,
      },
    ],
  };
  const all = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  aws.world.identity.putRole({ arn: MEMBER_ROLE, name: 'reseal-assess', trust, policies: [all] });
  const name = place.name ?? 'reseal-hub-assess';
  const statements = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: MEMBER_ROLE }];
  const credentials = sessionOf(aws, { account: HUB, name, statements });
  await using hub = createClients(aws, { account: HUB, credentials, ...(place.region && { region: place.region }) });
  const answer = await hub.sts.send(new AssumeRoleCommand({ RoleArn: MEMBER_ROLE, RoleSessionName: 'run' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

describe('a role of a member that trusts the hub', () => {
  const both = {
    StringEquals: { 'aws:PrincipalOrgID': 'o-reseallocal' },
    ArnEquals: { 'aws:PrincipalArn': HUB_ROLE },
  };

  test('is assumed by the role that the conditions name, and acts in the member in each Region', async () => {
    await using aws = await openOrganization();
    const credentials = await assume(aws, both);
    for (const region of ['eu-west-1', 'us-east-1']) {
      await using member = createClients(aws, { credentials, region });
      const { Account } = await member.sts.send(new GetCallerIdentityCommand());
      assert.equal(Account, MEMBER);
      await assert.doesNotReject(member.kms.send(new ListKeysCommand()), region);
    }
  });

  test('is assumed by no other role, from no other organization, and after the hub has left it no more', async () => {
    await using aws = await openOrganization();
    await assert.rejects(assume(aws, both, { name: 'other' }), { name: 'AccessDenied' });
    const wrong = { StringEquals: { 'aws:PrincipalOrgID': 'o-another' } };
    await assert.rejects(assume(aws, wrong), { name: 'AccessDenied' });
    await assert.rejects(assume(aws, { StringEquals: { 'aws:SourceAccount': HUB } }), { name: 'AccessDenied' });
    aws.organization.removeAccount(HUB);
    await assert.rejects(assume(aws, both), { name: 'AccessDenied' });
  });

  test('may ask for the path of the organization', async () => {
    await using aws = await openOrganization();
    const below = { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-reseallocal/r-root/ou-root-00000001/*' } };
    await assert.rejects(assume(aws, below), { name: 'AccessDenied' });
    aws.organization.moveAccount(HUB, aws.organization.createUnit('security'));
    await assert.doesNotReject(assume(aws, below));
  });

  test('gives a session of an hour at most, since the hub is a role itself', async () => {
    await using aws = await openOrganization();
    await assume(aws, both);
    const credentials = sessionOf(aws, { account: HUB, name: 'reseal-hub-assess' });
    await using hub = createClients(aws, { credentials });
    const long = new AssumeRoleCommand({ RoleArn: MEMBER_ROLE, RoleSessionName: 'run', DurationSeconds: 7200 });
    await assert.rejects(hub.sts.send(long), { name: 'ValidationError', message: /1 hour session limit/ });
  });
});

describe('an account that is suspended or closed', () => {
  test('is entered no more, and sessions in it end', async () => {
    await using aws = await openOrganization();
    const credentials = await assume(aws, {});
    for (const state of ['SUSPENDED', 'CLOSED'] as const) {
      aws.organization.setState(MEMBER, state);
      await assert.rejects(assume(aws, {}), { name: 'AccessDenied' });
      await using member = createClients(aws, { credentials });
      await assert.rejects(member.s3.send(new ListBucketsCommand()), { name: 'InvalidToken' });
      await assert.rejects(member.sts.send(new GetCallerIdentityCommand()), { name: 'InvalidClientTokenId' });
      await assert.rejects(member.kms.send(new ListKeysCommand()), { name: 'UnrecognizedClientException' });
      await using administrator = createClients(aws, { account: MEMBER });
      await assert.rejects(administrator.s3.send(new ListBucketsCommand()), { name: 'InvalidAccessKeyId' });
    }
    aws.organization.setState(MEMBER, 'PENDING_CLOSURE');
    await assert.doesNotReject(assume(aws, {}));
  });
});

describe('an opt-in Region', () => {
  test('knows no credentials of an account that has not turned it on', async () => {
    await using aws = await openOrganization();
    const credentials = await assume(aws, {});
    const region = 'eu-south-1';
    await using member = createClients(aws, { credentials, region });
    const list = () => member.sqs.send(new ListQueuesCommand());
    await assert.rejects(list(), { name: 'UnrecognizedClientException' });
    await assert.rejects(assume(aws, {}, { region }), { name: 'InvalidClientTokenId' });
    aws.organization.setRegion(MEMBER, region, 'ENABLED');
    await assert.doesNotReject(list());
    aws.organization.setRegion(MEMBER, region, 'DISABLED');
    await assert.rejects(list(), { name: 'UnrecognizedClientException' });
    assert.throws(() => aws.organization.setRegion(MEMBER, 'eu-west-1', 'DISABLED'), { name: 'ValidationException' });
  });
});

test('accounts that come, and Regions that are turned on, are events of us-east-1', async () => {
  await using aws = await openOrganization();
  aws.organization.inviteAccount('444444444444');
  aws.organization.setRegion(MEMBER, 'af-south-1', 'ENABLED');
  const seen = aws.bus.log.events.map(({ account, region, source, detailType }) => [
    account,
    region,
    source,
    detailType,
  ]);
  const service = 'AWS Service Event via CloudTrail';
  assert.deepEqual(seen, [
    ...Array.from({ length: 3 }, () => [MANAGEMENT, 'us-east-1', 'aws.organizations', service]),
    [MEMBER, 'us-east-1', 'aws.account', 'Region Opt-In Status Change'],
  ]);
});
