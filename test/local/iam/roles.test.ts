import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createClients } from '../clients.ts';
import { MEMBER, openOrganization, sessionOf } from '../organizations/open-organization.ts';
import { startLocal } from '../../../local/start-local.ts';

const trusting = (account: string) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }] });
const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };

test('a role is made, changed and deleted; its name is taken whatever the path', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const { iam } = clients;
  const create = (Path: string) =>
    iam.send(new CreateRoleCommand({ RoleName: 'r', Path, AssumeRolePolicyDocument: trusting('111111111111') }));
  const { Role } = await create('/reseal/');
  assert.equal(Role?.Arn, 'arn:aws:iam::111111111111:role/reseal/r');
  await assert.rejects(create('/'), { name: 'EntityAlreadyExistsException' });
  const policy = { RoleName: 'r', PolicyName: 'p' };
  await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(POLICY) }));
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: trusting('222222222222') }));
  const read = await iam.send(new GetRolePolicyCommand(policy));
  assert.deepEqual(JSON.parse(decodeURIComponent(read.PolicyDocument ?? '')), POLICY);
  const got = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
  assert.match(decodeURIComponent(got.Role?.AssumeRolePolicyDocument ?? ''), /222222222222/);
  await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: 'r' })), { name: 'DeleteConflictException' });
  await iam.send(new DeleteRolePolicyCommand(policy));
  await iam.send(new DeleteRoleCommand({ RoleName: 'r' }));
  await assert.rejects(iam.send(new GetRoleCommand({ RoleName: 'r' })), { name: 'NoSuchEntityException' });
  await assert.rejects(iam.send(new ListRolesCommand()), { name: 'NotImplemented' });
});

test('a role has tags, which are added, changed and taken away', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const { iam } = clients;
  const RoleName = 'r';
  const Tags = [{ Key: 'team', Value: 'storage' }];
  await iam.send(new CreateRoleCommand({ RoleName, Tags, AssumeRolePolicyDocument: trusting('111111111111') }));
  await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'stack', Value: 'a' }] }));
  const tags = async () => (await iam.send(new GetRoleCommand({ RoleName }))).Role?.Tags;
  assert.deepEqual(await tags(), [...Tags, { Key: 'stack', Value: 'a' }]);
  await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['team'] }));
  assert.deepEqual((await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags, [{ Key: 'stack', Value: 'a' }]);
});

test('sessions of a deleted role are refused by every service, also where another role has its name', async () => {
  await using aws = await startLocal();
  const role = { account: '111111111111', name: 'r' };
  const credentials = sessionOf(aws, role);
  await using before = createClients(aws, { credentials });
  // Whatever is changed of a role, its sessions go on.
  sessionOf(aws, role);
  await before.s3.send(new ListBucketsCommand());
  aws.world.identity.deleteRole('arn:aws:iam::111111111111:role/r');
  for (const isThereAgain of [false, true]) {
    const said = String(isThereAgain);
    if (isThereAgain) sessionOf(aws, role);
    await assert.rejects(before.s3.send(new ListBucketsCommand()), { name: 'InvalidToken' }, said);
    await assert.rejects(before.sts.send(new GetCallerIdentityCommand()), { name: 'InvalidClientTokenId' }, said);
    await assert.rejects(before.kms.send(new ListKeysCommand()), { name: 'UnrecognizedClientException' }, said);
  }
  await using after = createClients(aws, { credentials: sessionOf(aws, role) });
  await assert.doesNotReject(after.s3.send(new ListBucketsCommand()));
});

test('a service control policy keeps the roles that it names, from all but whom it spares', async () => {
  await using aws = await openOrganization();
  const spared = { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/stacksets-exec-*' } };
  const kept = { Effect: 'Deny', Action: 'iam:*', Resource: 'arn:aws:iam::*:role/reseal-*', Condition: spared };
  aws.organization.attachPolicy(aws.organization.root.id, { Version: '2012-10-17', Statement: [kept] });
  sessionOf(aws, { account: MEMBER, name: 'reseal-assess' });
  const put = new PutRolePolicyCommand({
    RoleName: 'reseal-assess',
    PolicyName: 'more',
    PolicyDocument: JSON.stringify(POLICY),
  });
  for (const name of ['admin', 'stacksets-exec-0']) {
    await using clients = createClients(aws, { credentials: sessionOf(aws, { account: MEMBER, name }) });
    const sent = clients.iam.send(put);
    if (name === 'admin') await assert.rejects(sent, { name: 'AccessDenied', message: /service control policy$/ });
    else await assert.doesNotReject(sent);
  }
});
