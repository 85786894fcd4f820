import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PutEventsRequestEntry, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT, bucketPk, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';
import { founding } from './member.ts';

const ORGANIZATION = 'o-reseallocal';
const MEMBER = '222222222222';
const STRANGER = '777777777777';

function openHub(organizationId: string): Promise<DeployedStack> {
  return deployStack({ parameters: { OrganizationId: organizationId }, before: founding(MEMBER) });
}

/** A session of a role of that name that may put events anywhere. */
function sessionOf({ aws }: DeployedStack, account: string, name: string) {
  const arn = `arn:aws:iam::${account}:role/${name}`;
  const trust = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const all = { Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: '*' }] };
  if (aws.world.identity.role(arn) === undefined) aws.world.identity.putRole({ arn, name, trust, policies: [all] });
  return aws.world.identity.startSession(arn, 'test', { service: 'events.amazonaws.com' });
}

/** What becomes of an event that claims to be of a bucket of the member: taken, or the error. */
async function put(stack: DeployedStack, account: string, role: string, over: Partial<PutEventsRequestEntry> = {}) {
  await using clients = createClients(stack.aws, { credentials: sessionOf(stack, account, role), region: REGION });
  const detail = { eventName: 'DeleteBucketEncryption', requestParameters: { bucketName: 'theirs' } };
  const EventBusName = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/reseal`;
  const entry = { EventBusName, Source: 'forged', DetailType: 'AWS API Call via CloudTrail', ...over };
  const Entries = [{ ...entry, Detail: JSON.stringify({ ...detail, account: MEMBER, recipientAccountId: MEMBER }) }];
  try {
    const { Entries: [answer] = [] } = await clients.eventBridge.send(new PutEventsCommand({ Entries }));
    return answer?.ErrorCode ?? 'taken';
  } catch (error) {
    return error instanceof Error ? error.name : 'UnknownError';
  }
}

test('the bus of an organization takes events of its forward roles alone, and nobody forges one of AWS', async () => {
  await using stack = await openHub(ORGANIZATION);
  const answers = {
    stranger: await put(stack, STRANGER, 'reseal-forward'),
    otherRole: await put(stack, MEMBER, 'somebody'),
    forged: await put(stack, MEMBER, 'reseal-forward', { Source: 'aws.s3' }),
    ownSource: await put(stack, MEMBER, 'reseal-forward'),
  };
  assert.deepEqual(answers, {
    stranger: 'AccessDeniedException',
    otherRole: 'AccessDeniedException',
    forged: 'NotAuthorizedForSourceException',
    // No rule of the hub is for it.
    ownSource: 'taken',
  });
  await stack.idle();
  for (const queue of ['AssessQueue', 'JobQueue', 'MembershipQueue', 'RuleDeadLetters'])
    assert.deepEqual(await stack.waiting(queue), [], queue);
  assert.equal(await stack.item(`BUCKET#${MEMBER}/${REGION}/theirs`), undefined);
});

test('the bus of a hub without an organization takes events of its own account alone', async () => {
  await using stack = await openHub('');
  for (const account of [STRANGER, MEMBER])
    assert.equal(await put(stack, account, 'reseal-forward'), 'AccessDeniedException', account);
  await makeBucket(stack.clients.s3, 'ours', REGION);
  await stack.idle();
  assert.equal((await stack.item(bucketPk('ours')))?.['verdict'], 'repair');
});

test('a hub with the wrong OrganizationId says so in the bucket, and which is right in the account and in the log', async () => {
  await using stack = await openHub('o-another00000');
  await makeBucket(stack.clients.s3, 'ours', REGION);
  await stack.idle();
  const { reasons } = (await stack.item(bucketPk('ours'))) ?? {};
  assert.match(
    JSON.stringify(reasons),
    /"account-unreachable".*deploy infra\/member\/roles\.yml there for this hub and its OrganizationId/,
  );
  const { sweep } = Object(await stack.sweep());
  await stack.idle();
  const { unreached } = (await stack.item('SWEEP#all', `SWEEP#${sweep}`)) ?? {};
  assert.match(
    JSON.stringify(unreached),
    /account 111111111111 cannot be reached.*for this hub and its OrganizationId/,
  );
  const wrong = /deployed with OrganizationId o-another00000, and its account is in organization o-reseallocal/;
  const { unread } = (await stack.item('ACCOUNTS', `ACCOUNT#${ACCOUNT}`)) ?? {};
  assert.match(String(unread), wrong);
  const logs = stack.aws.functions.list().flatMap(({ log }) => log.lines.map((line) => JSON.stringify(line)));
  assert.ok(logs.some((line) => wrong.test(line)));
});
