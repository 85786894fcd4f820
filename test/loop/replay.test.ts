import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { runCli } from '../cli/run-cli.ts';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';

let stack: DeployedStack;
before(async () => {
  stack = await deployStack();
});
after(() => stack[Symbol.asyncDispose]());

const replay = (...args: string[]) => replayOf(stack.named('SweepLambdaFunction'), ...args);

const replayOf = (name: string, ...args: string[]) =>
  runCli(['replay', '--function', name, '--region', REGION, ...args], {
    AWS_ENDPOINT_URL: stack.aws.endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'local',
  });

/** Leaves a dead letter as the function with that role does. */
async function leave(role: string, queue: string, body: string, from?: string): Promise<void> {
  const arn = `arn:aws:iam::${ACCOUNT}:role/${stack.named(role)}`;
  const credentials = stack.aws.world.identity.startSession(arn, 's', { service: 'lambda.amazonaws.com' });
  await using clients = createClients(stack.aws, { credentials, region: REGION });
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const MessageAttributes =
    from === undefined
      ? {}
      : { code: text('malformed-message'), message: text('mended since'), queue: text(await arnOf(from)) };
  const input = { QueueUrl: stack.named(queue), MessageBody: body, MessageAttributes };
  await clients.sqs.send(new SendMessageCommand(input));
}

async function arnOf(queue: string): Promise<string> {
  const input = { QueueUrl: stack.named(queue), AttributeNames: ['QueueArn' as const] };
  return (await stack.clients.sqs.send(new GetQueueAttributesCommand(input))).Attributes?.QueueArn ?? '';
}

const SCHEDULED = { 'detail-type': 'Scheduled Event', id: 'lost-run', time: '2026-11-02T10:00:00Z' };

const EVENT = {
  id: '0f4e5a6b-0000-4000-8000-000000000000',
  source: 'aws.s3',
  'detail-type': 'AWS API Call via CloudTrail',
  account: ACCOUNT,
  region: REGION,
  time: '2026-11-02T10:00:00Z',
  detail: { eventName: 'PutBucketTagging', requestParameters: { bucketName: 'data' } },
};

test('without dead letters there is nothing to do', async () => {
  const { status, stdout, stderr } = await replay('--yes');
  assert.deepEqual(
    [status, stdout, stderr],
    [
      0,
      `Account ${ACCOUNT}, ${REGION}, as arn:aws:iam::${ACCOUNT}:root\nThere are no dead letters.\nThere is nothing to put back.\n`,
      '',
    ],
  );
});

test('letters go back through the function, under its role; poison stays, and nobody is asked where nobody could answer', async () => {
  const poison = 'poison \u009B2J\u202E\nAssessDeadLetters: all is well';
  await makeBucket(stack.clients.s3, 'data', REGION);
  await stack.idle();
  await leave('HubAssessBucketRole', 'AssessDeadLetters', poison, 'AssessQueue');
  await leave('HubAssessBucketRole', 'AssessDeadLetters', JSON.stringify(EVENT), 'AssessQueue');
  await leave('HubTrackJobRole', 'JobDeadLetters', JSON.stringify(SCHEDULED), 'JobQueue');
  const run = { requestContext: { condition: 'RetriesExhausted' }, requestPayload: SCHEDULED };
  await leave('HubSweepRole', 'SweepRunDeadLetters', JSON.stringify(run));

  const asked = await replay();
  assert.equal(asked.status, 64);
  assert.match(
    asked.stderr,
    /^expected --yes, because standard input is no terminal and nobody can answer; nothing is changed\n/,
  );
  assert.match(
    asked.stdout,
    /\n {4}why: {2}buried at its first try, malformed-message: mended since\n {4}back: to the queue job\n/,
  );
  assert.match(
    asked.stdout,
    /\n {4}stays: this version cannot read it\. .*\n {4}body: poison \\u\{9b\}2J\\u\{202e\} AssessDead/,
  );
  const dry = await replay('--dry-run', '--queue', 'job');
  assert.deepEqual([dry.status, dry.stdout.split('\n').at(-2)], [0, 'Nothing was put back (--dry-run).']);

  const put = await replay('--yes');
  assert.equal(put.status, 0, put.stdout + put.stderr);
  assert.match(put.stdout, /\nPut back: 3\. Left where they were: 1, of which 0 could not be put back\.\n$/);
  await stack.idle();
  const { status, stdout } = await replay('--json');
  assert.equal(status, 0);
  assert.doesNotMatch(stdout, /[\u0080-\u009F\u202E]/);
  const { queues } = JSON.parse(stdout);
  const left = queues.flatMap(({ queue, letters }: { queue: string; letters: { body: string }[] }) =>
    letters.map(({ body }) => [queue, body]),
  );
  assert.deepEqual(left, [['assess', poison]]);
  assert.notEqual((await stack.item('SWEEP#all', 'SWEEP#lost-run'))?.['endedAt'], undefined);
});

test('where a hundred letters stay, those behind them are put back all the same', async () => {
  await Promise.all(
    Array.from({ length: 115 }, () => leave('HubTrackJobRole', 'JobDeadLetters', 'poison', 'JobQueue')),
  );
  await leave('HubTrackJobRole', 'JobDeadLetters', JSON.stringify(SCHEDULED), 'JobQueue');
  const put = await replay('--yes', '--queue', 'job');
  assert.match(put.stdout, /\nPut back: 1\. Left where they were: 115, of which 0 could not be put back\.\n$/);
});

test('a function that is not there, another one, and a misspelt queue are told in words', async () => {
  const failed = await replay('--queue', 'jobs');
  assert.deepEqual(
    [failed.status, failed.stderr.split('\n')[0]],
    [64, 'expected one of assess, sweep, job, object, run, rule, announce after --queue, found jobs'],
  );
  const away = await replayOf('reseal-prod-swep');
  assert.equal(away.status, 1);
  assert.match(
    away.stderr,
    /^reseal-prod-swep was not run: .*; expected a function of this Region that you may run \(lambda:InvokeFunction\)\n$/,
  );
  const other = await replayOf(stack.named('TrackDashjobLambdaFunction'));
  assert.equal(other.status, 1);
  assert.match(other.stderr, /-track-job failed: /);
});
