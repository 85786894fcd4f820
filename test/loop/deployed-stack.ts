import assert from 'node:assert/strict';
import path from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type Message, ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Outcome } from '../../local/world.ts';
import { type LocalAws, startLocal } from '../../local/start-local.ts';
import { localStack } from '../../scripts/local-stack.ts';
import { type Clients, createClients } from '../local/clients.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';

/** Where the ledger of this place keeps a bucket. */
export const bucketPk = (bucket: string) => `BUCKET#${ACCOUNT}/${REGION}/${bucket}`;

const POLICY = path.resolve(import.meta.dirname, '../../reseal.yaml');

/** The packaged stack of reseal.yaml in one account and Region: its bundles run in processes of their own, under its roles. */
export interface DeployedStack extends AsyncDisposable {
  readonly aws: LocalAws;
  readonly clients: Clients;
  /** ARN of the standard's key. */
  readonly keyArn: string;
  /** The physical name of a resource of the template. */
  named(logicalId: string): string;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
  /** Resolves when nothing is under way but messages that wait for their time. */
  atRest(): Promise<void>;
  /** The calls of this operation that assess-bucket made and that were let through. */
  callsOfReseal(operation: string): Outcome[];
  sweep(payload?: object): Promise<unknown>;
  item(pk: string, sk?: string): Promise<Record<string, unknown> | undefined>;
  /** An object's text as S3 gives it back, and what encrypts it. */
  read(bucket: string, key: string): Promise<{ text: string | undefined; algorithm: unknown; keyId: unknown }>;
  /** Sends messages into the sweep's queue as the function sweep does, which alone may. */
  sendAsSweep(...bodies: string[]): Promise<void>;
  /** What waits in a queue; it is hidden afterwards. */
  waiting(logicalId: string): Promise<Message[]>;
}

export interface DeployOptions {
  /** A changed template, written beside the zips of the packaged one. */
  readonly template?: (packaged: string) => string;
  readonly settle?: number;
  readonly now?: () => Date;
  /** Parameters of the stack, beside those of every test. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What is there before the stack is deployed. */
  readonly before?: (aws: LocalAws) => void | Promise<void>;
}

export async function deployStack(options: DeployOptions = {}): Promise<DeployedStack> {
  const { deployer } = await localStack({ policy: POLICY, settle: options.settle ?? 0 });
  const template = options.template?.(deployer.template) ?? deployer.template;
  const aws = await startLocal({
    stack: { ...deployer, template, parameters: { ...deployer.parameters, ...options.parameters } },
    deployOnFirstUse: false,
    regions: [REGION, 'us-east-1', 'us-east-2', 'us-west-2'],
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  await options.before?.(aws);
  const stack = await deployed(aws);
  const clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const outcomes: Outcome[] = [];
  aws.onOutcome((outcome) => void outcomes.push(outcome));
  const named = (logicalId: string) =>
    stack?.resources.find((resource) => resource.logicalId === logicalId)?.physicalId ?? assert.fail(logicalId);
  return {
    aws,
    clients,
    keyArn: aws.world.keys.resolve('alias/reseal', ACCOUNT, REGION).arn,
    named,
    idle: async () => {
      const isIdle = await aws.world.activity.idle(300_000);
      assert.equal(isIdle, true, JSON.stringify(aws.world.activity.counts));
    },
    atRest: async () => {
      for (let tries = 0; tries < 60; tries += 1) {
        if (await aws.world.activity.idle(1_000)) return;
        const { invocation, job, event } = aws.world.activity.counts;
        if (invocation + job + event === 0) return;
      }
      assert.fail(JSON.stringify(aws.world.activity.counts));
    },
    callsOfReseal: (operation) =>
      outcomes.filter(
        ({ call, error }) =>
          call.operation === operation && error === undefined && call.caller.role?.name === named('AssessBucketRole'),
      ),
    sweep: async (payload = {}) => {
      const FunctionName = named('SweepLambdaFunction');
      const answer = await clients.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
      const text = Buffer.from(answer.Payload ?? []).toString();
      assert.equal(answer.FunctionError, undefined, text);
      return JSON.parse(text);
    },
    item: async (pk, sk = 'STATE') => {
      const Key = { pk: { S: pk }, sk: { S: sk } };
      const { Item } = await clients.dynamoDb.send(new GetItemCommand({ TableName: named('LedgerTable'), Key }));
      return Item === undefined ? undefined : unmarshall(Item);
    },
    read: async (Bucket, Key) => {
      const output = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
      const text = await output.Body?.transformToString();
      return { text, algorithm: output.ServerSideEncryption, keyId: output.SSEKMSKeyId };
    },
    sendAsSweep: async (...bodies) => {
      const role = `arn:aws:iam::${ACCOUNT}:role${options.parameters?.['RolePath'] ?? '/'}${named('HubSweepRole')}`;
      const credentials = aws.world.identity.startSession(role, 'test', { service: 'lambda.amazonaws.com' });
      await using sweep = createClients(aws, { credentials, region: REGION });
      const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await sweep.sqs.send(new SendMessageBatchCommand({ QueueUrl: named('SweepQueue'), Entries }));
    },
    waiting: async (logicalId) => {
      const input = { QueueUrl: named(logicalId), MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
      return (await clients.sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

async function deployed(aws: LocalAws) {
  try {
    return await aws.deployer?.ensure(ACCOUNT, REGION);
  } catch (error) {
    await aws.close();
    throw error;
  }
}
