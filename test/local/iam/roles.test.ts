import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
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
