import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createDeadLetters } from '../../src/aws/queue/queues.ts';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import type { Ignored } from '../../src/intake/payload.ts';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import { queueHandler } from '../../src/runtime/queue-handler.ts';
import { type Fixture, openAws } from '../aws/fixture.ts';
import { batchOf, CONTEXT } from './lambda-input.ts';
import { recordingProcess } from './recording-process.ts';

let local: Fixture;
let queue: string;
before(async () => {
  local = await openAws();
  const { QueueUrl = '' } = await local.clients.sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  queue = QueueUrl;
});
after(() => local[Symbol.asyncDispose]());

/** Tells one message to a handler with the parser and the dead-letter queue of assess-bucket. */
async function handled(body: string) {
  const { process, lines, counted } = recordingProcess();
  const handler = queueHandler<BucketTrigger>({
    process,
    parse: (text): BucketTrigger | Ignored => parseBucketMessage(text, 'arn:aws:iam::111111111111:role/own'),
    story: async () => assert.fail('there is no story of this'),
    subject: ({ bucket }) => bucket,
    bury: createDeadLetters(local.clients.sqs, queue),
  });
  const { batchItemFailures } = await handler(batchOf(body), CONTEXT);
  return { batchItemFailures, counted, logBytes: JSON.stringify(lines).length };
}

async function deadLetter() {
  const { sqs } = local.clients;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queue, MessageAttributeNames: ['All'] }),
  );
  const [message] = Messages;
  if (message !== undefined) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: message.ReceiptHandle }));
  }
  return { body: message?.Body, code: message?.MessageAttributes?.['code']?.StringValue };
}

const assess = (more: object) => JSON.stringify({ reseal: 'assess', version: 1, ...more });
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

const NONSENSE: [what: string, body: string][] = [
  ['250 KB of text', 'nonsense '.repeat(28_000)],
  ['a list of 125,000 numbers', JSON.stringify(Array(125_000).fill(0))],
  ['60,000 log sources that are none', assess({ logSources: Array(60_000).fill(0) })],
  ['20,000 bad tags', assess({ tags: Array(20_000).fill({ key: 1 }) })],
  ['a member with a name of 250 KB', assess({ ['x'.repeat(250_000)]: 1 })],
  ['lists that are 100,000 deep', `{"reseal":${nested(100_000)}}`],
  ['the longest message there is', 'x'.repeat(1_048_576)],
];

for (const [what, body] of NONSENSE) {
  test(`a message of ${what} is buried at the first try, with its reason`, async () => {
    const { batchItemFailures, counted, logBytes } = await handled(body);
    assert.deepEqual([batchItemFailures, counted], [[], ['Buried']]);
    assert.ok(logBytes < 5_000, `${logBytes} bytes`);
    const { body: buried = '', code } = await deadLetter();
    assert.equal(code, 'malformed-message');
    assert.ok(buried.length > 999_000 || buried === body);
  });
}

test('an event with an error code of any size or depth is passed over with a short line', async () => {
  for (const code of [nested(100_000), JSON.stringify('x'.repeat(250_000))]) {
    const detail = `{"eventName":"CreateBucket","errorCode":${code}}`;
    const event = `{"source":"aws.s3","detail-type":"AWS API Call via CloudTrail","detail":${detail}}`;
    const { batchItemFailures, counted, logBytes } = await handled(event);
    assert.deepEqual([batchItemFailures, counted], [[], ['Ignored']]);
    assert.ok(logBytes < 5_000, `${logBytes} bytes`);
  }
});
