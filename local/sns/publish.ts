import { randomUUID } from 'node:crypto';
import type { MessageAttributeValue, PublishInput } from '@aws-sdk/client-sns';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { QueueFeed } from '../world.ts';
import type { Delivery, Notification, Notifications } from './notifications.ts';
import { invalidParameter } from './topics.ts';
import type { Subscription, Topic, Topics } from './topics.ts';

const LARGEST_MESSAGE_BYTES = 256 * 1024;

/** Printable ASCII; a subject begins with a letter, a digit or punctuation. */
const SUBJECT = /^[!-~][ -~]{0,99}$/;

export interface PublishDeps {
  readonly topics: Topics;
  readonly queues: Pick<QueueFeed, 'deliver'>;
  readonly notifications: Notifications;
}

/** Publish: keeps the message and hands it to the queues that are subscribed (SNS API, Publish). */
export function createPublish({ topics, queues, notifications }: PublishDeps) {
  return (input: PublishInput, call: Call) => {
    const topic = topics.get(input.TopicArn, call.region);
    checkMessage(input);
    const notification: Notification = {
      id: randomUUID(),
      time: call.time.toISOString(),
      topicArn: topic.arn,
      ...(input.Subject === undefined ? {} : { subject: input.Subject }),
      message: input.Message ?? '',
      attributes: textAttributes(input.MessageAttributes ?? {}),
      deliveries: [],
    };
    for (const subscription of topic.subscriptions) {
      notification.deliveries.push(deliver(notification, { subscription, topic, queues }));
    }
    notifications.add(notification);
    return { MessageId: notification.id };
  };
}

function checkMessage({ Message: message = '', Subject: subject }: PublishInput): void {
  if (message === '') throw invalidParameter('Empty message');
  if (Buffer.byteLength(message) > LARGEST_MESSAGE_BYTES) throw invalidParameter('Message too long');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalidParameter('Subject');
}

function textAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType: type, StringValue: value }]) => {
      if (type !== 'String' || value === undefined) {
        throw notEmulated(`A message attribute of the type ${type} (${name}) of sns Publish`);
      }
      return [name, value];
    }),
  );
}

interface Way {
  readonly subscription: Subscription;
  readonly topic: Topic;
  readonly queues: Pick<QueueFeed, 'deliver'>;
}

/** What a queue refuses is not tried again: neither a missing queue nor a missing permission heals by itself. */
function deliver(notification: Notification, { subscription, topic, queues }: Way): Delivery {
  const { protocol, endpoint, isPending, isRaw } = subscription;
  if (isPending) return { protocol, endpoint, delivered: false, error: 'the subscription is not confirmed' };
  const message = isRaw
    ? { body: notification.message, attributes: notification.attributes }
    : { body: JSON.stringify(envelope(notification, subscription)) };
  const { arn: sourceArn, account: sourceAccount } = topic;
  try {
    queues.deliver(endpoint, message, { principal: 'sns.amazonaws.com', sourceArn, sourceAccount });
    return { protocol, endpoint, delivered: true };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { protocol, endpoint, delivered: false, error: `${error.code}: ${error.message}` };
  }
}

/** SNS guide, "HTTP/HTTPS notification JSON format", which queues get as well. Nothing is signed here. */
function envelope({ id, time, topicArn, subject, message, attributes }: Notification, { arn }: Subscription): object {
  const typed = Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]);
  return {
    Type: 'Notification',
    MessageId: id,
    TopicArn: topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: time,
    SignatureVersion: '1',
    Signature: 'NOT-SIGNED',
    SigningCertURL: '',
    UnsubscribeURL: `http://localhost/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    ...(typed.length === 0 ? {} : { MessageAttributes: Object.fromEntries(typed) }),
  };
}
