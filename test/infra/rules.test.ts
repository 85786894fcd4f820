import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getAtt, propertiesOf } from './packaged-template.ts';

const DAY_SECONDS = 86_400;

function target(id: string, arn: unknown, retry: { ageSeconds: number; attempts: number }) {
  return {
    Id: id,
    Arn: arn,
    RetryPolicy: { MaximumEventAgeInSeconds: retry.ageSeconds, MaximumRetryAttempts: retry.attempts },
    DeadLetterConfig: { Arn: getAtt('RuleDeadLetters') },
  };
}

describe('rules', () => {
  it('send calls that create a bucket or touch its default encryption, its tags or who may write to AssessQueue, whoever made them', () => {
    const { Description: _, ...rule } = propertiesOf('EncryptionRule');
    assert.deepEqual(rule, {
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3', 'aws.s3express'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: {
          eventName: [
            'CreateBucket',
            'PutBucketEncryption',
            'DeleteBucketEncryption',
            'PutBucketTagging',
            'DeleteBucketTagging',
            'PutBucketPolicy',
            'DeleteBucketPolicy',
            'PutBucketAcl',
            'PutBucketLogging',
            'TagResource',
            'UntagResource',
            'DeleteBucket',
          ],
          errorCode: [{ exists: false }],
        },
      },
      Targets: [target('AssessQueue', getAtt('AssessQueue'), { ageSeconds: DAY_SECONDS, attempts: 185 })],
    });
  });

  it('send jobs that ended, or wait for a person, to JobQueue', () => {
    const { Description: _, ...rule } = propertiesOf('JobRule');
    assert.deepEqual(rule, {
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['AWS Service Event via CloudTrail'],
        detail: {
          eventName: ['JobStatusChanged'],
          serviceEventDetails: { status: ['Complete', 'Failed', 'Cancelled', 'Suspended'] },
        },
      },
      Targets: [target('JobQueue', getAtt('JobQueue'), { ageSeconds: DAY_SECONDS, attempts: 185 })],
    });
  });

  it('ask for all open jobs four times a day', () => {
    const { Description: _, ...rule } = propertiesOf('OpenJobsRule');
    assert.deepEqual(rule, {
      State: 'ENABLED',
      ScheduleExpression: 'rate(6 hours)',
      Targets: [target('JobQueue', getAtt('JobQueue'), { ageSeconds: 3600, attempts: 10 })],
    });
  });

  it('ask every five minutes for what a channel has not taken', () => {
    const { Description: _, ...rule } = propertiesOf('OwedNewsRule');
    const announce = getAtt('AnnounceDashchangeLambdaFunction');
    assert.deepEqual(rule, {
      State: 'ENABLED',
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [target('announce-change', announce, { ageSeconds: 300, attempts: 1 })],
    });
    assert.deepEqual(propertiesOf('OwedNewsRulePermission'), {
      Action: 'lambda:InvokeFunction',
      FunctionName: announce,
      Principal: 'events.amazonaws.com',
      SourceArn: getAtt('OwedNewsRule'),
    });
  });

  it('start the sweep by schedule', () => {
    const { Description: _, ...rule } = propertiesOf('SweepRule');
    assert.deepEqual(rule, {
      State: 'ENABLED',
      ScheduleExpression: { Ref: 'SweepSchedule' },
      Targets: [target('sweep', getAtt('SweepLambdaFunction'), { ageSeconds: 3600, attempts: 10 })],
    });
    assert.deepEqual(propertiesOf('SweepRulePermission'), {
      Action: 'lambda:InvokeFunction',
      FunctionName: getAtt('SweepLambdaFunction'),
      Principal: 'events.amazonaws.com',
      SourceArn: getAtt('SweepRule'),
    });
  });
});
