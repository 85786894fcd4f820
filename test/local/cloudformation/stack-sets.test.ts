import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateStackSetCommand,
  DeleteStackCommand,
  DeleteStackInstancesCommand,
  DeleteStackSetCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStackSetOperationResultsCommand,
  ListStackSetOperationsCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { createClients } from '../clients.ts';
import { HUB, MEMBER } from '../organizations/open-organization.ts';
import { openStackSets, ORGANIZATION, ROLES } from './open-stack-sets.ts';

const NEW = '444444444444';
const CAPABILITIES = ['CAPABILITY_NAMED_IAM' as const];
const REGIONS = ['eu-west-1', 'us-east-1'];

describe('a stack with stack sets', () => {
  test('deploys to the members below the unit, not to the management account, nor to whom the filter leaves out', async () => {
    await using open = await openStackSets();
    await open.deploy();
    assert.deepEqual(await open.instances('roles'), [`${MEMBER} eu-west-1 SUCCEEDED`]);
    assert.deepEqual(
      await open.instances('region'),
      REGIONS.map((region) => `${MEMBER} ${region} SUCCEEDED`),
    );
    for (const region of REGIONS) {
      await using member = createClients(open.aws, { account: MEMBER, region });
      const { Rules } = await member.eventBridge.send(new ListRulesCommand());
      assert.equal(Rules?.length, 1, region);
      await member.s3.send(new HeadBucketCommand({ Bucket: `reseal-reports-${MEMBER}-${region}` }));
      const { Stacks } = await member.cloudFormation.send(new DescribeStacksCommand());
      const names = Stacks?.map(({ StackName }) => StackName?.replace(/-[0-9a-f-]{36}$/, ''));
      const [first] = names ?? [];
      assert.deepEqual(names?.slice(-1), ['StackSet-reseal-region'], first);
      const resources = new DescribeStackResourcesCommand({ StackName: Stacks?.at(-1)?.StackName });
      const { StackResources } = await member.cloudFormation.send(resources);
      assert.deepEqual(StackResources?.map(({ LogicalResourceId }) => LogicalResourceId).toSorted(), [
        'Reports',
        'Rule',
      ]);
    }
    const dependencies = (await open.describe('region'))?.AutoDeployment?.DependsOn;
    assert.deepEqual(dependencies, [(await open.describe('roles'))?.StackSetARN]);
  });

  test('is made in the delegated administrator account as well, and nowhere else', async () => {
    await using open = await openStackSets({ from: HUB });
    const [status, reason] = await open.deploy();
    assert.equal(status, 'ROLLBACK_COMPLETE');
    assert.match(reason ?? '', /management account or delegated admin account/);
    await open.cloudFormation.send(new DeleteStackCommand({ StackName: 'reseal-organization' }));
    open.aws.organization.registerDelegate(HUB, 'member.org.stacksets.cloudformation.amazonaws.com');
    await open.deploy();
    assert.deepEqual(await open.instances('roles'), [`${MEMBER} eu-west-1 SUCCEEDED`]);
  });

  test('leaves with all its instances, and keeps the buckets', async () => {
    await using open = await openStackSets();
    await open.deploy();
    await assert.rejects(open.cloudFormation.send(new DeleteStackSetCommand(open.named('roles'))), {
      name: 'StackSetNotEmptyException',
    });
    await open.cloudFormation.send(new DeleteStackCommand({ StackName: 'reseal-organization' }));
    assert.deepEqual(await open.names(), []);
    await using member = createClients(open.aws, { account: MEMBER });
    await assert.rejects(member.iam.send(new GetRoleCommand({ RoleName: 'reseal-forward' })), {
      name: 'NoSuchEntityException',
    });
    await assert.doesNotReject(member.s3.send(new HeadBucketCommand({ Bucket: `reseal-reports-${MEMBER}-eu-west-1` })));
  });
});

