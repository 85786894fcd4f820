import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { createNamedQueues } from '../../../src/aws/queue/named-queues.ts';
import { createQueues, createDeadLetters } from '../../../src/aws/queue/queues.ts';
import { createClients } from '../../local/clients.ts';
import { answering, jsonError, timeout } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const URL = 'https://sqs.eu-west-1.amazonaws.com/111111111111/dead';

function mocked() {
  const sqs = new SQSClient({ region: REGION });
  return { sqs, mock: mockClient(sqs) };
}

test('a message goes out with its attributes as strings', async () => {
  const { sqs, mock } = mocked();
  mock.on(SendMessageCommand).resolves({});
  await createQueues(sqs).send(URL, '{"a":1}', { code: 'malformed-message', message: 'Not a bucket message' });
  assert.deepEqual(
    mock.commandCalls(SendMessageCommand).map((call) => call.args[0].input),
    [
      {
        QueueUrl: URL,
        MessageBody: '{"a":1}',
        MessageAttributes: {
          code: { DataType: 'String', StringValue: 'malformed-message' },
          message: { DataType: 'String', StringValue: 'Not a bucket message' },
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

test('many messages go out ten a call, and none without any', async () => {
  const { sqs, mock } = mocked();
  mock.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
  await createQueues(sqs).sendAll(URL, []);
  assert.equal(mock.calls().length, 0);
  await createQueues(sqs).sendAll(
    URL,
    Array.from({ length: 21 }, (_, index) => `body ${index}`),
  );
  const inputs = mock.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input);
  assert.deepEqual(
    inputs.map(({ QueueUrl, Entries }) => [QueueUrl, Entries?.length, Entries?.[0], Entries?.at(-1)]),
    [
      [URL, 10, { Id: '0', MessageBody: 'body 0' }, { Id: '9', MessageBody: 'body 9' }],
      [URL, 10, { Id: '0', MessageBody: 'body 10' }, { Id: '9', MessageBody: 'body 19' }],
      [URL, 1, { Id: '0', MessageBody: 'body 20' }, { Id: '0', MessageBody: 'body 20' }],
    ],
  );
});

test('a batch of which one entry was refused is thrown, to be sent again', async () => {
  const { sqs, mock } = mocked();
  mock.on(SendMessageBatchCommand).resolves({
    Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: 'x' }],
    Failed: [{ Id: '1', SenderFault: false, Code: 'InternalError' }],
  });
  await assert.rejects(createQueues(sqs).sendAll(URL, ['a', 'b']), {
    code: 'queue-refused',
    retryable: true,
    message: 'SQS refused 1 of 2 messages: InternalError',
  });
});

test('a queue is looked up by name once per Region, and a delay is whole and within what SQS takes', async () => {
  const clients = new Map(['eu-west-1', 'us-west-2'].map((region) => [region, mocked()]));
  for (const [region, { mock }] of clients) {
    mock.on(GetQueueUrlCommand).resolves({ QueueUrl: `https://sqs.${region}/again` });
    mock.on(SendMessageCommand).resolves({});
  }
  const queues = createNamedQueues((region) => clients.get(region)?.sqs ?? assert.fail(region));
  const sent = [];
  for (const [region, delaySeconds] of [
    ['eu-west-1', 901],
    ['eu-west-1', -1],
    ['us-west-2', 59.6],
  ] as const) {
    sent.push(await queues.sendByName({ name: 'again', region, delaySeconds }, 'body'));
  }
  const inputs = [...clients.values()].flatMap(({ mock }) => mock.calls().map((call) => call.args[0].input));
  assert.deepEqual(sent, [true, true, true]);
  assert.deepEqual(inputs, [
    { QueueName: 'again' },
    { QueueUrl: 'https://sqs.eu-west-1/again', MessageBody: 'body', DelaySeconds: 900 },
    { QueueUrl: 'https://sqs.eu-west-1/again', MessageBody: 'body', DelaySeconds: 0 },
    { QueueName: 'again' },
    { QueueUrl: 'https://sqs.us-west-2/again', MessageBody: 'body', DelaySeconds: 60 },
  ]);
});

test('a Region whose queue cannot be looked up now is not a Region without one', async () => {
  const noUrl = { status: 200, body: '{}', headers: { 'content-type': 'application/x-amz-json-1.0' } };
  const answers = [jsonError(403, 'com.amazonaws.sqs#AccessDeniedException'), timeout(), noUrl];
  const sqs = new SQSClient(answering(...answers));
  const queues = createNamedQueues(() => sqs);
  const to = { name: 'again', region: REGION, delaySeconds: 0 };
  await assert.rejects(queues.sendByName(to, 'body'), { name: 'AccessDeniedException' });
  await assert.rejects(queues.sendByName(to, 'body'), { name: 'TimeoutError' });
  await assert.rejects(queues.sendByName(to, 'body'), { code: 'unreadable', retryable: true });
});

test('the embedded SQS takes a dead letter, and has no queue of that name elsewhere', async () => {
  await using local = await openAws();
  await using american = createClients(local.aws, { account: ACCOUNT, region: 'us-west-2' });
  const { sqs } = local.clients;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'again' }));
  await createQueues(sqs).send(QueueUrl, 'not json', { code: 'malformed-message', message: 'nul \u0000' });
  const named = createNamedQueues((region) => (region === REGION ? sqs : american.sqs));
  const sent = {
    home: await named.sendByName({ name: 'again', region: REGION, delaySeconds: 0 }, 'by name'),
    elsewhere: await named.sendByName({ name: 'again', region: 'us-west-2', delaySeconds: 0 }, 'by name'),
  };
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  assert.deepEqual(sent, { home: true, elsewhere: false });
  assert.deepEqual(
    Messages.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.['message']?.StringValue]),
    [
      ['not json', 'nul \uFFFD'],
      ['by name', undefined],
    ],
  );
});

