import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { LocalAws } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { HUB, MANAGEMENT, MEMBER, openOrganization } from '../organizations/open-organization.ts';

const HOME = 'eu-west-1';
const BUS = `arn:aws:events:${HOME}:${HUB}:event-bus/reseal`;
const ROLE = `arn:aws:iam::${MEMBER}:role/reseal-forward`;
const PATTERN = JSON.stringify({ source: ['test'] });

const putOnHub = { Effect: 'Allow', Action: 'events:PutEvents', Resource: BUS };
const trustEvents = (account: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ],
});

/** What of the usual set-up a test wants otherwise. */
interface Wanted {
  readonly trusted?: string;
  readonly statement?: object;
  readonly condition?: object;
}

/** A hub bus whose rule fills a queue, and a rule in the member's us-east-1 that forwards to it under a role. */
async function openHub({ trusted = MEMBER, statement = putOnHub, condition }: Wanted = {}) {
  const aws = await openOrganization();
  const { identity } = aws.world;
  identity.putRole({
    arn: ROLE,
    name: 'reseal-forward',
    trust: trustEvents(trusted),
    policies: [{ Statement: [statement] }],
  });
  const hub = createClients(aws, { account: HUB, region: HOME });
  await hub.eventBridge.send(new CreateEventBusCommand({ Name: 'reseal' }));
  const ofOrganization = { StringEquals: { 'aws:PrincipalOrgID': 'o-reseallocal' } };
  const fromRole = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/reseal-forward' } };
  const Statement = {
    ...putOnHub,
    Sid: 'organization',
    Principal: '*',
    Condition: condition ?? { ...ofOrganization, ...fromRole },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  await hub.eventBridge.send(new PutPermissionCommand({ EventBusName: 'reseal', Policy }));
  const queue = await queueOf(hub);
  await putRule(hub, 'reseal', { Id: 'queue', Arn: queue.arn, SqsParameters: { MessageGroupId: '$.account' } });
  const member = createClients(aws, { account: MEMBER, region: 'us-east-1' });
  return {
    aws,
    hub,
    member,
    received: async () => {
      const answer = await hub.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, AttributeNames: ['All'] }),
      );
      return answer.Messages ?? [];
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([hub, member].map((each) => each[Symbol.asyncDispose]()));
      await aws.close();
    },
  };
}

type Clients = ReturnType<typeof createClients>;

async function queueOf(hub: Clients) {
  const arn = `arn:aws:sqs:${HOME}:${HUB}:work`;
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
  const { QueueUrl } = await hub.sqs.send(new CreateQueueCommand({ QueueName: 'work', Attributes: { Policy } }));
  return { arn, url: QueueUrl };
}

async function putRule({ eventBridge }: Clients, EventBusName: string, target: Target, Name = 'forward') {
  await eventBridge.send(new PutRuleCommand({ Name, EventBusName, EventPattern: PATTERN }));
  await eventBridge.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [target] }));
}

const toHub: Target = { Id: 'hub', Arn: BUS, RoleArn: ROLE };

async function tell({ eventBridge }: Clients, entry: { EventBusName?: string } = {}): Promise<void> {
  const event = { Source: 'test', DetailType: 'A test', Detail: '{}', ...entry };
  const { FailedEntryCount } = await eventBridge.send(new PutEventsCommand({ Entries: [event] }));
  assert.equal(FailedEntryCount, 0);
}

/** What became of the events at the rule, for the newest event first. */
function fates(aws: LocalAws): (string | boolean)[] {
  return aws.bus.log.events.flatMap(({ rules }) =>
    rules.map(({ error, delivered }) => error?.split(':')[0] ?? delivered),
  );
}

