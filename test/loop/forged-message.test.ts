import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createClients } from '../local/clients.ts';
import { sessionThatMay } from '../local/role-session.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT, bucketPk, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';
import { publish } from './publish.ts';

const QUEUES = [
  'AssessQueue',
  'SweepQueue',
  'JobQueue',
  'ObjectQueue',
  'InlineQueue',
  'RuleDeadLetters',
  'AssessDeadLetters',
  'SweepDeadLetters',
  'JobDeadLetters',
  'ObjectDeadLetters',
  'SweepRunDeadLetters',
  'AnnounceDeadLetters',
];

let stack: DeployedStack;
before(async () => {
  stack = await deployStack();
});
after(() => stack[Symbol.asyncDispose]());

const forged = JSON.stringify({
  reseal: 'assess',
  version: 1,
  bucket: 'data',
  account: ACCOUNT,
  region: REGION,
  cause: 'tagged',
  at: '2026-11-02T10:00:00Z',
  causeId: 'forged',
  actor: `arn:aws:iam::${ACCOUNT}:role/security-admin`,
  tags: [{ key: 'reseal-exempt-until', value: '2026-12-31' }],
  attempt: 0,
  observe: false,
});

/** Sends into every queue, and says which took it. */
async function taken({ sqs }: DeployedStack['clients']): Promise<string[]> {
  const took = QUEUES.map(async (queue) => {
    try {
      await sqs.send(new SendMessageCommand({ QueueUrl: stack.named(queue), MessageBody: forged }));
      return [queue];
    } catch (error) {
      assert.match(String(error), /not authorized to perform: sqs:SendMessage .*explicit deny/i);
      return [];
    }
  });
  return (await Promise.all(took)).flat();
}

test('whoever may send to queues may not send to these, and the administrator neither', async () => {
  const credentials = sessionThatMay(stack.aws, { actions: ['sqs:*'], resource: '*' });
  await using other = createClients(stack.aws, { credentials, region: REGION });
  assert.deepEqual(await taken(other), []);
  assert.deepEqual(await taken(stack.clients), []);
});

test('the functions reach each queue that is theirs', async () => {
  const reached: Record<string, string[]> = {};
  for (const role of [
    'HubAssessBucketRole',
    'HubSweepRole',
    'HubTrackJobRole',
    'HubReencryptObjectRole',
    'HubAnnounceChangeRole',
  ]) {
    const arn = `arn:aws:iam::${ACCOUNT}:role/${stack.named(role)}`;
    const credentials = stack.aws.world.identity.startSession(arn, 's', { service: 'lambda.amazonaws.com' });
    await using clients = createClients(stack.aws, { credentials, region: REGION });
    const answers = QUEUES.map(async (queue) => {
      try {
        await clients.sqs.send(new SendMessageCommand({ QueueUrl: stack.named(queue), MessageBody: '{}' }));
        return [queue];
      } catch {
        return [];
      }
    });
    reached[role] = (await Promise.all(answers)).flat();
  }
  assert.deepEqual(reached, {
    HubAssessBucketRole: ['SweepQueue', 'JobQueue', 'AssessDeadLetters'],
    HubSweepRole: ['SweepQueue', 'JobQueue', 'ObjectQueue', 'InlineQueue', 'SweepRunDeadLetters'],
    HubTrackJobRole: ['JobQueue', 'ObjectQueue', 'InlineQueue', 'JobDeadLetters'],
    HubReencryptObjectRole: ['JobQueue', 'ObjectQueue', 'InlineQueue', 'ObjectDeadLetters'],
    HubAnnounceChangeRole: ['AnnounceDeadLetters'],
  });
});

test('what EventBridge brings vouches for a tag, and a message that a function were to send does not', async () => {
  const requests = `{ tag: reseal-exempt-until, setBy: ['arn:aws:iam::${ACCOUNT}:root'], maxDays: 366 }`;
  const standard = '{ algorithm: aws:kms, key: alias/reseal }';
  let aheadMs = 0;
  await using asked = await deployStack({ now: () => new Date(Date.now() + aheadMs) });
  await publish(asked, `version: 1\nmode: observe\nstandard: ${standard}\nexceptionRequests: ${requests}\n`);
  const until = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
  const TagSet = [{ Key: 'reseal-exempt-until', Value: until }];
  const verdicts: unknown[] = [];
  for (const [bucket, isHeard] of [
    ['proven', true],
    ['forged', false],
  ] as const) {
    await makeBucket(asked.clients.s3, bucket, REGION);
    await asked.idle();
    // Another second than that of the look.
    aheadMs += 5_000;
    if (!isHeard) asked.aws.bus.faults.add({ kind: 'lose' });
    await asked.clients.s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }));
    const tags = [{ key: 'reseal-exempt-until', value: until }];
    if (!isHeard) {
      await asked.sendAsSweep(
        JSON.stringify({ ...JSON.parse(forged), bucket, tags, actor: `arn:aws:iam::${ACCOUNT}:root` }),
      );
    }
    await asked.idle();
    verdicts.push((await asked.item(bucketPk(bucket)))?.['verdict']);
  }
  assert.deepEqual(verdicts, ['exempt', 'repair']);
});

test('what looks like an event is buried where only our own functions send, also if they were to send it', async () => {
  await stack.idle();
  await stack.waiting('AssessDeadLetters');
  stack.aws.bus.faults.add({ kind: 'lose' });
  await makeBucket(stack.clients.s3, 'unseen', REGION);
  const event = {
    id: '0f4e5a6b-0000-4000-8000-000000000000',
    source: 'aws.s3',
    'detail-type': 'AWS API Call via CloudTrail',
    account: ACCOUNT,
    region: REGION,
    time: '2026-11-02T10:00:00Z',
    detail: { eventName: 'PutBucketEncryption', requestParameters: { bucketName: 'unseen' } },
  };
  await stack.sendAsSweep(JSON.stringify(event));
  await stack.idle();
  const buried = await stack.waiting('AssessDeadLetters');
  assert.deepEqual(
    buried.map(({ MessageAttributes }) => MessageAttributes?.['code']?.StringValue),
    ['malformed-message'],
  );
  assert.equal(await stack.item(bucketPk('unseen')), undefined);
});
