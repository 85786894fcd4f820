import { z } from 'zod';
import { notEmulated } from '../errors.ts';
import type { RuleTarget } from '../world.ts';
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
  async (logicalId, { QueueName, Tags: _tags, ...settings }, place) => {
    const name = QueueName ?? physicalName(logicalId, place, 80);
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    const Attributes = Object.fromEntries(
      given.map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
    );
    const { QueueUrl } = created.parse(
      await place.world.invoke('sqs', 'CreateQueue', { QueueName: name, Attributes }, place.as),
    );
    return {
      ref: QueueUrl,
      attributes: { Arn: `arn:aws:sqs:${place.region}:${place.account}:${name}`, QueueName: name, QueueUrl },
    };
  },
);

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
  return { ref: TopicArn, attributes: { TopicArn, TopicName: name } };
});

/** EventBridge's own retry policy where the target has none. */
const DEFAULT_RETRY = { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 };

const target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  Input: z.string().optional(),
  RetryPolicy: z
    .strictObject({ MaximumRetryAttempts: number.optional(), MaximumEventAgeInSeconds: number.optional() })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
});

const ruleProperties = z.strictObject({
  Name: z.string().optional(),
  Description: ignored,
  EventBusName: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  EventPattern: z.unknown().optional(),
  ScheduleExpression: z.string().optional(),
  Targets: z.array(target).default([]),
});

export const makeRule = maker('AWS::Events::Rule', ruleProperties, (logicalId, properties, place) => {
  const {
    Name: name = physicalName(logicalId, place, 64),
    EventBusName: bus = 'default',
    EventPattern: pattern,
    ScheduleExpression: schedule,
  } = properties;
  if (bus !== 'default') {
    throw notEmulated(`An event bus other than default (${logicalId})`);
  }
  const arn = `arn:aws:events:${place.region}:${place.account}:rule/${name}`;
  place.rules.put({
    arn,
    name,
    account: place.account,
    region: place.region,
    enabled: properties.State !== 'DISABLED',
    targets: properties.Targets.map(readTarget),
    ...(pattern === undefined ? {} : { pattern }),
    ...(schedule === undefined ? {} : { schedule }),
  });
  return { ref: name, attributes: { Arn: arn } };
});

function readTarget({ Id, Arn, Input, RetryPolicy, DeadLetterConfig }: z.infer<typeof target>): RuleTarget {
  const retry = { ...DEFAULT_RETRY, ...RetryPolicy };
  return {
    id: Id,
    arn: Arn,
    retryAttempts: retry.MaximumRetryAttempts ?? DEFAULT_RETRY.MaximumRetryAttempts,
    maxAgeSeconds: retry.MaximumEventAgeInSeconds ?? DEFAULT_RETRY.MaximumEventAgeInSeconds,
    ...(Input === undefined ? {} : { input: Input }),
    ...(DeadLetterConfig === undefined ? {} : { deadLetterArn: DeadLetterConfig.Arn }),
  };
}
