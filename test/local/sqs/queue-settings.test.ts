import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';

const DEAD = 'arn:aws:sqs:eu-west-1:111111111111:dead';
const POLICY = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };

async function openQueue() {
  const aws = await startLocal();
  const clients = createClients(aws);
  const { sqs } = clients;
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  return {
    sqs,
    set: (Attributes: Record<string, string>) => sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })),
    attributes: async () =>
      (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {},
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

describe('the settings of a queue', () => {
  test('are cleared by an empty text', async () => {
    await using open = await openQueue();
    const policies = {
      Policy: JSON.stringify({ Statement: [POLICY] }),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD, maxReceiveCount: 3 }),
      RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }),
    };
    const told = async () => {
      const { Policy, RedrivePolicy, RedriveAllowPolicy } = await open.attributes();
      return { Policy, RedrivePolicy, RedriveAllowPolicy };
    };
    await open.set(policies);
    assert.deepEqual(await told(), policies);
    await open.set({ Policy: '', RedrivePolicy: '', RedriveAllowPolicy: '' });
    assert.deepEqual(await told(), { Policy: undefined, RedrivePolicy: undefined, RedriveAllowPolicy: undefined });
  });

  test('keep SqsManagedSseEnabled as given', async () => {
    await using open = await openQueue();
    await open.set({ SqsManagedSseEnabled: 'false' });
    assert.equal((await open.attributes())['SqsManagedSseEnabled'], 'false');
    await assert.rejects(open.set({ SqsManagedSseEnabled: 'no' }), { name: 'InvalidAttributeValue' });
  });

  test('name no dead-letter queue that is not there', async () => {
    await using open = await openQueue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: `${DEAD}2`, maxReceiveCount: 3 });
    const refusal = { name: 'InvalidParameterValue', message: /Dead letter target does not exist/ };
    await assert.rejects(open.set({ RedrivePolicy }), refusal);
    const create = new CreateQueueCommand({ QueueName: 'more', Attributes: { RedrivePolicy } });
    await assert.rejects(open.sqs.send(create), refusal);
  });

  for (const policy of ['{"foo":1}', '{"Statement":[]}', '{"Statement":[{"Effect":"Allow"}]}', '[]']) {
    test(`are no policy such as ${policy}`, async () => {
      await using open = await openQueue();
      await assert.rejects(open.set({ Policy: policy }), { name: 'InvalidAttributeValue' });
      assert.equal((await open.attributes())['Policy'], undefined);
    });
  }
});

test('a page of queues is not asked for with a token that was never given out', async () => {
  await using open = await openQueue();
  for (const NextToken of ['work', 'AAAA']) {
    await assert.rejects(open.sqs.send(new ListQueuesCommand({ MaxResults: 1, NextToken })), {
      name: 'InvalidParameterValue',
    });
  }
});
