import * as sdk from '@aws-sdk/client-sqs';
import type { Call } from '../call.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import type { QueueFeed, World } from '../world.ts';
import { createFeed } from './queue-feed.ts';
import { QueueDirectory, queueArn, readQueueUrl } from './queue-directory.ts';
import { createQueueOperations } from './queue-operations.ts';
import type { OnQueue } from './queue-operations.ts';
import { createReceiveOperations } from './receive-operations.ts';
import { createSendOperations } from './send-operations.ts';

export interface Sqs {
  readonly definition: ServiceDefinition;
  readonly feed: QueueFeed;
  /** To be called after the clock has jumped: delays and visibility timeouts that are over now end. */
  clockMoved(): void;
  /** Shows every message that waits for the delay of its queue. */
  endDelays(): void;
  close(): void;
}

/** Standard queues of every account and Region. `endpoint` is the origin that queue URLs are given out under. */
export function createSqs(world: Pick<World, 'now' | 'activity' | 'identity'>, endpoint: () => string): Sqs {
  const queues = new QueueDirectory(world);
  const operations = {
    ...createQueueOperations(queues, endpoint),
    ...createSendOperations(queues),
    ...createReceiveOperations(queues, () => world.now().getTime()),
  };
  return {
    definition: {
      id: 'sqs',
      signingName: 'sqs',
      protocol: 'awsJson1.0',
      sdk,
      operations,
      permissions: permissionsOn(queues),
    },
    feed: createFeed(queues, world.identity),
    clockMoved: () => queues.showDue(),
    endDelays: () => queues.endDelays(),
    close: () => queues.close(),
  };
}

function permissionsOn(queues: QueueDirectory): ServiceDefinition['permissions'] {
  const on = (action: string) => (input: OnQueue, call: Call) =>
    onQueue(action, readQueueUrl(input.QueueUrl, call.region));
  const onName = (action: string) => (input: { QueueName?: string; QueueOwnerAWSAccountId?: string }, call: Call) =>
    onQueue(action, {
      account: input.QueueOwnerAWSAccountId ?? call.caller.accountId,
      region: call.region,
      name: input.QueueName ?? '',
    });
  const onQueue = (action: string, address: Parameters<typeof queueArn>[0]): Permission[] => {
    const resource = queueArn(address);
    const policy = queues.find(resource)?.settings.policy;
    return [{ action, resource, owner: address.account, ...(policy === undefined ? {} : { resourcePolicy: policy }) }];
  };
  return {
    CreateQueue: onName('sqs:CreateQueue'),
    GetQueueUrl: onName('sqs:GetQueueUrl'),
    ListQueues: (_input: object, call: Call) => [
      {
        action: 'sqs:ListQueues',
        resource: queueArn({ account: call.caller.accountId, region: call.region, name: '*' }),
      },
    ],
    DeleteQueue: on('sqs:DeleteQueue'),
    GetQueueAttributes: on('sqs:GetQueueAttributes'),
    SetQueueAttributes: on('sqs:SetQueueAttributes'),
    PurgeQueue: on('sqs:PurgeQueue'),
    SendMessage: on('sqs:SendMessage'),
    SendMessageBatch: on('sqs:SendMessage'),
    ReceiveMessage: on('sqs:ReceiveMessage'),
    DeleteMessage: on('sqs:DeleteMessage'),
    DeleteMessageBatch: on('sqs:DeleteMessage'),
    ChangeMessageVisibility: on('sqs:ChangeMessageVisibility'),
  };
}
