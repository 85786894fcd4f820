import { AwsError } from '../errors.ts';
import type { Identity, QueueFeed } from '../world.ts';
import type { QueueDirectory } from './queue-directory.ts';
import type { Queue } from './queue.ts';
import { noSuchQueue } from './sqs-error.ts';

/** How EventBridge and Lambda reach queues inside the process. */
export function createFeed(queues: QueueDirectory, identity: Pick<Identity, 'allowsService'>): QueueFeed {
  const find = (arn: string): Queue => {
    const queue = queues.find(arn);
    if (!queue) {
      throw noSuchQueue();
    }
    return queue;
  };
  return {
    deliver: (arn, { body, attributes = {} }, { principal, sourceArn, sourceAccount }) => {
      const queue = find(arn);
      const permission = {
        action: 'sqs:SendMessage',
        resource: arn,
        context: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount },
        resourcePolicy: queue.settings.policy,
      };
      if (!identity.allowsService(principal, permission)) {
        throw new AwsError(
          'AccessDenied',
          `${principal} is not authorized to perform: sqs:SendMessage on resource: ${arn} by its policy, for ${sourceArn}`,
          403,
        );
      }
      const typed = Object.entries(attributes).map(
        ([name, StringValue]) => [name, { DataType: 'String', StringValue }] as const,
      );
      queue.send({ body, attributes: Object.fromEntries(typed), senderId: principal });
    },
    consume: (arn, wake) => {
      const queue = find(arn);
      return {
        visible: () => queue.counts.visible,
        hide: (handle, seconds) => queue.changeVisibility(handle, seconds),
        stop: queue.consume(wake),
      };
    },
  };
}
