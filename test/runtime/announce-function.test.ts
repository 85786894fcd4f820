import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EnableSecurityHubCommand, GetFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../aws/fixture.ts';
import { itemOf } from '../aws/ledger/ledger-item-of.ts';
import { announcedKey } from '../../src/ledger/announced-item.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { heldImage, imageOf } from '../announcements/ledger-images.ts';
import { functionEnvironment, memberRole } from './function-environment.ts';
import { invokeInChild } from './invoke-in-child.ts';

let local: Fixture;
before(async () => {
  local = await openAws();
  local.aws.world.identity.putRole(memberRole());
});
after(() => local[Symbol.asyncDispose]());

/** A batch as Lambda hands it over: records of one bucket's item. */
function batchOf(...changes: [before: object, after: object][]) {
  const keys = bucketKey(imageOf());
  return {
    Records: changes.map(([old, now], at) => ({
      eventID: `e${at}`,
      eventName: 'MODIFY',
      eventSource: 'aws:dynamodb',
      eventSourceARN: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TABLE}/stream/2026-11-02T10:00:00.000`,
      dynamodb: {
        Keys: marshall(keys),
        OldImage: marshall({ ...keys, ...old }),
        NewImage: marshall({ ...keys, ...now }),
        SequenceNumber: `10000000000000000000${at}`,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    })),
  };
}

async function announce(topicArn: string, payload: object) {
  return invokeInChild({
    module: 'functions/announce-change.ts',
    payload,
    environment: functionEnvironment(local.aws.endpoint, {
      NOTIFY_TOPIC_ARN: topicArn,
      PARTITION: 'aws',
      SECURITY_HUB: 'auto',
    }),
  });
}

test('announce-change sends a hold and its end to the ledger, the bus, the topic and Security Hub, once', async () => {
  const config = local.aws.clientConfig({ account: ACCOUNT, region: REGION });
  const [sns, securityHub] = [new SNSClient(config), new SecurityHubClient(config)];
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'people' }));
  await securityHub.send(new EnableSecurityHubCommand({ EnableDefaultStandards: false }));
  const findings = async () => {
    const { Findings = [] } = await securityHub.send(new GetFindingsCommand({}));
    return Findings.map(({ RecordState, Compliance, CreatedAt }) => [RecordState, Compliance?.Status, CreatedAt]);
  };
  const over = imageOf({ assessedAt: '2026-11-03T10:00:00.000Z' });

  const first = await announce(TopicArn, batchOf([imageOf(), heldImage()]));
  assert.deepEqual(first.outcome, { result: { batchItemFailures: [] } });
  assert.deepEqual(await findings(), [['ACTIVE', 'FAILED', '2026-11-02T10:16:30.000Z']]);

  const second = await announce(TopicArn, batchOf([imageOf(), heldImage()], [heldImage(), over]));
  assert.deepEqual(second.outcome, { result: { batchItemFailures: [] } });
  assert.deepEqual(await findings(), [['ARCHIVED', 'PASSED', '2026-11-02T10:16:30.000Z']]);

  const page = await fetch(`${local.aws.endpoint}/_local/notifications`);
  const { notifications }: { notifications: { subject: string }[] } = JSON.parse(await page.text());
  assert.deepEqual(
    notifications.map(({ subject }) => subject),
    ['Reseal: orders held', 'Reseal: orders hold ended'],
  );
  assert.deepEqual(
    local.aws.bus.log.events
      .filter(({ source }) => source === 'reseal')
      .map(({ detailType, account, region }) => [detailType, account, region]),
    ['Reseal Bucket Held', 'Reseal Hold Ended'].map((detailType) => [detailType, ACCOUNT, REGION]),
  );
  const done = second.lines.filter(({ message }) => message === 'done');
  assert.deepEqual(
    done.map(({ bucket, kind }) => [bucket, kind]),
    [['111111111111/eu-west-1/orders', 'announced']],
  );
  const item = await itemOf(local.clients.dynamoDb, announcedKey(bucketKey(imageOf())));
  assert.deepEqual(
    [item?.['standing'], item?.['finding']],
    [
      'good',
      {
        createdAt: '2026-11-02T10:16:30.000Z',
        says: 'good',
        text: '01a37cc44947880e',
        isOpen: false,
        sentAt: '2026-11-03T10:00:00.000Z',
      },
    ],
  );
});

test('announce-change goes without a topic, and without Security Hub where it is not enabled', async () => {
  await using other = await openAws();
  const before = local;
  local = other;
  const { outcome } = await announce('none', batchOf([imageOf(), heldImage()]));
  local = before;
  assert.deepEqual(outcome, { result: { batchItemFailures: [] } });
  const item = await itemOf(other.clients.dynamoDb, announcedKey(bucketKey(imageOf())));
  assert.equal(item?.['finding'], undefined);
});
