import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GetFunctionCommand, InvokeCommand, ListFunctionsCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { startLocal } from '../../../local/start-local.ts';
import type { LocalOptions } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { tinyTemplate, writeTinyStack } from '../tiny-stack.ts';

const ARN = 'arn:aws:lambda:eu-west-1:111111111111:function:tiny';

async function openTiny(template: object = tinyTemplate(), options: LocalOptions = {}) {
  const stack = writeTinyStack(template);
  const aws = await startLocal({ ...options, stack: { template: stack.template, stackName: 'tiny' } });
  const clients = createClients(aws);
  const log = (): readonly string[] => aws.functions.find(ARN)?.log.lines ?? [];
  return {
    aws,
    lambda: clients.lambda,
    log,
    invoke: async (payload: object) => {
      const { StatusCode, FunctionError, Payload } = await clients.lambda.send(
        new InvokeCommand({ FunctionName: 'tiny', Payload: JSON.stringify(payload) }),
      );
      return { StatusCode, FunctionError, answer: JSON.parse(Payload?.transformToString() ?? 'null') };
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
      stack[Symbol.dispose]();
    },
  };
}

/** Request ids are new each time. */
const withoutId = (text: string): string => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'ID');

describe('a function', () => {
  test('answers an invocation, again in the same process, and its process is measured', async () => {
    await using open = await openTiny();
    assert.deepEqual(await open.invoke({ do: 'nothing' }), {
      StatusCode: 200,
      FunctionError: undefined,
      answer: { batchItemFailures: [] },
    });
    await open.invoke({ do: 'nothing' });
    const [figures, ...others] = open.aws.functions.find(ARN)?.figures ?? [];
    assert.deepEqual([others, figures?.invocations], [[], 2]);
    assert.ok((figures?.initMs ?? 0) > 0);
    assert.ok(process.platform !== 'linux' || (figures?.peakKb ?? 0) > 10_000);
    assert.deepEqual(open.log()[0], '{"what":"nothing","name":"tiny"}');
  });

  test('has the environment of Lambda and of its template, and nothing of the machine', async () => {
    process.env['NODE_OPTIONS'] = '';
    process.env['AWS_PROFILE'] = 'a-profile-of-this-machine';
    await using open = await openTiny();
    const { answer } = await open.invoke({ do: 'environment' });
    delete process.env['AWS_PROFILE'];
    delete process.env['NODE_OPTIONS'];
    const {
      PATH,
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
      AWS_SESSION_TOKEN,
      LAMBDA_TASK_ROOT,
      AWS_LAMBDA_RUNTIME_API,
      AWS_LAMBDA_LOG_STREAM_NAME,
      _X_AMZN_TRACE_ID,
      ...rest
    } = answer;
    assert.match(LAMBDA_TASK_ROOT, /reseal-local-/);
    assert.ok(
      [
        PATH,
        AWS_SECRET_ACCESS_KEY,
        AWS_SESSION_TOKEN,
        AWS_LAMBDA_RUNTIME_API,
        AWS_LAMBDA_LOG_STREAM_NAME,
        _X_AMZN_TRACE_ID,
      ].every((value) => typeof value === 'string'),
    );
    assert.equal(
      open.aws.world.identity.callerOf(AWS_ACCESS_KEY_ID).arn,
      'arn:aws:sts::111111111111:assumed-role/tiny-role/tiny',
    );
    assert.deepEqual(rest, {
      COLOUR: 'green',
      NUMBER: '5',
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      _HANDLER: 'index.handler',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'tiny',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/tiny',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: open.aws.endpoint,
      AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: 'true',
    });
  });

  test('reaches no host but this machine', async () => {
    await using open = await openTiny();
    assert.deepEqual((await open.invoke({ do: 'remote' })).answer, 'ENOTFOUND');
  });

  test('that throws is reported with type and message, and goes on in its process', async () => {
    await using open = await openTiny();
    const { FunctionError, answer } = await open.invoke({ do: 'throw' });
    assert.deepEqual(
      [FunctionError, answer.errorType, answer.errorMessage, answer.trace[0]],
      ['Unhandled', 'TypeError', 'told to', 'TypeError: told to'],
    );
    await open.invoke({ do: 'nothing' });
    assert.equal(open.aws.functions.find(ARN)?.figures.length, 1);
  });

  test('that ends its process is reported, and the next invocation gets a new one', async () => {
    await using open = await openTiny();
    const { FunctionError, answer } = await open.invoke({ do: 'crash' });
    assert.deepEqual(
      [FunctionError, answer.errorType, withoutId(answer.errorMessage)],
      ['Unhandled', 'Runtime.ExitError', 'RequestId: ID Error: Runtime exited with error: exit status 7'],
    );
    assert.equal((await open.invoke({ do: 'nothing' })).FunctionError, undefined);
    assert.equal(open.aws.functions.find(ARN)?.figures.length, 2);
  });

  test('that takes longer than its timeout is ended', async () => {
    const template = JSON.parse(JSON.stringify(tinyTemplate()).replace('"Timeout":60', '"Timeout":1'));
    await using open = await openTiny(template);
    const { answer } = await open.invoke({ do: 'hang' });
    assert.deepEqual(
      [answer.errorType, withoutId(answer.errorMessage)],
      ['Sandbox.Timedout', 'RequestId: ID Error: Task timed out after 1.00 seconds'],
    );
  });

  test('whose handler is not there fails at its start', async () => {
    const template = JSON.parse(JSON.stringify(tinyTemplate()).replace('index.handler', 'index.nothing'));
    await using open = await openTiny(template);
    const { answer } = await open.invoke({});
    assert.deepEqual(
      [answer.errorType, answer.errorMessage],
      ['Runtime.HandlerNotFound', 'index.nothing is undefined or not exported'],
    );
  });

  test('runs at most as many processes at once as it may', async () => {
    await using open = await openTiny(tinyTemplate(), { lambda: { concurrency: 2 } });
    await Promise.all([1, 2, 3, 4].map(() => open.invoke({ do: 'nothing' })));
    assert.equal(open.aws.functions.find(ARN)?.figures.length, 2);
  });

  test('leaves no process behind when the embedded AWS is closed', async () => {
    const open = await openTiny();
    await open.invoke({ do: 'nothing' });
    const pid = open.aws.functions.find(ARN)?.figures[0]?.pid ?? assert.fail();
    await open[Symbol.asyncDispose]();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });
});

