import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';

async function openSqs() {
  const aws = await startLocal();
  const clients = createClients(aws);
  return {
    aws,
    sqs: clients.sqs,
    create: async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> => {
      const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
      return QueueUrl ?? assert.fail();
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

const attributesOf = async (sqs: SQSClient, QueueUrl: string): Promise<Record<string, string>> =>
  (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};

describe('SQS queues', () => {
  test('are made, found, listed by prefix and page, and deleted', async () => {
    await using open = await openSqs();
    const url = await open.create('b-two');
    await open.create('b-one');
    await open.create('other');
    assert.equal(url, `${open.aws.endpoint}/111111111111/b-two`);
    assert.equal((await open.sqs.send(new GetQueueUrlCommand({ QueueName: 'b-two' }))).QueueUrl, url);
    const first = await open.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'b-', MaxResults: 1 }));
    const second = await open.sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: 'b-', MaxResults: 1, NextToken: first.NextToken }),
    );
    assert.deepEqual(
      [first.QueueUrls, second.QueueUrls, second.NextToken],
      [[`${open.aws.endpoint}/111111111111/b-one`], [url], undefined],
    );
    await open.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    await assert.rejects(open.sqs.send(new GetQueueUrlCommand({ QueueName: 'b-two' })), { name: 'QueueDoesNotExist' });
  });

  test('are apart by account and Region under one name', async () => {
    await using open = await openSqs();
    const QueueUrl = await open.create('q');
    await using elsewhere = createClients(open.aws, { region: 'us-east-1' });
    await assert.rejects(elsewhere.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })), {
      name: 'QueueDoesNotExist',
    });
  });

  test('are the same when made again with the same settings, and refused with others', async () => {
    await using open = await openSqs();
    const url = await open.create('q', { DelaySeconds: '5' });
    assert.equal(await open.create('q', { DelaySeconds: '5' }), url);
    await assert.rejects(open.create('q', { DelaySeconds: '6' }), { name: 'QueueNameExists' });
  });

  test('tell their settings and counts', async () => {
    await using open = await openSqs();
    const QueueUrl = await open.create('q', { DelaySeconds: '5', VisibilityTimeout: '77' });
    await open.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { MessageRetentionPeriod: '120' } }));
    for (const DelaySeconds of [0, 0, undefined]) {
      await open.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds }));
    }
    await open.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const {
      CreatedTimestamp: created,
      LastModifiedTimestamp: modified,
      ...rest
    } = await attributesOf(open.sqs, QueueUrl);
    assert.equal(created, modified);
    assert.deepEqual(rest, {
      QueueArn: 'arn:aws:sqs:eu-west-1:111111111111:q',
      DelaySeconds: '5',
      VisibilityTimeout: '77',
      ReceiveMessageWaitTimeSeconds: '0',
      MessageRetentionPeriod: '120',
      MaximumMessageSize: '1048576',
      SqsManagedSseEnabled: 'true',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
    await open.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    assert.equal((await attributesOf(open.sqs, QueueUrl))['ApproximateNumberOfMessages'], '0');
  });

  const refused: [attributes: Record<string, string>, name: string][] = [
    [{ DelaySeconds: '901' }, 'InvalidAttributeValue'],
    [{ VisibilityTimeout: '-1' }, 'InvalidAttributeValue'],
    [{ RedrivePolicy: '{"maxReceiveCount":3}' }, 'InvalidAttributeValue'],
    [{ Policy: 'not json' }, 'InvalidAttributeValue'],
    [{ Colour: 'green' }, 'InvalidAttributeName'],
    [{ FifoQueue: 'true' }, 'NotImplemented'],
    [{ KmsMasterKeyId: 'alias/aws/sqs' }, 'NotImplemented'],
  ];
  for (const [attributes, name] of refused) {
    test(`answer ${name} to ${JSON.stringify(attributes)}`, async () => {
      await using open = await openSqs();
      await assert.rejects(open.create('q', attributes), { name });
    });
  }

  test('answer 501 by name to an operation that is not emulated', async () => {
    await using open = await openSqs();
    const QueueUrl = await open.create('q');
    await assert.rejects(open.sqs.send(new ListQueueTagsCommand({ QueueUrl })), {
      name: 'NotImplemented',
      message: /ListQueueTags/,
    });
  });
});

