import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { createLetterBox } from '../../src/aws/queue/letter-box.ts';
import { createDeadLetters, createQueues } from '../../src/aws/queue/queues.ts';
import { DEAD_LETTER_QUEUES, parseReplayAnswer } from '../../src/intake/replay-request.ts';
import { replay, type ReplayDeps } from '../../src/remediation/replay.ts';
import { openAws } from '../aws/fixture.ts';
import { recordingProcess } from '../runtime/recording-process.ts';

const WORK = ['assess', 'job', 'object', 'inline', 'sweep', 'membership', 'write'] as const;

async function opened() {
  const local = await openAws();
  const { sqs } = local.clients;
  const url = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const named = async <Name extends string>(names: readonly Name[], suffix: string) => {
    const urls = await Promise.all(names.map(async (name) => [name, await url(`${name}-${suffix}`)] as const));
    return Object.fromEntries(urls) as Record<Name, string>;
  };
  const { process, lines } = recordingProcess();
  const deps: ReplayDeps = {
    account: '111111111111',
    letterBox: createLetterBox(sqs),
    queues: createQueues(sqs),
    deadLetterUrls: await named(DEAD_LETTER_QUEUES, 'dead'),
    workUrls: await named(WORK, 'work'),
    isSweep: (arn) => arn.endsWith(':reseal-prod-sweep'),
    log: process.log,
    now: () => new Date(),
  };
  return { sqs, deps, lines, aws: local.aws, [Symbol.asyncDispose]: () => local[Symbol.asyncDispose]() };
}

const event = (account: string) =>
  JSON.stringify({
    id: 'event-1',
    source: 'aws.s3',
    'detail-type': 'AWS API Call via CloudTrail',
    account,
    region: 'eu-west-1',
    time: '2026-11-02T10:00:00Z',
    detail: { eventName: 'DeleteBucketEncryption', requestParameters: { bucketName: 'data' } },
  });
const message = JSON.stringify({ reseal: 'track', version: 1, token: 't', jobId: 'j' });

const arnOf = (url: string) => `arn:aws:sqs:eu-west-1:111111111111:${url.split('/').at(-1)}`;

async function bury(deps: ReplayDeps, sqs: SQSClient, body: string, queue: (typeof WORK)[number] = 'assess') {
  const reason = { code: 'malformed-message', message: 'Not a bucket message', queue: arnOf(deps.workUrls[queue]) };
  await createDeadLetters(sqs, deps.deadLetterUrls.assess)(body, reason);
}

async function visible(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const input = { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages' as const] };
  return Number((await sqs.send(new GetQueueAttributesCommand(input))).Attributes?.ApproximateNumberOfMessages);
}

async function bodies(sqs: SQSClient, QueueUrl: string) {
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['MessageGroupId' as const] };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
  return Messages.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId]);
}

test('letters are shown with their reasons, and stay in sight of everybody', async () => {
  await using stack = await opened();
  const { sqs, deps } = stack;
  await bury(deps, sqs, event('222222222222'));
  const answer = await replay({ replay: { put: false } }, deps);
  assert.deepEqual(parseReplayAnswer(JSON.parse(JSON.stringify(answer))), answer);
  assert.deepEqual(
    answer.replay.map(({ queue }) => queue),
    [...DEAD_LETTER_QUEUES],
  );
  const [assess] = answer.replay;
  const [letter] = assess?.letters ?? [];
  assert.deepEqual(
    [letter?.why, letter?.to, letter?.body],
    ['buried at its first try, malformed-message: Not a bucket message', 'sweep', event('222222222222')],
  );
  assert.deepEqual([assess?.put, assess?.kept, assess?.failed, assess?.more], [0, 1, 0, false]);
  assert.equal(await visible(sqs, deps.deadLetterUrls.assess), 1);
  assert.ok(!JSON.stringify(stack.lines).includes('DeleteBucketEncryption'), 'the log has no bodies');
});

test('letters are put back where they came from, each account in its turn, and others stay', async () => {
  await using stack = await opened();
  const { sqs, deps } = stack;
  await bury(deps, sqs, event('222222222222'));
  await bury(deps, sqs, message, 'job');
  await sqs.send(new SendMessageCommand({ QueueUrl: deps.deadLetterUrls.assess, MessageBody: 'from nowhere' }));
  const { replay: queues } = await replay({ replay: { queue: 'assess', put: true } }, deps);
  assert.deepEqual(
    queues.map(({ put, kept, failed, letters }) => [put, kept, failed, letters.map(({ body }) => body)]),
    [[2, 1, 0, ['from nowhere']]],
  );
  const [sent] = await bodies(sqs, deps.workUrls.sweep);
  assert.deepEqual([JSON.parse(sent?.[0] ?? '').causeId, sent?.[1]], ['event-1', '222222222222']);
  assert.deepEqual(await bodies(sqs, deps.workUrls.job), [[message, '111111111111']]);
  assert.equal(await visible(sqs, deps.deadLetterUrls.assess), 1);
});

