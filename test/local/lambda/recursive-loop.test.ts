import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GetFunctionRecursionConfigCommand, PutFunctionRecursionConfigCommand } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { buildSync } from 'esbuild';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { tinyTemplate, writeTinyStack } from '../tiny-stack.ts';

const PLACE = { account: '111111111111', region: 'eu-west-1' } as const;
const ARN = 'arn:aws:lambda:eu-west-1:111111111111:function:tiny';

/** Sends a message on to its own queue as often as it says; `fails` makes the first delivery fail. */
const RESENDING = `
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
const sqs = new SQSClient();
export async function handler({ Records }) {
  for (const { body, attributes } of Records) {
    const { left, fails } = JSON.parse(body);
    console.log(JSON.stringify({ left }));
    if (fails && attributes.ApproximateReceiveCount === '1') throw new Error('told to');
    const MessageBody = JSON.stringify({ left: left - 1 });
    if (left > 0) await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody }));
  }
}
`;

/** The function with the SDK in its bundle, as the product's functions have it. */
const HANDLER = buildSync({
  stdin: { contents: RESENDING, resolveDir: import.meta.dirname },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
}).outputFiles[0]?.text;

function template(properties: object): object {
  const text = JSON.stringify(tinyTemplate())
    .replace('"sqs:ReceiveMessage"', '"sqs:ReceiveMessage","sqs:SendMessage"')
    .replace('{"COLOUR":"green"', '{"QUEUE_URL":{"Ref":"Work"},"COLOUR":"green"')
    .replace('"FunctionName":"tiny"', `"FunctionName":"tiny",${JSON.stringify(properties).slice(1, -1)}`);
  return JSON.parse(text);
}

async function openLoop(properties: object = { MemorySize: 128 }) {
  const stack = writeTinyStack(template(properties), HANDLER);
  const aws = await startLocal({
    stack: { template: stack.template, stackName: 'tiny' },
    lambda: { returnSeconds: 0 },
  });
  const clients = createClients(aws, PLACE);
  const url = (queue: string): string => `${aws.endpoint}/${PLACE.account}/${queue}`;
  const lines = (): readonly string[] => aws.functions.find(ARN)?.log.lines ?? [];
  return {
    ...clients,
    send: (message: object) =>
      clients.sqs.send(new SendMessageCommand({ QueueUrl: url('work'), MessageBody: JSON.stringify(message) })),
    /** What each invocation was given and what recursive loop detection refused, once nothing is under way any more. */
    seen: async () => {
      assert.ok(await aws.world.activity.idle(120_000));
      return {
        left: lines().flatMap((line) => (line.startsWith('{"left"') ? [JSON.parse(line).left] : [])),
        refused: lines().filter((line) => /RecursiveInvocationException/.test(line)).length,
      };
    },
    letters: async () => {
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url('dead'), MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body }) => Body);
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
      stack[Symbol.dispose]();
    },
  };
}

const down = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from - index);

describe('a function that sends to its own queue', { concurrency: true }, () => {
  test('is stopped after sixteen invocations, and its message ends in the dead-letter queue', async () => {
    await using open = await openLoop();
    await open.send({ left: 100 });
    assert.deepEqual(await open.seen(), { left: down(100, 16), refused: 2 });
    assert.deepEqual(await open.letters(), ['{"left":84}']);
  });

  test('goes on where it is allowed to', async () => {
    await using open = await openLoop({ RecursiveLoop: 'Allow' });
    await open.send({ left: 19 });
    assert.deepEqual(await open.seen(), { left: down(19, 20), refused: 0 });
    assert.deepEqual(await open.letters(), []);
  });

  test('is left alone for seven links, and each message of somebody else begins a chain', async () => {
    await using open = await openLoop({ RecursiveLoop: 'Terminate' });
    for (let message = 0; message < 3; message++) {
      await open.send({ left: 7 });
      await open.seen();
    }
    assert.deepEqual(await open.seen(), { left: [...down(7, 8), ...down(7, 8), ...down(7, 8)], refused: 0 });
  });

  test('has no link more for a message that comes back after a failure', async () => {
    await using open = await openLoop();
    await open.send({ left: 15, fails: true });
    assert.deepEqual(await open.seen(), { left: [15, ...down(15, 16)], refused: 0 });
    assert.deepEqual(await open.letters(), []);
  });
});

describe('the setting of recursive loop detection', () => {
  test('takes Allow and Terminate, and refuses everything else by name', async () => {
    await using open = await openLoop({ RecursiveLoop: 'Ignore' });
    await assert.rejects(open.send({ left: 0 }), {
      message: /AWS::Lambda::Function Function\.RecursiveLoop: .*"Allow"\|"Terminate"/,
    });
  });

  test('is not read or changed by API here', async () => {
    await using open = await openLoop();
    const named = { FunctionName: 'tiny' };
    await assert.rejects(open.lambda.send(new GetFunctionRecursionConfigCommand(named)), /GetFunctionRecursionConfig/);
    await assert.rejects(
      open.lambda.send(new PutFunctionRecursionConfigCommand({ ...named, RecursiveLoop: 'Allow' })),
      /PutFunctionRecursionConfig/,
    );
  });
});
