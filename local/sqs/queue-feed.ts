import { AwsError } from '../errors.ts';
import type { QueueFeed, World } from '../world.ts';
import type { QueueDirectory } from './queue-directory.ts';
import { queueKeyUse, SENDING } from './queue-key.ts';
import type { Queue } from './queue.ts';
import { noSuchQueue } from './sqs-error.ts';

/** How EventBridge and Lambda reach queues inside the process. */
export function createFeed(queues: QueueDirectory, { identity, keys }: Pick<World, 'identity' | 'keys'>): QueueFeed {
  const find = (arn: string): Queue => {
    const queue = queues.find(arn);
    if (!queue) {
      throw noSuchQueue();
    }
    return queue;
  };
  return {
    deliver: (arn, { body, attributes = {}, groupId }, { principal, sourceArn, sourceAccount }) => {
      const queue = find(arn);
      const send = { action: 'sqs:SendMessage', resource: arn, resourcePolicy: queue.settings.policy };
      for (const permission of [send, ...queueKeyUse(queue, SENDING, keys)]) {
        const source = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount };
        const context = { ...('context' in permission ? permission.context : {}), ...source };
        if (identity.allowsService(principal, { ...permission, context })) continue;
        const { action, resource } = permission;
        throw new AwsError(
          'AccessDenied',
          `${principal} is not authorized to perform: ${action} on resource: ${resource} by its policy, for ${sourceArn}`,
          403,
        );
      }
      const typed = Object.entries(attributes).map(
        ([name, StringValue]) => [name, { DataType: 'String', StringValue }] as const,
      );
      queue.send({ body, attributes: Object.fromEntries(typed), senderId: principal, groupId });
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
