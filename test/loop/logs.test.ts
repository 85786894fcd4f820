import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployStack } from './deployed-stack.ts';

test('what became of an event that leaves no trace in the ledger is read from the logs', async () => {
  await using stack = await deployStack();
  stack.aws.bus.publish({
    version: '0',
    id: 'event-1',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.s3',
    account: '111111111111',
    time: '2026-11-22T00:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail: {
      eventSource: 's3.amazonaws.com',
      eventName: 'CreateBucket',
      requestParameters: { bucketName: 'long-gone' },
    },
  });
  await stack.idle();
  const answer = await fetch(`${stack.aws.endpoint}/_local/logs?function=reseal-prod-assess-bucket`);
  const { logs }: { logs: { account: string; lines: string[] }[] } = Object(await answer.json());
  const told = logs
    .flatMap(({ lines }) => lines)
    .map((line): { message?: string; bucket?: string; kind?: string } => JSON.parse(line));
  assert.deepEqual(
    told.filter(({ bucket }) => bucket === 'long-gone').map(({ message, kind }) => ({ message, kind })),
    [{ message: 'done', kind: 'ignored' }],
  );
});
