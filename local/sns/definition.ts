import * as sdk from '@aws-sdk/client-sns';
import type { Call } from '../call.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { onlySupported, type SupportedMembers } from '../supported-members.ts';
import type { QueueFeed } from '../world.ts';
import { Notifications } from './notifications.ts';
import type { Notification } from './notifications.ts';
import { createPublish } from './publish.ts';
import { createTopicOperations } from './topic-operations.ts';
import { Topics } from './topics.ts';

/** Text messages, mobile pushes, FIFO topics, tags and messages that differ by protocol are not among it. */
const SUPPORTED: SupportedMembers = {
  CreateTopic: ['Name', 'Attributes'],
  DeleteTopic: ['TopicArn'],
  ListTopics: [],
  GetTopicAttributes: ['TopicArn'],
  Subscribe: ['TopicArn', 'Protocol', 'Endpoint', 'Attributes', 'ReturnSubscriptionArn'],
  ListSubscriptionsByTopic: ['TopicArn'],
  Publish: ['TopicArn', 'Message', 'Subject', 'MessageAttributes'],
};

export interface Sns {
  readonly service: ServiceDefinition;
  /** What was published, the newest last. */
  readonly notifications: () => readonly Notification[];
}

/** SNS: standard topics that deliver to queues. */
export function createSns(queues: Pick<QueueFeed, 'deliver'>): Sns {
  const topics = new Topics();
  const notifications = new Notifications();
  const operations = { ...createTopicOperations(topics), Publish: createPublish({ topics, queues, notifications }) };
  return {
    service: {
      id: 'sns',
      signingName: 'sns',
      protocol: 'awsQuery',
      sdk,
      operations: onlySupported('sns', operations, SUPPORTED),
      permissions: permissionsOn(topics),
    },
    notifications: () => notifications.list(),
  };
}

function permissionsOn(topics: Topics): ServiceDefinition['permissions'] {
  const on =
    (action: string) =>
    ({ TopicArn: resource = '' }: { TopicArn?: string }): Permission[] => {
      const policy = topics.find(resource)?.policy;
      const owner = resource.split(':')[4] ?? '';
      return [{ action, resource, owner, ...(policy === undefined ? {} : { resourcePolicy: policy }) }];
    };
  return {
    CreateTopic: ({ Name = '' }: { Name?: string }, { region, caller }: Call) => [
      { action: 'sns:CreateTopic', resource: `arn:aws:sns:${region}:${caller.accountId}:${Name}` },
    ],
    ListTopics: () => [{ action: 'sns:ListTopics', resource: '*' }],
    DeleteTopic: on('sns:DeleteTopic'),
    GetTopicAttributes: on('sns:GetTopicAttributes'),
    Subscribe: on('sns:Subscribe'),
    ListSubscriptionsByTopic: on('sns:ListSubscriptionsByTopic'),
    Publish: on('sns:Publish'),
  };
}