describe('a stack with stack sets that is updated', () => {
  test('brings every instance to the new template, and follows its Regions', async () => {
    await using open = await openStackSets();
    await open.deploy();
    const forward = ORGANIZATION.replaceAll('events:PutEvents', 'events:PutRule');
    const moved = forward.replace('Regions: [eu-west-1, us-east-1]', 'Regions: [eu-west-1, us-west-2]');
    assert.deepEqual(await open.update(moved), ['UPDATE_COMPLETE', undefined]);
    await using member = createClients(open.aws, { account: MEMBER });
    const policy = await member.iam.send(
      new GetRolePolicyCommand({ RoleName: 'reseal-forward', PolicyName: 'forward' }),
    );
    assert.match(decodeURIComponent(policy.PolicyDocument ?? ''), /events:PutRule/);
    assert.deepEqual(
      await open.instances('region'),
      ['eu-west-1', 'us-west-2'].map((region) => `${MEMBER} ${region} SUCCEEDED`),
    );
  });
});

describe('auto-deployment', () => {
  test('follows accounts that come, move away, and return to what they kept', async () => {
    await using open = await openStackSets();
    await open.deploy();
    const { organization } = open.aws;
    organization.createAccount(NEW);
    const there = REGIONS.map((region) => `${NEW} ${region} SUCCEEDED`);
    assert.deepEqual((await open.instances('region')).slice(-2), there);
    organization.removeAccount(NEW);
    assert.deepEqual((await open.instances('roles')).length, 1);
    await using left = createClients(open.aws, { account: NEW });
    await assert.rejects(left.iam.send(new GetRoleCommand({ RoleName: 'reseal-forward' })), {
      name: 'NoSuchEntityException',
    });
    // The bucket was kept, and CloudFormation takes over no bucket that is there.
    organization.inviteAccount(NEW);
    const failed = REGIONS.map((region) => `${NEW} ${region} FAILED`);
    assert.deepEqual((await open.instances('region')).slice(-2), failed);
  });

  test('begins with what a stack set depends on, and stops where that failed', async () => {
    await using open = await openStackSets();
    await open.deploy();
    const { organization, world } = open.aws;
    const trust = { Statement: [] };
    const arn = `arn:aws:iam::${NEW}:role/other/reseal-forward`;
    world.identity.putRole({ arn, name: 'reseal-forward', trust, policies: [] });
    organization.createAccount(NEW);
    assert.deepEqual((await open.instances('roles')).slice(-1), [`${NEW} eu-west-1 FAILED`]);
    assert.equal((await open.instances('region')).length, 2);
  });

  test('can be told to pay no heed to the filter of accounts', async () => {
    for (const stackSetsFilterNewAccounts of [true, false]) {
      await using open = await openStackSets({ stackSetsFilterNewAccounts });
      await open.deploy();
      open.aws.organization.moveAccount(HUB, open.aws.organization.createUnit('infrastructure'));
      assert.equal((await open.instances('roles')).length, stackSetsFilterNewAccounts ? 1 : 2);
    }
  });
});

