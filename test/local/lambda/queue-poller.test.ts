import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { tinyTemplate, writeTinyStack } from '../tiny-stack.ts';

const PLACE = { account: '111111111111', region: 'eu-west-1' } as const;
const ARN = 'arn:aws:lambda:eu-west-1:111111111111:function:tiny';

/** The tiny stack, deployed by the first call of a client. What its function does not finish comes back at once, and not after six minutes. */
async function openTiny(template: object = tinyTemplate()) {
  const stack = writeTinyStack(template);
  const aws = await startLocal({
    stack: { template: stack.template, stackName: 'tiny' },
    lambda: { returnSeconds: 0 },
  });
  const clients = createClients(aws, PLACE);
  const QueueUrl = `${aws.endpoint}/111111111111/work`;
  return {
    aws,
    ...clients,
    idle: () => aws.world.activity.idle(60_000),
    /** Sends messages in one call, so that the function gets them in one batch. */
    send: async (...messages: object[]) => {
      const Entries = messages.map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
      await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    },
    sendOne: (body: string, MessageAttributes = {}) =>
      clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes })),
    logged: () =>
      (aws.functions.find(ARN)?.log.lines ?? []).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)),
    letters: async () => {
      const url = `${aws.endpoint}/111111111111/dead`;
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      );
      return Messages;
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
      stack[Symbol.dispose]();
    },
  };
}

describe('a call to S3', () => {
  test('becomes an event, a message and an invocation', async () => {
    await using open = await openTiny();
    await open.s3.send(
      new CreateBucketCommand({ Bucket: 'made', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    assert.ok(await open.idle());
    assert.deepEqual(open.logged(), [{ what: 'CreateBucket', receives: '1', name: 'tiny' }]);
    assert.deepEqual(open.aws.bus.log.events.at(-1)?.rules, [
      { name: 'tiny', matched: true, target: 'arn:aws:sqs:eu-west-1:111111111111:work', delivered: true },
    ]);
  });

  test('that failed does not pass the rule', async () => {
    await using open = await openTiny();
    await assert.rejects(open.s3.send(new CreateBucketCommand({ Bucket: 'No_Name' })));
    assert.deepEqual([open.aws.bus.log.events.at(-1)?.rules[0]?.matched, open.logged()], [false, []]);
  });

  test('whose event the queue does not let in goes to the dead-letter queue of the rule', async () => {
    const policy = (queue: string) => ({
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: queue }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: '*',
              Condition: {
                ArnEquals: {
                  'aws:SourceArn':
                    queue === 'Dead'
                      ? { 'Fn::GetAtt': ['Rule', 'Arn'] }
                      : 'arn:aws:events:eu-west-1:111111111111:rule/another',
                },
              },
            },
          ],
        },
      },
    });
    await using open = await openTiny(tinyTemplate({ WorkPolicy: policy('Work'), DeadPolicy: policy('Dead') }));
    await open.s3.send(
      new CreateBucketCommand({ Bucket: 'made', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    assert.ok(await open.idle());
    const [letter] = await open.letters();
    assert.equal(JSON.parse(letter?.Body ?? '{}').detail.requestParameters.bucketName, 'made');
    assert.equal(letter?.MessageAttributes?.['ERROR_CODE']?.StringValue, 'NO_PERMISSIONS');
    assert.deepEqual(open.logged(), []);
  });
});

describe('a batch', { concurrency: true }, () => {
  test('whose function fails one message leaves that one, which ends in the dead-letter queue', async () => {
    await using open = await openTiny();
    await open.send({ do: 'good' }, { do: 'fail' }, { do: 'good too' });
    assert.ok(await open.idle());
    assert.deepEqual(
      open.logged().map(({ what, receives }) => `${what} ${receives}`),
      ['good 1', 'fail 1', 'good too 1', 'fail 2'],
    );
    assert.deepEqual(
      (await open.letters()).map(({ Body }) => Body),
      ['{"do":"fail"}'],
    );
  });

  for (const [what, message] of [
    ['throws', { do: 'throw' }],
    ['ends its process', { do: 'crash' }],
    ['answers with a message that was not there', { do: 'garble' }],
  ] as const) {
    test(`whose function ${what} comes back whole`, async () => {
      await using open = await openTiny();
      await open.send(message, { do: 'neighbour' });
      assert.ok(await open.idle());
      assert.equal(open.logged().filter(({ what: done }) => done === message.do).length, 2);
      assert.deepEqual(
        (await open.letters()).map(({ Body = '' }) => Body).toSorted(),
        [JSON.stringify({ do: 'neighbour' }), JSON.stringify(message)].toSorted(),
      );
    });
  }

  test('waits for its window', async () => {
    const template = JSON.parse(
      JSON.stringify(tinyTemplate()).replace(
        '"FunctionResponseTypes"',
        '"BatchSize":20,"MaximumBatchingWindowInSeconds":1,"FunctionResponseTypes"',
      ),
    );
    await using open = await openTiny(template);
    await open.send(...Array.from({ length: 10 }, (_, index) => ({ do: `a${index}` })));
    await open.send(...Array.from({ length: 5 }, (_, index) => ({ do: `b${index}` })));
    assert.ok(await open.idle());
    assert.deepEqual(
      [open.aws.functions.find(ARN)?.figures.map(({ invocations }) => invocations), open.logged().length],
      [[1], 15],
    );
  });
});

describe('an event source mapping', () => {
  test('is refused for a role that may not read the queue', async () => {
    const denied = JSON.parse(JSON.stringify(tinyTemplate()).replace('sqs:DeleteMessage', 'sqs:PurgeQueue'));
    await using open = await openTiny(denied);
    await assert.rejects(open.sendOne('{}'), {
      name: 'InvalidParameterValueException',
      message: /does not have permissions to call DeleteMessage on SQS/,
    });
  });
});
