import * as sdk from '@aws-sdk/client-sqs';
import type { Call } from '../call.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import type { Keys, QueueFeed, World } from '../world.ts';
import { createFeed } from './queue-feed.ts';
import { queueKeyUse, SENDING } from './queue-key.ts';
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
export function createSqs(world: Pick<World, 'now' | 'activity' | 'identity' | 'keys'>, endpoint: () => string): Sqs {
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
      permissions: permissionsOn(queues, world.keys),
    },
    feed: createFeed(queues, world),
    clockMoved: () => queues.showDue(),
    endDelays: () => queues.endDelays(),
    close: () => queues.close(),
  };
}

function permissionsOn(queues: QueueDirectory, keys: Keys): ServiceDefinition['permissions'] {
  const on = (action: string) => (input: OnQueue, call: Call) =>
    onQueue(action, readQueueUrl(input.QueueUrl, call.region));
  const onMessages =
    (action: string, ofKey: readonly string[]) =>
    (input: OnQueue, call: Call): Permission[] => {
      const address = readQueueUrl(input.QueueUrl, call.region);
      return [...onQueue(action, address), ...queueKeyUse(queues.find(queueArn(address)), ofKey, keys)];
    };
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
    SendMessage: onMessages('sqs:SendMessage', SENDING),
    SendMessageBatch: onMessages('sqs:SendMessage', SENDING),
    ReceiveMessage: onMessages('sqs:ReceiveMessage', ['kms:Decrypt']),
    DeleteMessage: on('sqs:DeleteMessage'),
    DeleteMessageBatch: on('sqs:DeleteMessage'),
    ChangeMessageVisibility: on('sqs:ChangeMessageVisibility'),
  };
}
