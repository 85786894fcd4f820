import { z } from 'zod';
import { notEmulated } from '../errors.ts';
import { physicalName } from './physical-name.ts';
import { flag, ignored, maker, number } from './resource.ts';

const queueProperties = z.strictObject({
  QueueName: z.string().optional(),
  DelaySeconds: number.optional(),
  VisibilityTimeout: number.optional(),
  MessageRetentionPeriod: number.optional(),
  MaximumMessageSize: number.optional(),
  ReceiveMessageWaitTimeSeconds: number.optional(),
  SqsManagedSseEnabled: flag.optional(),
  KmsMasterKeyId: z.string().optional(),
  RedrivePolicy: z.looseObject({}).optional(),
  RedriveAllowPolicy: z.looseObject({}).optional(),
  Tags: ignored,
});

const created = z.object({ QueueUrl: z.string() });

export const makeQueue = maker(
  'AWS::SQS::Queue',
  queueProperties,
  async (logicalId, properties, place) => {
    const QueueName = properties.QueueName ?? physicalName(logicalId, place, 80);
    const input = { QueueName, Attributes: attributesOf(properties) };
    const { QueueUrl } = created.parse(await place.world.invoke('sqs', 'CreateQueue', input, place.as));
    return {
      ref: QueueUrl,
      attributes: { Arn: `arn:aws:sqs:${place.region}:${place.account}:${QueueName}`, QueueName, QueueUrl },
      remove: async () => void (await place.world.invoke('sqs', 'DeleteQueue', { QueueUrl }, place.as)),
    };
  },
  async (logicalId, properties, place, before) => {
    const { ref: QueueUrl, attributes } = before.created;
    if ((properties.QueueName ?? attributes['QueueName']) !== attributes['QueueName'])
      throw notEmulated(`A new name of ${logicalId}`);
    const input = { QueueUrl, Attributes: attributesOf(properties) };
    await place.world.invoke('sqs', 'SetQueueAttributes', input, place.as);
    return before.created;
  },
);

function attributesOf({ QueueName: _name, Tags: _tags, ...settings }: z.infer<typeof queueProperties>) {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}

export const makeQueuePolicy = maker(
  'AWS::SQS::QueuePolicy',
  z.strictObject({ Queues: z.array(z.string()), PolicyDocument: z.looseObject({}) }),
  async (logicalId, { Queues, PolicyDocument }, place) => {
    for (const QueueUrl of Queues) {
      await place.world.invoke(
        'sqs',
        'SetQueueAttributes',
        { QueueUrl, Attributes: { Policy: JSON.stringify(PolicyDocument) } },
        place.as,
      );
    }
    return { ref: physicalName(logicalId, place, 80), attributes: {} };
  },
  'again',
);

const topicProperties = z.strictObject({
  TopicName: z.string().optional(),
  DisplayName: z.string().optional(),
  Subscription: z.array(z.strictObject({ Protocol: z.string(), Endpoint: z.string() })).default([]),
  // What keeps data at rest safe has no meaning in memory.
  KmsMasterKeyId: ignored,
  Tags: ignored,
});

const createdTopic = z.object({ TopicArn: z.string() });

export const makeTopic = maker('AWS::SNS::Topic', topicProperties, async (logicalId, properties, place) => {
  const {
    TopicName: name = physicalName(logicalId, place, 255),
    DisplayName,
    Subscription: subscriptions,
  } = properties;
  const Attributes = DisplayName === undefined ? {} : { DisplayName };
  const { TopicArn } = createdTopic.parse(
    await place.world.invoke('sns', 'CreateTopic', { Name: name, Attributes }, place.as),
  );
  for (const subscription of subscriptions) {
    await place.world.invoke('sns', 'Subscribe', { TopicArn, ...subscription }, place.as);
  }
  return {
    ref: TopicArn,
    attributes: { TopicArn, TopicName: name },
    remove: async () => void (await place.world.invoke('sns', 'DeleteTopic', { TopicArn }, place.as)),
  };
});
