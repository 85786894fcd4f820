import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';

export interface TinyStack extends Disposable {
  /** Path of the template, beside the zip. */
  readonly template: string;
}

/** The function of the tiny stack: what it does is said by the messages it gets. */
const HANDLER = `
import { request } from 'node:http';
export async function handler(event, context) {
  const failed = [];
  for (const record of event.Records ?? [{ messageId: '', body: JSON.stringify(event) }]) {
    const message = JSON.parse(record.body);
    const what = message.do ?? message.detail?.do ?? message.detail?.eventName;
    console.log(JSON.stringify({ what, receives: record.attributes?.ApproximateReceiveCount, name: context.functionName }));
    if (what === 'crash') process.exit(7);
    if (what === 'throw') throw new TypeError('told to');
    if (what === 'hang') await new Promise(() => setInterval(() => {}, 1000));
    if (what === 'fail') failed.push({ itemIdentifier: record.messageId });
    if (what === 'garble') return { batchItemFailures: [{ itemIdentifier: 'nobody' }] };
    if (what === 'environment') return process.env;
    if (what === 'remote') return await new Promise((resolve) => request({ host: 'example.com' }).on('error', (error) => resolve(error.code)).end());
  }
  return { batchItemFailures: failed };
}
`;

const TRUST = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

const attribute = (logicalId: string, name = 'Arn'): object => ({ 'Fn::GetAtt': [logicalId, name] });

/** A stack of one rule, one queue with its dead-letter queue, and one function; `changes` replaces or adds resources. */
export function tinyTemplate(changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    Parameters: { Settle: { Type: 'Number', Default: 0, MaxValue: 900 } },
    Resources: {
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'tiny',
          EventPattern: { detail: { eventName: ['CreateBucket'], errorCode: [{ exists: false }] } },
          Targets: [{ Id: 'queue', Arn: attribute('Work'), DeadLetterConfig: { Arn: attribute('Dead') } }],
        },
      },
      Work: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'work',
          DelaySeconds: { Ref: 'Settle' },
          VisibilityTimeout: 360,
          RedrivePolicy: { deadLetterTargetArn: attribute('Dead'), maxReceiveCount: 2 },
        },
      },
      Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
      WorkPolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: { Queues: [{ Ref: 'Work' }, { Ref: 'Dead' }], PolicyDocument: letRuleSend() },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { RoleName: 'tiny-role', AssumeRolePolicyDocument: TRUST, Policies: [readQueue()] },
      },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'tiny',
          Code: { S3Bucket: 'packages', S3Key: 'serverless/tiny.zip' },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Role: attribute('Role'),
          Timeout: 60,
          Environment: { Variables: { COLOUR: 'green', NUMBER: 5 } },
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: { Ref: 'Function' },
          EventSourceArn: attribute('Work'),
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
      ...changes,
    },
    Outputs: { QueueUrl: { Value: { Ref: 'Work' } } },
  };
}

const letRuleSend = (): object => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:SourceArn': attribute('Rule') } },
    },
  ],
});

const readQueue = (): object => ({
  PolicyName: 'read',
  PolicyDocument: {
    Statement: [
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: attribute('Work'),
      },
    ],
  },
});

/** Writes a template and the zip of its function to a folder of their own, which goes when it is disposed. */
export function writeTinyStack(template: object = tinyTemplate(), handler = HANDLER): TinyStack {
  const folder = mkdtempSync(join(tmpdir(), 'reseal-tiny-'));
  writeFileSync(join(folder, 'tiny.zip'), zipSync({ 'index.mjs': strToU8(handler) }));
  const path = join(folder, 'template.json');
  writeFileSync(path, JSON.stringify(template));
  return { template: path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
