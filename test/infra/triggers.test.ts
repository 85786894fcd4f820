import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { ENDED_BADLY } from '../../src/ledger/job-item.ts';
import * as z from 'zod';
import { getAtt, packaged, propertiesOf, resourcesOf } from './packaged-template.ts';

const buckets = { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['STATE'] } } } };
const writers = {
  eventName: ['INSERT', 'MODIFY'],
  dynamodb: { Keys: { sk: { S: ['WRITERS'] } }, NewImage: { newsAt: { S: [{ exists: true }] } } },
};
const jobs = {
  eventName: ['INSERT', 'MODIFY'],
  dynamodb: { Keys: { sk: { S: ['JOB'] } }, NewImage: { status: { S: ENDED_BADLY } } },
};

const scaled = z.object({
  ScalingConfig: z.object({ MaximumConcurrency: z.union([z.number(), z.object({ Ref: z.string() })]) }).optional(),
});

const LEDGER_STREAM_MAPPING = {
  FunctionName: getAtt('AnnounceDashchangeLambdaFunction'),
  EventSourceArn: getAtt('LedgerTable', 'StreamArn'),
  StartingPosition: 'TRIM_HORIZON',
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 1,
  ParallelizationFactor: 1,
  BisectBatchOnFunctionError: true,
  MaximumRetryAttempts: 5,
  MaximumRecordAgeInSeconds: 86_400,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
  DestinationConfig: { OnFailure: { Destination: getAtt('AnnounceDeadLetters') } },
  FilterCriteria: { Filters: [buckets, writers, jobs].map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
};

describe('triggers', () => {
  it('hand over batches that fail record by record, live events and the sweep apart', () => {
    const mapping = (queue: string, lambda: string, concurrency: unknown, size = 10) => ({
      FunctionName: getAtt(lambda),
      EventSourceArn: getAtt(queue),
      BatchSize: size,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: concurrency },
    });
    const found = resourcesOf('AWS::Lambda::EventSourceMapping').map(([id, { Properties }]) => [id, Properties]);
    assert.deepEqual(Object.fromEntries(found), {
      AssessQueueMapping: mapping('AssessQueue', 'AssessDashbucketLambdaFunction', { Ref: 'AssessConcurrency' }),
      SweepQueueMapping: mapping('SweepQueue', 'AssessDashbucketLambdaFunction', { Ref: 'SweepConcurrency' }),
      WriteQueueMapping: {
        ...mapping('WriteQueue', 'AssessDashbucketLambdaFunction', 2),
        BatchSize: 1_000,
        MaximumBatchingWindowInSeconds: 60,
      },
      MembershipQueueMapping: {
        FunctionName: getAtt('SweepLambdaFunction'),
        EventSourceArn: getAtt('MembershipQueue'),
        BatchSize: 1,
        ScalingConfig: { MaximumConcurrency: 2 },
      },
      LedgerStreamMapping: LEDGER_STREAM_MAPPING,
      JobQueueMapping: mapping('JobQueue', 'TrackDashjobLambdaFunction', 2),
      ObjectQueueMapping: mapping('ObjectQueue', 'ReencryptDashobjectLambdaFunction', { Ref: 'ObjectConcurrency' }, 1),
      InlineQueueMapping: mapping('InlineQueue', 'ReencryptDashobjectLambdaFunction', { Ref: 'InlineConcurrency' }, 1),
    });
  });

  it('run at most 8 functions at once by default, because a new account may run 10, and 15 more with own copies', () => {
    const parameters = new Map(Object.entries(packaged.Parameters));
    const mappings = resourcesOf('AWS::Lambda::EventSourceMapping').filter(([id]) => id !== 'WriteQueueMapping');
    const mapped = mappings.flatMap(([, { Properties }]) => {
      const { ScalingConfig } = scaled.parse(Properties);
      const most = ScalingConfig?.MaximumConcurrency ?? [];
      const isOwnCopies = isDeepStrictEqual(Properties['FunctionName'], getAtt('ReencryptDashobjectLambdaFunction'));
      const copies = typeof most === 'object' && 'Ref' in most ? Number(parameters.get(most.Ref)?.['Default']) : most;
      return [copies].flat().map((each) => ({ isOwnCopies, each }));
    });
    const own = mapped.flatMap(({ isOwnCopies, each }) => (isOwnCopies ? [each] : []));
    assert.deepEqual(own, [10, 5], 'nothing is in their queues without OwnCopies');
    const atOnce = mapped.flatMap(({ isOwnCopies, each }) => (isOwnCopies ? [] : [each]));
    assert.equal(atOnce.length, 4, 'one for each queue; the stream has as many as it has shards: one');
    assert.ok(Math.min(...atOnce) >= 2, 'the least that Lambda takes');
    assert.ok(atOnce.reduce((sum, each) => sum + each, 0) <= 8);
  });

  it('keep what a sweep that failed for good was asked to do', () => {
    assert.deepEqual(propertiesOf('SweepInvokeConfig'), {
      FunctionName: { Ref: 'SweepLambdaFunction' },
      Qualifier: '$LATEST',
      MaximumEventAgeInSeconds: 3600,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: getAtt('SweepRunDeadLetters') } },
    });
  });
});
