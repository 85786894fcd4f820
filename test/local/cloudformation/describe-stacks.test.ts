import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudFormationClient, DescribeStacksCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { startLocal } from '../../../local/start-local.ts';
import { aws, cliMissing } from '../aws-cli.ts';
import { tinyTemplate, writeTinyStack } from '../tiny-stack.ts';

const NOW = new Date('2026-11-30T07:00:00Z');

/** The tiny stack, deployed by the first call of a client, and one that is in another account. */
async function openStack() {
  const stack = writeTinyStack({ ...tinyTemplate(), Outputs: { WorkUrl: { Value: { Ref: 'Work' } } } });
  const local = await startLocal({ stack: { template: stack.template, stackName: 'tiny' }, now: () => NOW });
  const clientOf = (account: string) => {
    const { endpoint, region, credentials } = local.clientConfig({ account, region: 'eu-west-1' });
    return new CloudFormationClient({ endpoint, region, credentials, maxAttempts: 1 });
  };
  return {
    local,
    clientOf,
    [Symbol.asyncDispose]: async () => {
      await local.close();
      stack[Symbol.dispose]();
    },
  };
}

test('a stack is described by its name, its id, or without either, with its parameters and outputs', async () => {
  await using open = await openStack();
  const client = open.clientOf('111111111111');
  const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand({ StackName: 'tiny' }));
  assert.deepEqual(found && { ...found, StackId: undefined }, {
    StackId: undefined,
    StackName: 'tiny',
    CreationTime: NOW,
    StackStatus: 'CREATE_COMPLETE',
    Parameters: [{ ParameterKey: 'Settle', ParameterValue: '0' }],
    Tags: [],
    Outputs: [{ OutputKey: 'WorkUrl', OutputValue: `${open.local.endpoint}/111111111111/work` }],
  });
  assert.match(found?.StackId ?? '', /^arn:aws:cloudformation:eu-west-1:111111111111:stack\/tiny\//);
  for (const StackName of [found?.StackId, undefined]) {
    assert.deepEqual((await client.send(new DescribeStacksCommand({ StackName }))).Stacks, [found]);
  }
});

test('a stack that is not there is a ValidationError, and what is not played is 501 by name', async () => {
  await using open = await openStack();
  await open.clientOf('222222222222').send(new DescribeStacksCommand({}));
  const client = open.clientOf('111111111111');
  await assert.rejects(client.send(new DescribeStacksCommand({ StackName: 'other' })), {
    name: 'ValidationError',
    message: 'Stack with id other does not exist',
  });
  await assert.rejects(client.send(new ListStacksCommand({})), /ListStacks/);
});

test('a role needs the permission for the stack that it names', async () => {
  await using open = await openStack();
  const { identity } = open.local.world;
  const arn = 'arn:aws:iam::111111111111:role/looker';
  const allow = (Resource: string) => ({
    Statement: [{ Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource }],
  });
  const trust = { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };
  const policies = [allow('arn:aws:cloudformation:eu-west-1:111111111111:stack/tiny/*')];
  identity.putRole({ arn, name: 'looker', trust, policies });
  const { caller } = identity.startSession(arn, 'test', { arn: 'arn:aws:iam::111111111111:root' });
  const ask = (input: object) =>
    open.local.world.invoke('cloudformation', 'DescribeStacks', input, { caller, region: 'eu-west-1' });
  await open.clientOf('111111111111').send(new DescribeStacksCommand({}));
  await ask({ StackName: 'tiny' });
  await assert.rejects(ask({}), { code: /AccessDenied/ });
});

test('the AWS CLI finds the outputs as README shows it', { skip: cliMissing() }, async () => {
  await using open = await openStack();
  const { output } = await aws(open.local, [
    'cloudformation',
    'describe-stacks',
    '--stack-name',
    'tiny',
    '--query',
    'Stacks[0].Outputs',
  ]);
  assert.deepEqual(output, [{ OutputKey: 'WorkUrl', OutputValue: `${open.local.endpoint}/111111111111/work` }]);
});
