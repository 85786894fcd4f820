import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { BatchWriteItemCommand, DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';

/**
 * A function that logs the ids of each batch. An item says what becomes of its record: `throw` fails the invocation, `report` lists the
 * record as failed; each as often as `times` says, else always.
 */
const HANDLER = `
const seen = new Map();
export async function handler(event) {
  const records = event.Records.map(({ dynamodb }) => ({ ...dynamodb, image: dynamodb.NewImage ?? dynamodb.OldImage }));
  console.log(JSON.stringify(records.map(({ Keys }) => Keys.pk.S)));
  const fails = (record, how) => {
    if (record.image.do?.S !== how) return false;
    const count = (seen.get(record.SequenceNumber) ?? 0) + 1;
    seen.set(record.SequenceNumber, count);
    return count <= Number(record.image.times?.N ?? Infinity);
  };
  if (records.filter((record) => fails(record, 'throw')).length > 0) throw new TypeError('told to');
  const failed = records.filter((record) => fails(record, 'report'));
  return { batchItemFailures: failed.map(({ SequenceNumber }) => ({ itemIdentifier: SequenceNumber })) };
}
`;

const attribute = (logicalId: string, name: string): object => ({ 'Fn::GetAtt': [logicalId, name] });

const READ = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map((name) => `dynamodb:${name}`);

export interface StreamStackOptions {
  /** Properties of the mapping beside function and stream. */
  readonly mapping?: Readonly<Record<string, unknown>>;
  readonly actions?: readonly string[];
  readonly viewType?: string;
}

function streamTemplate({ mapping = {}, actions = READ, viewType = 'NEW_AND_OLD_IMAGES' }: StreamStackOptions) {
  const statements = [
    { Effect: 'Allow', Action: actions, Resource: attribute('Table', 'StreamArn') },
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: attribute('Dead', 'Arn') },
  ];
  return {
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'ledger',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          StreamSpecification: { StreamViewType: viewType },
        },
      },
      Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
          Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: statements } }],
        },
      },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'reader',
          Code: { S3Key: 'reader.zip' },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Role: attribute('Role', 'Arn'),
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: { Ref: 'Function' },
          EventSourceArn: attribute('Table', 'StreamArn'),
          StartingPosition: 'TRIM_HORIZON',
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ...mapping,
        },
      },
    },
  };
}

export interface Change {
  readonly pk: string;
  readonly do?: string;
  readonly times?: number;
}

/** The stack, deployed; retries wait a millisecond. */
export async function openStream(options: StreamStackOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'reseal-stream-'));
  writeFileSync(join(folder, 'reader.zip'), zipSync({ 'index.mjs': strToU8(HANDLER) }));
  const template = join(folder, 'template.json');
  writeFileSync(template, JSON.stringify(streamTemplate(options)));
  let offsetMs = 0;
  const aws = await startLocal({
    now: () => new Date(Date.now() + offsetMs),
    stack: { template, stackName: 'stream' },
    lambda: { streamRetryDelaysMs: [1] },
  });
  const clients = createClients(aws);
  const item = ({ pk, times, ...rest }: Change) => ({
    pk: { S: pk },
    ...(rest.do === undefined ? {} : { do: { S: rest.do } }),
    ...(times === undefined ? {} : { times: { N: String(times) } }),
  });
  return {
    aws,
    ...clients,
    /** Puts items in one call, so that the function gets them in one batch. */
    put: async (...changes: Change[]) => {
      const puts = changes.map((change) => ({ PutRequest: { Item: item(change) } }));
      await clients.dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { ledger: puts } }));
    },
    remove: (pk: string) =>
      clients.dynamoDb.send(new DeleteItemCommand({ TableName: 'ledger', Key: { pk: { S: pk } } })),
    idle: () => aws.world.activity.idle(60_000),
    wait: (ms: number) => {
      offsetMs += ms;
    },
    /** The ids of each batch that the function got. */
    batches: (): unknown[] => {
      const [pool] = aws.functions.list();
      return (pool?.log.lines ?? []).filter((line) => line.startsWith('[')).map((line) => JSON.parse(line));
    },
    letters: async (): Promise<Record<string, unknown>[]> => {
      const QueueUrl = `${aws.endpoint}/111111111111/dead`;
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body = '{}' }) => JSON.parse(Body));
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
      rmSync(folder, { recursive: true });
    },
  };
}
