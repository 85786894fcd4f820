import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PurgeQueueCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { strToU8, zipSync } from 'fflate';
import { update } from '../../src/aws/ledger/ledger-update.ts';
import { accountKey } from '../../src/ledger/account-item.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { jobKey } from '../../src/ledger/job-item.ts';
import { placeKey } from '../../src/ledger/place-item.ts';
import { sweepKeys } from '../../src/ledger/sweep-item.ts';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../aws/fixture.ts';
import { allow, roleOf } from '../local/s3/open-s3.ts';
import { type CliEnded, runCli } from './run-cli.ts';

export { ACCOUNT as HUB, REGION };
export const QUEUES = ['Assess', 'Sweep', 'Job', 'Object', 'SweepRun', 'Rule', 'Announce'].map(
  (name) => `${name}DeadLetters`,
);
export const OWN = { AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: REGION };

/** The stack of a hub as its commands see it: a table, queues, a function that answers what `answer` says, and parameters. */
export interface OpenHub extends Fixture {
  reseal(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<CliEnded>;
  put(key: { pk: string; sk: string }, item: object): Promise<void>;
  account(account: string, item?: object): Promise<void>;
  place(account: string, region: string, item?: object): Promise<void>;
  bucketItem(bucket: string, item: object, place?: { account: string; region: string }): Promise<void>;
  job(token: string, item: object): Promise<void>;
  sweep(id: string, item: object): Promise<void>;
  accountOfSweep(id: string, account: string, item: object): Promise<void>;
  /** Puts so many messages into a queue of the stack. */
  fill(queue: string, count: number): Promise<void>;
  empty(queue: string): Promise<void>;
  /** Credentials of a role of the hub's account that may do no more than that. */
  session(actions: string[]): NodeJS.ProcessEnv;
}

export async function openHub(
  options: { answer?: string; parameters?: Record<string, string>; now?: () => Date } = {},
): Promise<OpenHub> {
  const folder = mkdtempSync(path.join(tmpdir(), 'reseal-hub-'));
  const { answer = '{}', now } = options;
  const code = `export const handler = async (event) => { console.log(JSON.stringify({ asked: event })); ${answer.startsWith('throw') ? answer : `return ${answer}`} };`;
  writeFileSync(path.join(folder, 'sweep.zip'), zipSync({ 'index.mjs': strToU8(code) }));
  const template = path.join(folder, 'template.json');
  writeFileSync(template, JSON.stringify(templateOf(options.parameters ?? {})));
  const open = await openAws({ stack: { template, stackName: 'reseal-prod' }, ...(now === undefined ? {} : { now }) });
  const put: OpenHub['put'] = async (key, item) => {
    await update(open.clients.dynamoDb, { table: TABLE, key, set: { v: 1, ...item } });
  };
  const url = (queue: string) => `${open.aws.endpoint}/${ACCOUNT}/${queue}`;
  return {
    ...open,
    reseal: (args, env = OWN) => runCli(args, { AWS_ENDPOINT_URL: open.aws.endpoint, ...env }),
    put,
    account: (account, item = {}) =>
      put(accountKey(account), {
        account,
        readAt: AT,
        role: { there: true, at: AT },
        state: 'ACTIVE',
        rev: 1,
        ...item,
      }),
    place: (account, region, item = {}) =>
      put(placeKey({ account, region }), {
        account,
        region,
        sweptAt: AT,
        buckets: 3,
        rule: 'ENABLED',
        reports: true,
        heardAt: AT,
        ...item,
      }),
    bucketItem: (bucket, item, place = { account: ACCOUNT, region: REGION }) =>
      put(bucketKey({ ...place, bucket }), {
        ...place,
        bucket,
        reasons: [],
        rule: 'all',
        rev: 1,
        assessedAt: AT,
        ...item,
      }),
    job: (token, item) =>
      put(jobKey(token), { token, jobId: `job-${token}`, account: ACCOUNT, region: REGION, bucket: 'orders', ...item }),
    sweep: (id, item) => put(sweepKeys.sweep(id), { sweep: id, at: AT, observe: false, scope: {}, ...item }),
    accountOfSweep: (id, account, item) => put(sweepKeys.account(id, account), { account, large: [], ...item }),
    fill: async (queue, count) => {
      for (let left = count; left > 0; left -= 10) {
        const Entries = Array.from({ length: Math.min(10, left) }, (_, at) => ({ Id: `${at}`, MessageBody: '{}' }));
        await open.clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: url(queue), Entries }));
      }
    },
    empty: async (queue) => {
      await open.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: url(queue) }));
    },
    session: (actions) => {
      const { identity } = open.aws.world;
      const role = roleOf('looker', [allow(actions)]);
      identity.putRole(role);
      const session = identity.startSession(role.arn, 's', { service: 'lambda.amazonaws.com' });
      return {
        AWS_ACCESS_KEY_ID: session.accessKeyId,
        AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
        AWS_SESSION_TOKEN: session.sessionToken,
        AWS_REGION: REGION,
      };
    },
    [Symbol.asyncDispose]: async () => {
      await open[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

export const AT = '2026-11-02T10:00:00.000Z';

function templateOf(parameters: Readonly<Record<string, string>>): object {
  const queues = [...QUEUES, 'SweepQueue', 'JobQueue'].map((name) => [
    name,
    { Type: 'AWS::SQS::Queue', Properties: { QueueName: name } },
  ]);
  return {
    Parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, Default]) => [name, { Type: 'String', Default }]),
    ),
    Resources: {
      ...Object.fromEntries(queues),
      // As infra/queue-policies.yml has it: not even the account's administrator may.
      JobQueuePolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'JobQueue' }],
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 'sqs:SendMessage',
                Resource: { 'Fn::GetAtt': ['JobQueue', 'Arn'] },
              },
            ],
          },
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'sweep-role',
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
        },
      },
      Sweep: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'sweep',
          Code: { S3Bucket: 'packages', S3Key: 'serverless/sweep.zip' },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Timeout: 60,
        },
      },
    },
    Outputs: {
      Version: { Value: '0.2.0' },
      LedgerTableName: { Value: TABLE },
      SweepFunctionName: { Value: 'sweep' },
    },
  };
}
