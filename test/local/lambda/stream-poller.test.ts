import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { openStream } from './stream-stack.ts';

const onFailure = { DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } } };

describe('a stream', { concurrency: 2 }, () => {
  test('reaches its function in order, in batches of the size that the mapping says', async () => {
    await using open = await openStream({ mapping: { BatchSize: 2 } });
    await open.put({ pk: 'a' }, { pk: 'b' }, { pk: 'c' });
    await open.remove('b');
    assert.ok(await open.idle());
    assert.deepEqual(open.batches().flat(), ['a', 'b', 'c', 'b']);
    assert.deepEqual(open.batches()[0], ['a', 'b']);
  });

  test('passes the filters of its mapping, and what does not pass is done', async () => {
    const pattern = JSON.stringify({ eventName: ['INSERT'], dynamodb: { NewImage: { do: { S: ['keep'] } } } });
    await using open = await openStream({ mapping: { FilterCriteria: { Filters: [{ Pattern: pattern }] } } });
    await open.put({ pk: 'a', do: 'keep' }, { pk: 'b' }, { pk: 'c', do: 'keep' });
    await open.remove('a');
    assert.ok(await open.idle());
    assert.deepEqual(open.batches(), [['a', 'c']]);
  });

  test('is retried whole until the function does it, before anything later', async () => {
    await using open = await openStream();
    await open.put({ pk: 'a' }, { pk: 'b', do: 'throw', times: 2 });
    await open.put({ pk: 'c' });
    assert.ok(await open.idle());
    assert.deepEqual(open.batches(), [['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']]);
  });

  test('is retried from the lowest record that the function reports', async () => {
    await using open = await openStream();
    await open.put({ pk: 'a' }, { pk: 'b', do: 'report', times: 1 }, { pk: 'c' }, { pk: 'd', do: 'report', times: 1 });
    assert.ok(await open.idle());
    assert.deepEqual(open.batches(), [
      ['a', 'b', 'c', 'd'],
      ['b', 'c', 'd'],
    ]);
  });

  test('is split where the mapping says so, and only the record that fails is given up', async () => {
    const mapping = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1, ...onFailure };
    await using open = await openStream({ mapping });
    await open.put({ pk: 'a' }, { pk: 'b' }, { pk: 'c', do: 'throw' }, { pk: 'd' });
    assert.ok(await open.idle());
    assert.deepEqual(open.batches(), [['a', 'b', 'c', 'd'], ['a', 'b'], ['c', 'd'], ['c'], ['c'], ['d']]);
    const [letter] = await open.letters();
    const { LatestStreamArn: streamArn } =
      (await open.dynamoDb.send(new DescribeTableCommand({ TableName: 'ledger' }))).Table ?? {};
    const { requestContext, timestamp, DDBStreamBatchInfo: info, ...rest } = letter ?? {};
    const { requestId, ...context }: Record<string, unknown> = Object(requestContext);
    assert.deepEqual(context, {
      functionArn: 'arn:aws:lambda:eu-west-1:111111111111:function:reader',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    });
    assert.deepEqual(rest, {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
    });
    const { approximateArrivalOfFirstRecord: first, approximateArrivalOfLastRecord: last, ...batch } = Object(info);
    assert.deepEqual(batch, {
      shardId: 'shardId-00000000000000000000-00000000',
      startSequenceNumber: '100000000000000000003',
      endSequenceNumber: '100000000000000000003',
      batchSize: 1,
      streamArn,
    });
    assert.deepEqual([first, Date.parse(String(timestamp)) > 0, String(requestId).length], [last, true, 36]);
  });

  test('loses the records that became too old, which are reported and not shown to the function again', async () => {
    const mapping = { MaximumRecordAgeInSeconds: 60, ...onFailure };
    await using open = await openStream({ mapping });
    await open.put({ pk: 'a', do: 'throw' });
    while (open.batches().length === 0) await new Promise((resolve) => setImmediate(resolve));
    open.wait(120_000);
    assert.ok(await open.idle());
    await open.put({ pk: 'b' });
    assert.ok(await open.idle());
    assert.deepEqual(open.batches().at(-1), ['b']);
    const [letter] = await open.letters();
    const { condition }: Record<string, unknown> = Object(letter?.['requestContext']);
    assert.equal(condition, 'RecordAgeExceeded');
  });
});

describe('a mapping of a stream is refused', { concurrency: 2 }, () => {
  for (const [why, options, refusal] of [
    [
      'whose role may not read it',
      { actions: ['dynamodb:GetRecords'] },
      /InvalidParameterValueException.*ListStreams Actions/,
    ],
    [
      'with a filter that is no pattern',
      { mapping: { FilterCriteria: { Filters: [{ Pattern: '{"a":"b"}' }] } } },
      /Invalid filter pattern definition/,
    ],
    ['that works on one shard in parallel', { mapping: { ParallelizationFactor: 2 } }, /ParallelizationFactor of 2/],
    [
      'with a property that nothing acts upon',
      { mapping: { TumblingWindowInSeconds: 5 } },
      /The property TumblingWindowInSeconds/,
    ],
    ['without a starting position', { mapping: { StartingPosition: undefined } }, /StartingPosition/],
    [
      'whose records are given up after a minute at most',
      { mapping: { MaximumRecordAgeInSeconds: 30 } },
      /MaximumRecordAgeInSeconds/,
    ],
  ] as const) {
    test(why, async () => {
      await using open = await openStream(options);
      const refused: unknown = await open.dynamoDb.send(new DescribeTableCommand({ TableName: 'ledger' })).then(
        () => 'not refused',
        (error: unknown) => error,
      );
      const { name, message }: { name?: string; message?: string } = Object(refused);
      assert.match(`${name}: ${message}`, refusal);
    });
  }
});
