import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { createDeadLetters, createDelayedQueue, createQueues } from '../../../src/aws/queue/queues.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const URL = 'https://sqs.eu-west-1.amazonaws.com/111111111111/dead';

function mocked() {
  const sqs = new SQSClient({ region: REGION });
  return { sqs, mock: mockClient(sqs) };
}

test('a message goes out with its attributes as strings', async () => {
  const { sqs, mock } = mocked();
  mock.on(SendMessageCommand).resolves({});
  await createQueues(sqs).send(URL, '{"a":1}', {
    code: 'malformed-message',
    message: 'Not a bucket message',
    queue: QUEUE,
  });
  assert.deepEqual(
    mock.commandCalls(SendMessageCommand).map((call) => call.args[0].input),
    [
      {
        QueueUrl: URL,
        MessageBody: '{"a":1}',
        MessageAttributes: {
          code: { DataType: 'String', StringValue: 'malformed-message' },
          message: { DataType: 'String', StringValue: 'Not a bucket message' },
          queue: { DataType: 'String', StringValue: QUEUE },
        },
      },
    ],
  );
});

test('an attribute keeps every character that SQS takes and loses those it refuses a message for', async () => {
  const { sqs, mock } = mocked();
  mock.on(SendMessageCommand).resolves({});
  await createQueues(sqs).send(URL, 'body', { message: 'tab\tline\r\nnul\u0000bell\u0007 \uFFFE\uD800 é\u{1F980}' });
  const [call] = mock.commandCalls(SendMessageCommand);
  assert.equal(
    call?.args[0].input.MessageAttributes?.['message']?.StringValue,
    'tab\tline\r\nnul\uFFFDbell\uFFFD \uFFFD\uFFFD é\u{1F980}',
  );
});

const BY_ACCOUNT = { MessageGroupId: ACCOUNT };

test('many messages go out ten a call, each in the group of its account, and none without any', async () => {
  const { sqs, mock } = mocked();
  mock.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
  await createQueues(sqs).sendAll(URL, []);
  assert.equal(mock.calls().length, 0);
  await createQueues(sqs).sendAll(
    URL,
    Array.from({ length: 21 }, (_, index) => ({ body: `body ${index}`, group: ACCOUNT })),
  );
  const inputs = mock.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input);
  assert.deepEqual(
    inputs.map(({ QueueUrl, Entries }) => [QueueUrl, Entries?.length, Entries?.[0], Entries?.at(-1)]),
    [
      [URL, 10, { Id: '0', MessageBody: 'body 0', ...BY_ACCOUNT }, { Id: '9', MessageBody: 'body 9', ...BY_ACCOUNT }],
      [URL, 10, { Id: '0', MessageBody: 'body 10', ...BY_ACCOUNT }, { Id: '9', MessageBody: 'body 19', ...BY_ACCOUNT }],
      [URL, 1, { Id: '0', MessageBody: 'body 20', ...BY_ACCOUNT }, { Id: '0', MessageBody: 'body 20', ...BY_ACCOUNT }],
    ],
  );
});

test('a batch of which one entry was refused is thrown, to be sent again', async () => {
  const { sqs, mock } = mocked();
  mock.on(SendMessageBatchCommand).resolves({
    Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: 'x' }],
    Failed: [{ Id: '1', SenderFault: false, Code: 'InternalError' }],
  });
  const messages = ['a', 'b'].map((body) => ({ body, group: ACCOUNT }));
  await assert.rejects(createQueues(sqs).sendAll(URL, messages), {
    code: 'queue-refused',
    retryable: true,
    message: 'SQS refused 1 of 2 messages: InternalError',
  });
});

test('a delay is whole and within what SQS takes', async () => {
  const { sqs, mock } = mocked();
  mock.on(SendMessageCommand).resolves({});
  for (const delaySeconds of [901, -1, 59.6]) await createDelayedQueue(sqs, URL, ACCOUNT)('body', delaySeconds);
  assert.deepEqual(
    mock.calls().map((call) => call.args[0].input),
    [900, 0, 60].map((DelaySeconds) => ({ QueueUrl: URL, MessageBody: 'body', DelaySeconds, ...BY_ACCOUNT })),
  );
});

test('the embedded SQS takes a dead letter, and a message for later', async () => {
  await using local = await openAws();
  const { sqs } = local.clients;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'again' }));
  await createQueues(sqs).send(QueueUrl, 'not json', { code: 'malformed-message', message: 'nul \u0000' });
  await createDelayedQueue(sqs, QueueUrl, ACCOUNT)('for later', 0);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  assert.deepEqual(
    Messages.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.['message']?.StringValue]),
    [
      ['not json', 'nul \uFFFD'],
      ['for later', undefined],
    ],
  );
});

/** The longest name that a queue may have. */
const QUEUE = `arn:aws:sqs:eu-west-1:111111111111:${'q'.repeat(80)}`;

async function opened() {
  const local = await openAws();
  const { sqs } = local.clients;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const received = async () => {
    const input = { QueueUrl, MaxNumberOfMessages: 1, MessageAttributeNames: ['All'] };
    const [message] = (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
    assert.equal(message?.MessageAttributes?.['queue']?.StringValue, QUEUE);
    return { body: message.Body ?? '', why: message.MessageAttributes['message']?.StringValue ?? '' };
  };
  return {
    bury: createDeadLetters(sqs, QueueUrl),
    received,
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
}

/** The longest message that SQS takes. */
const LONGEST = 1_048_576;

test('a reason that is too long is shortened, in whole characters, and the message is kept whole', async () => {
  await using dead = await opened();
  const body = 'x'.repeat(250_000);
  await dead.bury(body, { code: 'malformed-message', message: '\u{1F980}'.repeat(300_000), queue: QUEUE });
  const { body: kept, why } = await dead.received();
  assert.equal(kept, body);
  assert.match(why, /^\u{1F980}{499}\.\.\.$/u);
});

test('a message as long as SQS takes loses its end, and never its reason', async () => {
  await using dead = await opened();
  const body = 'é'.repeat(LONGEST / 2);
  await dead.bury(body, { code: 'announcement-refused', message: '\u0000'.repeat(5_000), queue: QUEUE });
  const { body: kept, why } = await dead.received();
  assert.ok(body.startsWith(kept.slice(0, -3)) && kept.endsWith('...') && kept.length > LONGEST / 2 - 300);
  assert.match(why, /^\uFFFD{66}\.\.\.$/u);
});

test('a short message and a short reason go as they are', async () => {
  await using dead = await opened();
  await dead.bury('nonsense', { code: 'malformed-message', message: 'Not a bucket message', queue: QUEUE });
  assert.deepEqual(await dead.received(), { body: 'nonsense', why: 'Not a bucket message' });
});