describe('SQS messages', () => {
  // The SDK itself compares every MD5 that it is sent.
  test('come back with body, attributes and digests', async () => {
    await using open = await openSqs();
    const QueueUrl = await open.create('q');
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'värde' },
      count: { DataType: 'Number.int', StringValue: '5' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 255]) },
    };
    const sent = await open.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hälló', MessageAttributes }));
    const { Messages: [message] = [] } = await open.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] }),
    );
    assert.deepEqual(
      {
        id: message?.MessageId,
        body: message?.Body,
        bytes: message?.MessageAttributes?.['bytes']?.BinaryValue,
        text: message?.MessageAttributes?.['text'],
      },
      { id: sent.MessageId, body: 'hälló', bytes: new Uint8Array([1, 2, 255]), text: MessageAttributes.text },
    );
    assert.deepEqual(
      [message?.MD5OfBody, message?.MD5OfMessageAttributes],
      [sent.MD5OfMessageBody, sent.MD5OfMessageAttributes],
    );
    assert.deepEqual(
      [message?.Attributes?.SenderId, message?.Attributes?.ApproximateReceiveCount],
      ['111111111111', '1'],
    );
  });

  test('give only the attributes that are asked for', async () => {
    await using open = await openSqs();
    const QueueUrl = await open.create('q', { VisibilityTimeout: '0' });
    const one = { DataType: 'String', StringValue: 'x' };
    await open.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes: { 'a.one': one, 'a.two': one, b: one } }),
    );
    const names = async (MessageAttributeNames: string[] | undefined): Promise<string[]> => {
      const { Messages: [message] = [] } = await open.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames }),
      );
      return Object.keys(message?.MessageAttributes ?? {});
    };
    assert.deepEqual(
      [await names(undefined), await names(['a.*']), await names(['b'])],
      [[], ['a.one', 'a.two'], ['b']],
    );
  });

  test('of a batch succeed and fail one by one', async () => {
    await using open = await openSqs();
    const QueueUrl = await open.create('q');
    const { Successful = [], Failed } = await open.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'x' },
          { Id: 'bad', MessageBody: 'x', DelaySeconds: 901 },
        ],
      }),
    );
    assert.deepEqual(
      [Successful.map(({ Id }) => Id), Failed?.map(({ Id, Code, SenderFault }) => ({ Id, Code, SenderFault }))],
      [['good'], [{ Id: 'bad', Code: 'InvalidParameterValue', SenderFault: true }]],
    );
    const { Messages: [message] = [] } = await open.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    const deleted = await open.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', ReceiptHandle: message?.ReceiptHandle },
          { Id: 'b', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    assert.deepEqual(
      [deleted.Successful, deleted.Failed?.map(({ Code }) => Code)],
      [[{ Id: 'a' }], ['ReceiptHandleIsInvalid']],
    );
    assert.equal((await attributesOf(open.sqs, QueueUrl))['ApproximateNumberOfMessagesNotVisible'], '0');
  });

  test('wake a receive that waits', async () => {
    await using open = await openSqs();
    const QueueUrl = await open.create('q');
    const waiting = open.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await open.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }));
    assert.deepEqual(
      (await waiting).Messages?.map(({ Body }) => Body),
      ['late'],
    );
  });

  test('become visible at once when their visibility timeout is set to 0, and only while in flight', async () => {
    await using open = await openSqs();
    const QueueUrl = await open.create('q');
    await open.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const { Messages: [message] = [] } = await open.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const change = new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    await open.sqs.send(change);
    await assert.rejects(open.sqs.send(change), { name: 'MessageNotInflight' });
    const again = await open.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await open.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again.Messages?.[0]?.ReceiptHandle }));
    assert.equal((await attributesOf(open.sqs, QueueUrl))['ApproximateNumberOfMessages'], '0');
  });

  test('are refused with a body that SQS does not take', async () => {
    await using open = await openSqs();
    const QueueUrl = await open.create('q', { MaximumMessageSize: '1024' });
    const send = (MessageBody: string) => open.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await assert.rejects(send('\u0001'), { name: 'InvalidMessageContents' });
    await assert.rejects(send('x'.repeat(1025)), { name: 'InvalidParameterValue' });
    await assert.rejects(send(''), { name: 'MissingParameter' });
  });
});
