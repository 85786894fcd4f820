import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SubscribeCommand,
  type PublishCommandInput,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:news';
const QUEUE = 'arn:aws:sqs:eu-west-1:111111111111:news-queue';

const policyFor = (sourceArn: string): string =>
  JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: QUEUE,
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      },
    ],
  });

/** A topic, and a queue whose policy lets `lets` in. */
async function openTopic(lets: string = TOPIC) {
  const aws = await startLocal({ now: () => new Date('2026-11-22T01:02:03.456Z') });
  const clients = createClients(aws);
  await clients.sns.send(new CreateTopicCommand({ Name: 'news' }));
  const { QueueUrl } = await clients.sqs.send(
    new CreateQueueCommand({ QueueName: 'news-queue', Attributes: { Policy: policyFor(lets) } }),
  );
  return {
    aws,
    ...clients,
    subscribe: (Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) =>
      clients.sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol, Endpoint, Attributes })),
    publish: (input: Partial<PublishCommandInput> = {}) =>
      clients.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello', ...input })),
    received: async () => {
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      );
      return Messages;
    },
    notifications: async () => {
      const { notifications }: { notifications?: unknown } = Object(
        await (await fetch(`${aws.endpoint}/_local/notifications`)).json(),
      );
      return notifications;
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

describe('a topic', () => {
  test('is made once, listed, described and deleted', async () => {
    await using open = await openTopic();
    assert.equal((await open.sns.send(new CreateTopicCommand({ Name: 'news' }))).TopicArn, TOPIC);
    const other = new CreateTopicCommand({ Name: 'news', Attributes: { DisplayName: 'Other' } });
    await assert.rejects(open.sns.send(other), { name: 'InvalidParameterException' });
    assert.deepEqual((await open.sns.send(new ListTopicsCommand({}))).Topics, [{ TopicArn: TOPIC }]);
    await open.subscribe('email', 'ops@example.com');
    const { Attributes } = await open.sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
    assert.deepEqual(Attributes, {
      TopicArn: TOPIC,
      Owner: '111111111111',
      DisplayName: '',
      SubscriptionsConfirmed: '0',
      SubscriptionsPending: '1',
      SubscriptionsDeleted: '0',
    });
    await open.sns.send(new DeleteTopicCommand({ TopicArn: TOPIC }));
    await open.sns.send(new DeleteTopicCommand({ TopicArn: TOPIC }));
    assert.deepEqual((await open.sns.send(new ListTopicsCommand({}))).Topics, []);
    await assert.rejects(open.publish(), { name: 'NotFoundException', message: 'Topic does not exist' });
  });

  test('hands its messages to a queue as they are, and keeps them', async () => {
    await using open = await openTopic();
    const { SubscriptionArn } = await open.subscribe('sqs', QUEUE, { RawMessageDelivery: 'true' });
    assert.match(SubscriptionArn ?? '', new RegExp(`^${TOPIC}:[0-9a-f-]{36}$`));
    const attributes = { kind: { DataType: 'String', StringValue: 'repair' } };
    const { MessageId } = await open.publish({ Subject: 'Repaired', MessageAttributes: attributes });
    const [message] = await open.received();
    assert.deepEqual([message?.Body, message?.MessageAttributes], ['hello', attributes]);
    assert.deepEqual(await open.notifications(), [
      {
        id: MessageId,
        time: '2026-11-22T01:02:03.456Z',
        topicArn: TOPIC,
        subject: 'Repaired',
        message: 'hello',
        attributes: { kind: 'repair' },
        deliveries: [{ protocol: 'sqs', endpoint: QUEUE, delivered: true }],
      },
    ]);
  });

  test('wraps its messages for a queue that does not want them raw', async () => {
    await using open = await openTopic();
    await open.subscribe('sqs', QUEUE);
    const { MessageId } = await open.publish({ Subject: 'Repaired' });
    const [message] = await open.received();
    const {
      Signature: _signature,
      SigningCertURL: _url,
      UnsubscribeURL: _leave,
      ...body
    } = JSON.parse(message?.Body ?? '{}');
    assert.deepEqual(body, {
      Type: 'Notification',
      MessageId,
      TopicArn: TOPIC,
      Subject: 'Repaired',
      Message: 'hello',
      Timestamp: '2026-11-22T01:02:03.456Z',
      SignatureVersion: '1',
    });
  });

  test('does not reach a queue whose policy lets another topic in, nor an address that nobody confirmed', async () => {
    await using open = await openTopic(`${TOPIC}-of-others`);
    await open.subscribe('sqs', QUEUE);
    assert.equal((await open.subscribe('email', 'ops@example.com')).SubscriptionArn, 'pending confirmation');
    await open.publish();
    assert.deepEqual(await open.received(), []);
    const [{ deliveries }] = Object(await open.notifications());
    assert.deepEqual(
      deliveries.map(({ delivered, error }: { delivered: boolean; error: string }) => [delivered, error.split(':')[0]]),
      [
        [false, 'AccessDenied'],
        [false, 'the subscription is not confirmed'],
      ],
    );
    const { Subscriptions } = await open.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    assert.deepEqual(
      Subscriptions?.map(({ SubscriptionArn, Protocol }) => [SubscriptionArn === 'PendingConfirmation', Protocol]),
      [
        [false, 'sqs'],
        [true, 'email'],
      ],
    );
  });

  for (const [what, input, refusal] of [
    [
      'an empty message',
      { Message: '' },
      { name: 'InvalidParameterException', message: 'Invalid parameter: Empty message' },
    ],
    [
      'a message over 256 KB',
      { Message: 'x'.repeat(262_145) },
      { name: 'InvalidParameterException', message: 'Invalid parameter: Message too long' },
    ],
    [
      'a subject of 101 characters',
      { Subject: 'x'.repeat(101) },
      { name: 'InvalidParameterException', message: 'Invalid parameter: Subject' },
    ],
    [
      'a subject of two lines',
      { Subject: 'a\nb' },
      { name: 'InvalidParameterException', message: 'Invalid parameter: Subject' },
    ],
    [
      'a subject that is not ASCII',
      { Subject: 'Grüße' },
      { name: 'InvalidParameterException', message: 'Invalid parameter: Subject' },
    ],
    [
      'a topic of another Region',
      { TopicArn: TOPIC.replace('eu-west-1', 'eu-west-2') },
      { name: 'InvalidParameterException', message: 'Invalid parameter: TopicArn' },
    ],
    ['a topic that is not there', { TopicArn: `${TOPIC}-none` }, { name: 'NotFoundException' }],
    [
      'messages that differ by protocol',
      { MessageStructure: 'json' },
      { name: 'NotImplemented', message: /MessageStructure/ },
    ],
  ] as const) {
    test(`refuses ${what}`, async () => {
      await using open = await openTopic();
      await assert.rejects(open.publish(input), refusal);
      assert.deepEqual(await open.notifications(), []);
    });
  }

  test('refuses by name the subscriptions that nothing here serves', async () => {
    await using open = await openTopic();
    await assert.rejects(open.subscribe('https', 'https://example.com'), {
      name: 'NotImplemented',
      message: /protocol https/,
    });
    await assert.rejects(open.subscribe('sqs', QUEUE, { FilterPolicy: '{}' }), {
      name: 'NotImplemented',
      message: /FilterPolicy/,
    });
    await assert.rejects(open.subscribe('sqs', 'news-queue'), { name: 'InvalidParameterException' });
  });

  test('takes messages of roles that may publish to it only', async () => {
    await using open = await openTopic();
    const credentials = sessionThatMay(open.aws, { actions: ['sns:Publish'], resource: TOPIC });
    await using limited = createClients(open.aws, { credentials });
    await limited.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello' }));
    const attributes = new GetTopicAttributesCommand({ TopicArn: TOPIC });
    await assert.rejects(limited.sns.send(attributes), {
      name: 'AuthorizationErrorException',
      message: /sns:GetTopicAttributes/,
    });
  });

  test('of another account takes messages where its policy says so', async () => {
    await using open = await openTopic();
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '222222222222' },
      Action: 'sns:Publish',
      Resource: `${TOPIC}-shared`,
    };
    const Policy = JSON.stringify({ Statement: [statement] });
    await open.sns.send(new CreateTopicCommand({ Name: 'news-shared', Attributes: { Policy } }));
    await using foreign = createClients(open.aws, { account: '222222222222' });
    await foreign.sns.send(new PublishCommand({ TopicArn: `${TOPIC}-shared`, Message: 'hello' }));
    await assert.rejects(foreign.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello' })), {
      name: 'AuthorizationErrorException',
    });
  });
});
