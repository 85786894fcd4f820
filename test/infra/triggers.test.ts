import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getAtt, propertiesOf, resourcesOf } from './packaged-template.ts';

describe('triggers', () => {
  it('hand over batches that fail record by record, live events and the sweep apart', () => {
    const mapping = (queue: string, lambda: string, concurrency: unknown) => ({
      FunctionName: getAtt(lambda),
      EventSourceArn: getAtt(queue),
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: concurrency },
    });
    const found = resourcesOf('AWS::Lambda::EventSourceMapping').map(([id, { Properties }]) => [id, Properties]);
    assert.deepEqual(Object.fromEntries(found), {
      AssessQueueMapping: mapping('AssessQueue', 'AssessDashbucketLambdaFunction', { Ref: 'AssessConcurrency' }),
      SweepQueueMapping: mapping('SweepQueue', 'AssessDashbucketLambdaFunction', { Ref: 'SweepConcurrency' }),
      JobQueueMapping: mapping('JobQueue', 'TrackDashjobLambdaFunction', 2),
    });
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
