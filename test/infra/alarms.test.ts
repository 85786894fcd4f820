import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { getAtt, resourcesOf } from './packaged-template.ts';

const alarms = resourcesOf('AWS::CloudWatch::Alarm');

/** What an alarm watches and when it rings: namespace, metric, dimension, statistic and comparison. */
function watched({ Namespace, MetricName, Dimensions, Statistic, ComparisonOperator, Threshold }: AlarmProperties) {
  return [Namespace, MetricName, Dimensions, Statistic, ComparisonOperator, Threshold];
}

type AlarmProperties = Record<string, unknown>;

describe('alarms', () => {
  it('watch dead letters, failures, delays and the policy', () => {
    const queue = (id: string) => [{ Name: 'QueueName', Value: getAtt(id, 'QueueName') }];
    const lambda = (id: string) => [{ Name: 'FunctionName', Value: { Ref: id } }];
    const deadLetters = (id: string) => [
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      queue(id),
      'Maximum',
      'GreaterThanThreshold',
      0,
    ];
    const failures = (metric: string, id: string) => [
      'AWS/Lambda',
      metric,
      lambda(id),
      'Sum',
      'GreaterThanThreshold',
      0,
    ];
    assert.deepEqual(Object.fromEntries(alarms.map(([id, { Properties }]) => [id, watched(Properties)])), {
      AssessDeadLettersAlarm: deadLetters('AssessDeadLetters'),
      SweepDeadLettersAlarm: deadLetters('SweepDeadLetters'),
      JobDeadLettersAlarm: deadLetters('JobDeadLetters'),
      RuleDeadLettersAlarm: deadLetters('RuleDeadLetters'),
      SweepRunDeadLettersAlarm: deadLetters('SweepRunDeadLetters'),
      AnnounceDeadLettersAlarm: deadLetters('AnnounceDeadLetters'),
      AnnounceChangeErrorsAlarm: failures('Errors', 'AnnounceDashchangeLambdaFunction'),
      AnnounceChangeThrottlesAlarm: failures('Throttles', 'AnnounceDashchangeLambdaFunction'),
      AnnouncementsOwedAlarm: [
        'Reseal',
        'StillOwed',
        [{ Name: 'service', Value: 'reseal' }],
        'Sum',
        'GreaterThanOrEqualToThreshold',
        2,
      ],
      AnnouncementsLateAlarm: [
        'AWS/Lambda',
        'IteratorAge',
        lambda('AnnounceDashchangeLambdaFunction'),
        'Maximum',
        'GreaterThanOrEqualToThreshold',
        3_600_000,
      ],
      AssessBucketErrorsAlarm: failures('Errors', 'AssessDashbucketLambdaFunction'),
      AssessBucketThrottlesAlarm: failures('Throttles', 'AssessDashbucketLambdaFunction'),
      TrackJobErrorsAlarm: failures('Errors', 'TrackDashjobLambdaFunction'),
      TrackJobThrottlesAlarm: failures('Throttles', 'TrackDashjobLambdaFunction'),
      SweepErrorsAlarm: failures('Errors', 'SweepLambdaFunction'),
      SweepThrottlesAlarm: failures('Throttles', 'SweepLambdaFunction'),
      AssessQueueAgeAlarm: [
        'AWS/SQS',
        'ApproximateAgeOfOldestMessage',
        queue('AssessQueue'),
        'Maximum',
        'GreaterThanOrEqualToThreshold',
        1800,
      ],
      PolicyUnreadableAlarm: [
        'Reseal',
        'PolicyUnreadable',
        [{ Name: 'service', Value: 'reseal' }],
        'Sum',
        'GreaterThanOrEqualToThreshold',
        1,
      ],
    });
  });

  it('ring at the first datum, stay silent without one, and tell the topic where there is one', () => {
    for (const [id, { Properties }] of alarms) {
      assert.equal(Properties['EvaluationPeriods'], 1, id);
      assert.equal(Properties['TreatMissingData'], 'notBreaching', id);
      assert.deepEqual(
        Properties['AlarmActions'],
        { 'Fn::If': ['HasAlarmTopic', [{ Ref: 'AlarmTopicArn' }], { Ref: 'AWS::NoValue' }] },
        id,
      );
      assert.equal(typeof Properties['AlarmDescription'], 'string', id);
    }
  });

  it('have a heading each in docs/operations.md, which their descriptions name', async () => {
    const page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const headings = [...page.matchAll(/^### (\w+Alarm)$/gm)].map(([, id = '']) => id);
    assert.deepEqual(headings.toSorted(), alarms.map(([id]) => id).toSorted());
    for (const [id, { Properties }] of alarms)
      assert.match(String(Properties['AlarmDescription']), / \(docs\/operations\.md\)$/, id);
  });
});
