import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { createClients } from '../clients.ts';
import { startLocal } from '../../../local/start-local.ts';

test('a message group with a crowd in flight lets the others go first', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'fair' }));
  const send = (group: string) =>
    clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: group, MessageGroupId: group }));
  const receive = async (MaxNumberOfMessages: number): Promise<(string | undefined)[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages,
      MessageSystemAttributeNames: ['MessageGroupId'],
    });
    return ((await clients.sqs.send(command)).Messages ?? []).map(({ Attributes }) => Attributes?.MessageGroupId);
  };
  for (let sent = 0; sent < 6; sent++) await send('noisy');
  assert.deepEqual(await receive(3), ['noisy', 'noisy', 'noisy']);
  await send('quiet');
  assert.deepEqual(await receive(2), ['quiet', 'noisy']);
});

test('a group with a name that SQS does not take, and a deduplication id, are refused', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'fair' }));
  for (const wrong of [{ MessageGroupId: 'two words' }, { MessageDeduplicationId: 'x' }]) {
    const command = new SendMessageCommand({ QueueUrl, MessageBody: 'x', ...wrong });
    await assert.rejects(clients.sqs.send(command), { name: 'InvalidParameterValue' });
  }
});