describe('an operation', () => {
  const results = async (open: Awaited<ReturnType<typeof openStackSets>>, name: string) => {
    const { cloudFormation, named } = open;
    const { Summaries: [last] = [] } = await cloudFormation.send(new ListStackSetOperationsCommand(named(name)));
    const asked = { ...named(name), OperationId: last?.OperationId };
    const { Summaries = [] } = await cloudFormation.send(new ListStackSetOperationResultsCommand(asked));
    return [last?.Status, ...Summaries.map(({ Account, Region, Status }) => `${Account} ${Region} ${Status}`)];
  };

  test('goes on past failures that are tolerated: an account that is suspended, and a broken one', async () => {
    await using open = await openStackSets();
    const { organization } = open.aws;
    for (const account of [NEW, '555555555555']) organization.createAccount(account);
    organization.setState(NEW, 'SUSPENDED');
    const bucket = { Effect: 'Deny', Action: 's3:CreateBucket', Resource: '*' };
    organization.attachPolicy(MEMBER, { Statement: [bucket] });
    await open.deploy();
    const expected = REGIONS.flatMap((region) => [
      `${MEMBER} ${region} FAILED`,
      `${NEW} ${region} SUCCEEDED`,
      `555555555555 ${region} SUCCEEDED`,
    ]);
    assert.deepEqual(await results(open, 'region'), ['SUCCEEDED', ...expected]);
    assert.ok((await open.instances('region')).includes(`${NEW} eu-west-1 SKIPPED_SUSPENDED_ACCOUNT`));
  });

  test('that may not fail cancels what is left, and the stack with it goes back', async () => {
    await using open = await openStackSets();
    open.aws.organization.createAccount(NEW);
    open.aws.organization.attachPolicy(MEMBER, {
      Statement: [{ Effect: 'Deny', Action: 'iam:CreateRole', Resource: '*' }],
    });
    const [status, reason] = await open.deploy();
    assert.equal(status, 'ROLLBACK_COMPLETE');
    assert.match(reason ?? '', /was unable to succeed/);
    assert.deepEqual(await open.names(), []);
    await using other = createClients(open.aws, { account: NEW });
    await assert.rejects(other.iam.send(new GetRoleCommand({ RoleName: 'reseal-forward' })), {
      name: 'NoSuchEntityException',
    });
  });
});

test('operations by call carry the id that every SDK gives them, and mend an instance that failed', async () => {
  await using open = await openStackSets();
  await open.deploy();
  const { organization, world } = open.aws;
  const taken = `arn:aws:iam::${NEW}:role/reseal-forward`;
  world.identity.putRole({ arn: taken, name: 'reseal-forward', trust: { Statement: [] }, policies: [] });
  organization.createAccount(NEW);
  assert.deepEqual((await open.instances('roles')).slice(-1), [`${NEW} eu-west-1 FAILED`]);
  world.identity.deleteRole(taken);
  const Parameters = [{ ParameterKey: 'Prefix', UsePreviousValue: true }];
  const again = { ...open.named('roles'), UsePreviousTemplate: true, Parameters, Capabilities: CAPABILITIES };
  await open.cloudFormation.send(new UpdateStackSetCommand(again));
  assert.deepEqual((await open.instances('roles')).slice(-1), [`${NEW} eu-west-1 SUCCEEDED`]);
  const mine = new UpdateStackSetCommand({ ...again, OperationId: 'mine' });
  assert.equal((await open.cloudFormation.send(mine)).OperationId, 'mine');
  await assert.rejects(open.cloudFormation.send(mine), { name: 'OperationIdAlreadyExistsException' });
  const DeploymentTargets = { OrganizationalUnitIds: [organization.root.id] };
  const everywhere = { ...open.named('roles'), DeploymentTargets, Regions: ['eu-west-1'], RetainStacks: false };
  await open.cloudFormation.send(new DeleteStackInstancesCommand(everywhere));
  assert.deepEqual(await open.instances('roles'), []);
});

test('a stack set is refused without its capability, too long a template, or a dependency that is not there', async () => {
  await using open = await openStackSets();
  const create = (changes: object) =>
    open.cloudFormation.send(
      new CreateStackSetCommand({
        ...open.named('roles'),
        TemplateBody: ROLES,
        PermissionModel: 'SERVICE_MANAGED',
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        ...changes,
      }),
    );
  await assert.rejects(create({ Capabilities: ['CAPABILITY_IAM'] }), { name: 'InsufficientCapabilitiesException' });
  await assert.rejects(create({ TemplateBody: `${ROLES}# ${'x'.repeat(52_000)}` }), { name: 'ValidationError' });
  const DependsOn = ['arn:aws:cloudformation:eu-west-1:111111111111:stackset/none:1'];
  await assert.rejects(create({ AutoDeployment: { Enabled: true, DependsOn } }), { name: 'ValidationError' });
  await assert.rejects(create({ PermissionModel: 'SELF_MANAGED' }), { name: 'NotImplemented' });
});