describe('the Lambda API', () => {
  test('describes and lists functions, and answers 501 by name to the rest', async () => {
    await using open = await openTiny();
    const { Configuration } = await open.lambda.send(new GetFunctionCommand({ FunctionName: ARN }));
    const { Functions = [] } = await open.lambda.send(new ListFunctionsCommand({}));
    assert.deepEqual(
      [Configuration?.FunctionArn, Configuration?.Timeout, Functions.map(({ FunctionName }) => FunctionName)],
      [ARN, 60, ['tiny']],
    );
    await assert.rejects(open.lambda.send(new PublishVersionCommand({ FunctionName: 'tiny' })), {
      name: 'NotImplemented',
      message: /PublishVersion/,
    });
  });

  test('refuses an unknown function and a payload that is not JSON', async () => {
    await using open = await openTiny();
    await assert.rejects(open.lambda.send(new InvokeCommand({ FunctionName: 'nobody' })), {
      name: 'ResourceNotFoundException',
    });
    await assert.rejects(open.lambda.send(new InvokeCommand({ FunctionName: 'tiny', Payload: '{' })), {
      name: 'InvalidRequestContentException',
    });
  });

  test('accepts an asynchronous invocation, tries it again, and sends the failure to its destination', async () => {
    const destination = { 'Fn::GetAtt': ['Dead', 'Arn'] };
    const template = tinyTemplate({
      Async: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'Function' },
          Qualifier: '$LATEST',
          MaximumRetryAttempts: 1,
          DestinationConfig: { OnFailure: { Destination: destination } },
        },
      },
      Send: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'send',
          Roles: [{ Ref: 'Role' }],
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: destination }] },
        },
      },
    });
    await using open = await openTiny(template, { lambda: { asyncRetryDelaysMs: [1] } });
    const { StatusCode } = await open.lambda.send(
      new InvokeCommand({ FunctionName: 'tiny', InvocationType: 'Event', Payload: '{"do":"throw"}' }),
    );
    assert.equal(StatusCode, 202);
    assert.ok(await open.aws.world.activity.idle(60_000));
    const caller = open.aws.world.identity.administrator('111111111111');
    const received = await open.aws.world.invoke(
      'sqs',
      'ReceiveMessage',
      { QueueUrl: '/111111111111/dead' },
      { caller, region: 'eu-west-1' },
    );
    const { requestContext, requestPayload, responseContext, responsePayload } = JSON.parse(
      Object(received).Messages[0].Body,
    );
    assert.deepEqual(
      {
        ...requestContext,
        requestId: typeof requestContext.requestId,
        requestPayload,
        responseContext,
        error: responsePayload.errorMessage,
      },
      {
        requestId: 'string',
        functionArn: `${ARN}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 2,
        requestPayload: { do: 'throw' },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        error: 'told to',
      },
    );
  });
});