test('ten later tries at once look a queue up once, and one that could not be looked up is asked for again', async () => {
  const { sqs, mock } = mocked();
  mock.on(GetQueueUrlCommand).rejectsOnce(new Error('away')).resolves({ QueueUrl: URL });
  mock.on(SendMessageCommand).resolves({});
  const queues = createNamedQueues(() => sqs);
  const ten = () =>
    Promise.allSettled(
      Array.from({ length: 10 }, () => queues.sendByName({ name: 'again', region: REGION, delaySeconds: 0 }, 'body')),
    );
  await ten();
  await ten();
  assert.deepEqual(
    [mock.commandCalls(GetQueueUrlCommand).length, mock.commandCalls(SendMessageCommand).length],
    [2, 10],
  );
});

async function opened() {
  const local = await openAws();
  const { sqs } = local.clients;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const received = async () => {
    const input = { QueueUrl, MaxNumberOfMessages: 1, MessageAttributeNames: ['All'] };
    const [message] = (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
    return { body: message?.Body ?? '', why: message?.MessageAttributes?.['message']?.StringValue ?? '' };
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
  await dead.bury(body, { code: 'malformed-message', message: '\u{1F980}'.repeat(300_000) });
  const { body: kept, why } = await dead.received();
  assert.equal(kept, body);
  assert.match(why, /^\u{1F980}{499}\.\.\.$/u);
});

test('a message as long as SQS takes loses its end, and never its reason', async () => {
  await using dead = await opened();
  const body = 'é'.repeat(LONGEST / 2);
  await dead.bury(body, { code: 'announcement-refused', message: '\u0000'.repeat(5_000) });
  const { body: kept, why } = await dead.received();
  assert.ok(body.startsWith(kept.slice(0, -3)) && kept.endsWith('...') && kept.length > LONGEST / 2 - 200);
  assert.match(why, /^\uFFFD{66}\.\.\.$/u);
});

test('a short message and a short reason go as they are', async () => {
  await using dead = await opened();
  await dead.bury('nonsense', { code: 'malformed-message', message: 'Not a bucket message' });
  assert.deepEqual(await dead.received(), { body: 'nonsense', why: 'Not a bucket message' });
});