describe('a rule with a bus of another account and Region', () => {
  test('hands on the event as it is, into a message group of the account that it came from', async () => {
    await using open = await openHub();
    await putRule(open.member, 'default', toHub);
    await tell(open.member);
    const [message] = await open.received();
    const { account, region } = JSON.parse(message?.Body ?? '');
    assert.deepEqual([account, region], [MEMBER, 'us-east-1']);
    assert.equal(message?.Attributes?.MessageGroupId, MEMBER);
    assert.deepEqual(
      open.aws.bus.log.events.filter(({ source }) => source === 'test').map(({ bus }) => bus),
      [undefined, BUS],
    );
  });

  test('needs a role from the start, and nothing that is not played', async () => {
    await using open = await openHub();
    const put = (target: Target) => putRule(open.member, 'default', target);
    await assert.rejects(put({ Id: 'hub', Arn: BUS }), { name: 'ValidationException', message: /RoleArn is required/ });
    await assert.rejects(put({ ...toHub, Input: '{}' }), { name: 'NotImplemented' });
    await assert.rejects(put({ ...toHub, InputPath: '$.detail' }), { name: 'NotImplemented' });
    const queue = { Id: 'queue', Arn: `arn:aws:sqs:${HOME}:${MEMBER}:work` };
    await assert.rejects(put(queue), { name: 'ValidationException', message: /another Region/ });
  });

  test('hands on nothing where the role, its trust or the bus policy do not allow it', async () => {
    const refused: Wanted[] = [
      { trusted: HUB },
      { statement: { ...putOnHub, Action: 'events:PutRule' } },
      { condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-another' } } },
      { condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/other' } } },
    ];
    for (const wanted of refused) {
      await using open = await openHub(wanted);
      await putRule(open.member, 'default', toHub);
      await tell(open.member);
      assert.deepEqual(await open.received(), [], JSON.stringify(wanted));
      assert.deepEqual(fates(open.aws), ['AccessDenied'], JSON.stringify(wanted));
    }
  });

  test('hands on nothing from an account that has left, is suspended, or may not by a service control policy', async () => {
    await using open = await openHub();
    const { aws, member } = open;
    await putRule(member, 'default', toHub);
    const deny = { Effect: 'Deny', Action: 'events:PutEvents', Resource: BUS };
    aws.organization.attachPolicy(MEMBER, { Statement: [deny] });
    await tell(member);
    aws.organization.detachPolicies(MEMBER);
    aws.organization.removeAccount(MEMBER);
    await tell(member);
    assert.deepEqual(fates(aws), ['AccessDenied', 'AccessDenied']);
    aws.organization.inviteAccount(MEMBER);
    aws.organization.setState(MEMBER, 'SUSPENDED');
    await assert.rejects(tell(member), { name: 'UnrecognizedClientException' });
    assert.deepEqual(await open.received(), []);
  });

  test('is dropped at the next bus, whoever owns that', async () => {
    await using open = await openHub();
    const { aws, hub, member } = open;
    await putRule(member, 'default', toHub);
    const name = 'onwards';
    const arn = `arn:aws:iam::${HUB}:role/${name}`;
    const all = { Effect: 'Allow', Action: 'events:PutEvents', Resource: '*' };
    aws.world.identity.putRole({ arn, name, trust: trustEvents(HUB), policies: [{ Statement: [all] }] });
    const targets = [
      [`arn:aws:events:${HOME}:${MANAGEMENT}:event-bus/default`, 'THIRD_ACCOUNT_HOP_DETECTED'],
      [`arn:aws:events:us-west-2:${HUB}:event-bus/default`, 'THIRD_REGION_HOP_DETECTED'],
      [`arn:aws:events:${HOME}:${HUB}:event-bus/default`, 'Dropped'],
    ] as const;
    for (const [Arn, fate] of targets) {
      await putRule(hub, 'reseal', { Id: 'on', Arn, RoleArn: arn }, 'on');
      await tell(member);
      assert.ok(fates(aws).includes(fate), `${fate}: ${fates(aws).join()}`);
    }
    assert.equal((await open.received()).length, 3);
  });
});

test('an event may be lost or doubled on its way to the other bus', async () => {
  await using open = await openHub();
  await putRule(open.member, 'default', toHub);
  open.aws.bus.faults.add({ kind: 'lose' }, { bus: BUS });
  open.aws.bus.faults.add({ kind: 'duplicate' }, { bus: BUS });
  await tell(open.member);
  assert.equal((await open.received()).length, 0);
  await tell(open.member);
  assert.equal((await open.received()).length, 2);
});

describe('a bus', () => {
  test('takes events of another account only where its policy lets it', async () => {
    await using open = await openHub();
    const stranger = tell(open.member, { EventBusName: BUS });
    await assert.rejects(stranger, { name: 'AccessDeniedException' });
    await open.hub.eventBridge.send(
      new PutPermissionCommand({
        EventBusName: 'reseal',
        Action: 'events:PutEvents',
        Principal: MEMBER,
        StatementId: 'member',
      }),
    );
    await tell(open.member, { EventBusName: BUS });
    assert.equal((await open.received()).length, 1);
    const { Policy = '' } = await open.hub.eventBridge.send(new DescribeEventBusCommand({ Name: 'reseal' }));
    assert.deepEqual(
      JSON.parse(Policy).Statement.map(({ Sid }: { Sid: string }) => Sid),
      ['organization', 'member'],
    );
  });

  test('that does not exist takes nothing', async () => {
    await using open = await openHub();
    await assert.rejects(tell(open.member, { EventBusName: 'none' }), { name: 'ResourceNotFoundException' });
  });
});

test('a rule goes once its targets are gone', async () => {
  await using open = await openHub();
  await putRule(open.member, 'default', toHub);
  const { eventBridge } = open.member;
  const drop = () => eventBridge.send(new DeleteRuleCommand({ Name: 'forward' }));
  await assert.rejects(drop(), { name: 'ValidationException' });
  await eventBridge.send(new RemoveTargetsCommand({ Rule: 'forward', Ids: ['hub'] }));
  const { Targets } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: 'forward' }));
  assert.deepEqual(Targets, []);
  await drop();
  const list = eventBridge.send(new ListTargetsByRuleCommand({ Rule: 'forward' }));
  await assert.rejects(list, { name: 'ResourceNotFoundException' });
});