test('a letter that cannot be sent stays, and one that is sent and not deleted is there twice: none is lost', async () => {
  await using stack = await opened();
  const { sqs, deps, aws } = stack;
  await bury(deps, sqs, message, 'job');
  const put = () => replay({ replay: { queue: 'assess', put: true } }, deps);
  aws.faults.add({ kind: 'access-denied', operation: 'SendMessageBatch', times: 1 });
  const [refused] = (await put()).replay;
  assert.deepEqual(
    [refused?.put, refused?.failed, refused?.letters[0]?.stays?.startsWith('it could not be put back: ')],
    [0, 1, true],
  );
  assert.deepEqual([await visible(sqs, deps.deadLetterUrls.assess), await visible(sqs, deps.workUrls.job)], [1, 0]);
  aws.faults.add({ kind: 'access-denied', operation: 'DeleteMessage', times: 1 });
  assert.equal((await put()).replay[0]?.failed, 1);
  assert.deepEqual([await visible(sqs, deps.deadLetterUrls.assess), await visible(sqs, deps.workUrls.job)], [1, 1]);
  assert.equal((await put()).replay[0]?.put, 1);
  assert.deepEqual([await visible(sqs, deps.deadLetterUrls.assess), await visible(sqs, deps.workUrls.job)], [0, 2]);
});

test('a letter that cannot be given back comes back by itself, and costs the others nothing', async () => {
  await using stack = await opened();
  const { sqs, deps, aws, lines } = stack;
  for (const token of ['one', 'other']) await bury(deps, sqs, message.replace('"t"', `"${token}"`), 'job');
  aws.faults.add({ kind: 'access-denied', operation: 'ChangeMessageVisibility', times: 1 });
  const [shown] = (await replay({ replay: { queue: 'assess', put: false } }, deps)).replay;
  assert.equal(shown?.kept, 2);
  assert.equal(await visible(sqs, deps.deadLetterUrls.assess), 1);
  assert.deepEqual(
    lines.map(({ message: line }) => line),
    ['letter not given back', 'replayed'],
  );
});

test('one run shows a hundred letters, and those that stay do not stand before others', async () => {
  await using stack = await opened();
  const { sqs, deps } = stack;
  for (let index = 0; index < 105; index += 1)
    await sqs.send(new SendMessageCommand({ QueueUrl: deps.deadLetterUrls.assess, MessageBody: `stays ${index}` }));
  await bury(deps, sqs, message, 'job');
  const [shown] = (await replay({ replay: { queue: 'assess', put: false } }, deps)).replay;
  assert.deepEqual([shown?.letters.length, shown?.more], [100, true]);
  const [put] = (await replay({ replay: { queue: 'assess', put: true } }, deps)).replay;
  assert.deepEqual([put?.put, put?.kept, put?.letters.length, put?.more], [1, 105, 100, false]);
});

test('a letter that dies again is put back once, and not again by the runs that follow', async () => {
  await using stack = await opened();
  const { sqs, deps } = stack;
  await bury(deps, sqs, message, 'job');
  const { letterBox } = deps;
  const remove: typeof letterBox.remove = async (...asked) => {
    await letterBox.remove(...asked);
    await bury(deps, sqs, message, 'job');
  };
  const looping = { ...deps, letterBox: { ...letterBox, remove } };
  const { replay: first, before } = await replay({ replay: { queue: 'assess', put: true } }, looping);
  const ends = (queues: typeof first) => queues.map(({ put, kept, failed }) => [put, kept, failed]);
  assert.deepEqual(ends(first), [[1, 1, 0]]);
  assert.match(first[0]?.letters[0]?.stays ?? '', /^it came after /);
  const { replay: next } = await replay({ replay: { queue: 'assess', put: true, before } }, looping);
  assert.deepEqual(ends(next), [[0, 1, 0]]);
  const { replay: asked } = await replay({ replay: { queue: 'assess', put: true } }, deps);
  assert.deepEqual(ends(asked), [[1, 0, 0]]);
});

test('where the queue does not answer any more, what was taken is given back at once', async () => {
  await using stack = await opened();
  const { sqs, deps } = stack;
  await bury(deps, sqs, message, 'job');
  const { letterBox } = deps;
  let takes = 0;
  const take: typeof letterBox.take = (...asked) => {
    takes += 1;
    return takes === 1 ? letterBox.take(...asked) : Promise.reject(new Error('no answer'));
  };
  const broken = { ...deps, letterBox: { ...letterBox, take } };
  await assert.rejects(replay({ replay: { queue: 'assess', put: false } }, broken), /no answer/);
  assert.equal(await visible(sqs, deps.deadLetterUrls.assess), 1);
});

test('the longest letters of all queues are within what a function may answer', async () => {
  await using stack = await opened();
  const { deps } = stack;
  const words = '\u20AC'.repeat(30_000);
  const letter = (_: unknown, index: number) => ({
    id: `${index}`,
    receipt: `${index}`,
    sentAt: new Date(0).toISOString(),
    body: words,
    attributes: new Map([
      ['code', 'malformed-message'],
      ['queue', arnOf(deps.workUrls.membership)],
      ['message', words],
    ]),
  });
  const letterBox = {
    ...deps.letterBox,
    take: async () => Array.from({ length: 10 }, letter),
    giveBack: async () => {},
  };
  let taken = 0;
  const take = async () => (await letterBox.take()).map((each) => ({ ...each, id: `${(taken += 1)}` }));
  const answer = await replay({ replay: { put: false } }, { ...deps, letterBox: { ...letterBox, take } });
  assert.equal(answer.replay.flatMap(({ letters }) => letters).length, 700);
  // Lambda quotas, "Invocation payload": 6 MB.
  assert.ok(Buffer.byteLength(JSON.stringify(answer)) < 6_291_456, `${Buffer.byteLength(JSON.stringify(answer))}`);
});
