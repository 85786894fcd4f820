import { keyUse } from '../key-use.ts';
import type { Permission } from '../service.ts';
import type { Keys } from '../world.ts';
import type { Queue } from './queue.ts';

/** What a producer needs of a queue's key; a consumer needs kms:Decrypt (SQS Developer Guide, "Key management"). */
export const SENDING = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** The use of the queue's own key; nothing where it has none. */
export function queueKeyUse(queue: Queue | undefined, actions: readonly string[], keys: Keys): Permission[] {
  const keyId = queue?.settings.keyId;
  if (queue === undefined || keyId === undefined) return [];
  const [, , , region = '', account = ''] = queue.arn.split(':');
  return keyUse(keys.resolve(keyId, account, region), actions, {
    service: 'sqs',
    context: { 'aws:sqs:arn': queue.arn },
  });
}
