import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { createHubStack, createStackQueues } from '../../../src/aws/stack/hub-stack.ts';
import { createClients } from '../../local/clients.ts';
import { allow, roleOf } from '../../local/s3/open-s3.ts';
import { answering, timeout } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const CALLER = { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/eva` };
const ASKED = { stack: 'reseal-prod', region: REGION };
const OUTPUTS = { Version: '0.2.0', LedgerTableName: 'ledger', SweepFunctionName: 'sweep', BatchRoleArn: 'arn' };

async function openStack(outputs: Readonly<Record<string, string>> = OUTPUTS, now = () => new Date()) {
  const open = await openAws({ now });
  const template = {
    Parameters: { OrganizationId: { Type: 'String', Default: 'o-a1b2c3d4e5' } },
    Resources: { SweepQueue: { Type: 'AWS::SQS::Queue' }, Again: { Type: 'AWS::SNS::Topic' } },
    Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
  };
  const command = new CreateStackCommand({ StackName: ASKED.stack, TemplateBody: JSON.stringify(template) });
  await open.clients.cloudFormation.send(command);
  return open;
}

test('a hub is read by its stack, with its outputs, its parameters and the URLs of its queues', async () => {
  await using open = await openStack();
  const { cloudFormation } = open.clients;
  const hub = await createHubStack(cloudFormation, CALLER)(ASKED);
  assert.deepEqual(hub, {
    ...ASKED,
    account: ACCOUNT,
    version: '0.2.0',
    table: 'ledger',
    sweepFunction: 'sweep',
    outputs: new Map(Object.entries(OUTPUTS)),
    parameters: new Map([['OrganizationId', 'o-a1b2c3d4e5']]),
  });
  const queues = await createStackQueues(cloudFormation)(ASKED);
  assert.deepEqual([...queues.keys()], ['SweepQueue']);
  assert.match(queues.get('SweepQueue') ?? '', /\/111111111111\/reseal-prod-SweepQueue-/);
});

test('a stack that is not there, or is no hub, is named with its account and Region, and what to say', async () => {
  await using open = await openStack({ Version: '0.2.0' });
  const read = createHubStack(open.clients.cloudFormation, CALLER);
  await assert.rejects(read({ ...ASKED, stack: 'other' }), {
    code: 'no-hub',
    message: `there is no stack other in account ${ACCOUNT}, ${REGION}. Say with --stack which stack the hub has, and with --hub-region in which Region it is; the credentials must be of the hub's account`,
  });
  await assert.rejects(read(ASKED), {
    code: 'no-hub',
    message:
      /^stack reseal-prod of account 111111111111 in eu-west-1 is no hub of Reseal, or its deployment has not ended \(CREATE_COMPLETE\): expected the outputs Version, LedgerTableName and SweepFunctionName\. Say with --stack /,
  });
});

test('who may not read the stack, whose session has ended, and whom nobody answers is told so', async () => {
  let nowMs = Date.now();
  await using open = await openStack(OUTPUTS, () => new Date(nowMs));
  const { identity } = open.aws.world;
  const role = roleOf('looker', [allow('s3:*')]);
  identity.putRole(role);
  const session = identity.startSession(role.arn, 's', { service: 'lambda.amazonaws.com' });
  await using denied = createClients(open.aws, { account: ACCOUNT, region: REGION, credentials: session });
  await assert.rejects(createHubStack(denied.cloudFormation, CALLER)(ASKED), {
    code: 'unreadable',
    message:
      /^CloudFormation did not describe stack reseal-prod of account 111111111111 in eu-west-1: AccessDenied.+; allow arn:aws:iam::111111111111:user\/eva cloudformation:DescribeStacks$/,
  });
  nowMs += 24 * 3_600_000;
  await assert.rejects(createHubStack(denied.cloudFormation, CALLER)(ASKED), {
    code: 'unreadable',
    message: /; the AWS credentials of this shell are missing or not valid: /,
  });
  const silent = new CloudFormationClient(answering(timeout()));
  await assert.rejects(createHubStack(silent, CALLER)(ASKED), {
    code: 'unreadable',
    message: /; check the network, and try again$/,
  });
});
