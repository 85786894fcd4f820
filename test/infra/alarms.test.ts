import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { OwedOutcome } from '../../src/remediation/announce-change.ts';
import { metricName } from '../../src/runtime/process.ts';
import { ringing, type Series } from './alarm-evaluator.ts';
import { getAtt, packaged, propertiesOf, resourcesOf } from './packaged-template.ts';

const alarms = resourcesOf('AWS::CloudWatch::Alarm');

const MOST_ALARMS = 5;
/** CloudWatch API, PutMetricAlarm: metrics in one alarm, and how far it looks back. */
const MOST_METRICS = 10;
const WEEK_SECONDS = 604_800;
const DAY_SECONDS = 86_400;

const queue = (id: string) => [{ Name: 'QueueName', Value: getAtt(id, 'QueueName') }];
const lambda = (id: string) => [{ Name: 'FunctionName', Value: { Ref: id } }];
const own = [{ Name: 'service', Value: 'reseal' }];

interface MetricStat {
  Period: number;
  Stat: string;
  Metric: { Namespace: string; MetricName: string; Dimensions: unknown };
}

function statsOf(properties: Record<string, unknown>): MetricStat[] {
  const { Metrics, Namespace, MetricName, Dimensions, Period, Statistic } = properties;
  if (!Array.isArray(Metrics))
    return [{ Period, Stat: Statistic, Metric: { Namespace, MetricName, Dimensions } } as MetricStat];
  return Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
}

describe('alarms', () => {
  it('are five, and watch sweeps, dead letters, age, failures and the policy', () => {
    assert.ok(alarms.length <= MOST_ALARMS);
    const watched = alarms.map(([id, { Properties }]) => [
      id,
      statsOf(Properties).map(({ Metric }) => [Metric.MetricName, Metric.Dimensions]),
    ]);
    const visible = (id: string) => ['ApproximateNumberOfMessagesVisible', queue(id)];
    const deadLetters = resourcesOf('AWS::SQS::Queue').flatMap(([id]) =>
      id.endsWith('DeadLetters') ? [visible(id)] : [],
    );
    const byText = (list: unknown[]) => list.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    const { DeadLettersAlarm, ...others } = Object.fromEntries(watched);
    assert.deepEqual(byText(DeadLettersAlarm), byText(deadLetters));
    assert.deepEqual(others, {
      SweepOverdueAlarm: [['SweepEnded', own]],
      TooOldAlarm: [
        ['ApproximateAgeOfOldestMessage', queue('AssessQueue')],
        ['ApproximateAgeOfOldestMessage', queue('JobQueue')],
        ['ApproximateAgeOfOldestMessage', queue('SweepQueue')],
        ['ApproximateAgeOfOldestMessage', queue('ObjectQueue')],
        ['ApproximateAgeOfOldestMessage', queue('InlineQueue')],
        ['IteratorAge', lambda('AnnounceDashchangeLambdaFunction')],
      ],
      FailuresAlarm: [
        ['Errors', lambda('AssessDashbucketLambdaFunction')],
        ['Throttles', lambda('AssessDashbucketLambdaFunction')],
        ['Errors', lambda('TrackDashjobLambdaFunction')],
        ['Errors', lambda('ReencryptDashobjectLambdaFunction')],
        ['Errors', lambda('SweepLambdaFunction')],
        ['Errors', lambda('AnnounceDashchangeLambdaFunction')],
        ['StillOwed', own],
      ],
      PolicyUnreadableAlarm: [['PolicyUnreadable', own]],
    });
  });

  it('wait for metrics of our own that functions count', async () => {
    const files = ['wire-sweep', 'wire-assess'].map((name) => new URL(`../../src/runtime/${name}.ts`, import.meta.url));
    const code = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('');
    const counted = [...code.matchAll(/count\('(\w+)'\)/g)].map(([, name = '']) => name);
    const kind: OwedOutcome['kind'] = 'still-owed';
    const stats = alarms.flatMap(([, { Properties }]) => statsOf(Properties));
    const ours = stats.flatMap(({ Metric }) => (Metric.Namespace === 'Reseal' ? [Metric.MetricName] : []));
    assert.deepEqual(ours.toSorted(), [...counted, metricName(kind)].toSorted());
  });

  it('keep what CloudWatch allows: ten metrics, one period, and a week', () => {
    for (const [id, { Properties }] of alarms) {
      const stats = statsOf(Properties);
      const periods = new Set(stats.map(({ Period }) => Period));
      assert.deepEqual([stats.length <= MOST_METRICS, periods.size], [true, 1], id);
      const [period = 0] = periods;
      const { EvaluationPeriods } = Properties;
      const count =
        typeof EvaluationPeriods === 'number'
          ? EvaluationPeriods
          : Number(packaged.Parameters['SweepWithinHours']?.['MaxValue']);
      assert.ok(period * count <= (period >= 3600 ? WEEK_SECONDS : DAY_SECONDS), id);
    }
  });

  it('tell the topic, where there is one, when they begin and when they end', () => {
    const topic = { 'Fn::If': ['HasAlarmTopic', [{ Ref: 'AlarmTopicArn' }], { Ref: 'AWS::NoValue' }] };
    for (const [id, { Properties }] of alarms)
      assert.deepEqual([Properties['AlarmActions'], Properties['OKActions']], [topic, topic], id);
  });

  it('have a heading each in docs/operations.md, which their descriptions name', async () => {
    const page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const headings = [...page.matchAll(/^### (\w+Alarm)$/gm)].map(([, id = '']) => id);
    assert.deepEqual(headings.toSorted(), alarms.map(([id]) => id).toSorted());
    for (const [id, { Properties }] of alarms) {
      const description = String(Properties['AlarmDescription']);
      assert.ok(description.endsWith(` (docs/operations.md#${id.toLowerCase()})`), id);
      assert.ok(description.length > 80, `${id} says what it means`);
    }
  });
});

/** From which period to which an alarm rings. */
function rings(id: string, told: Record<string, Series>, periods?: number): string {
  return ringing(propertiesOf(id), told, periods)
    .map((rang) => (rang ? '!' : '.'))
    .join('');
}

const same = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);
const none = (count: number) => same(count, undefined);

describe('the alarm of a sweep that is overdue', () => {
  const day = [...none(23), 1];

  it('is silent while a sweep ends each day, also an hour or two late', () => {
    const sweeps = [...none(5), 1, ...day, ...none(25), 1, ...none(21), 1, ...day];
    assert.match(rings('SweepOverdueAlarm', { metric: sweeps }, 30).slice(5), /^\.+$/);
  });

  it('rings 30 hours after the last one, and ends with the next', () => {
    const sweeps = [1, ...none(40), 1, ...none(3)];
    assert.equal(rings('SweepOverdueAlarm', { metric: sweeps }, 30), `${'.'.repeat(30)}${'!'.repeat(11)}....`);
  });

  it('rings where none has ever ended', () => {
    assert.match(rings('SweepOverdueAlarm', { metric: none(40) }, 30), /^!+$/);
  });
});

describe('the alarm of dead letters', () => {
  it('rings for the first one, though an idle queue told nothing before', () => {
    const told = { assess: [...none(3), 1, 1], job: none(5), sweep: none(5) };
    assert.equal(rings('DeadLettersAlarm', told), '...!!');
  });

  it('ends an hour later though nobody took it out, and rings again for the next', () => {
    const seen = [...none(1), ...same(14, 1)];
    const told = { assess: [...seen, 1, 1, 1], rule: [...none(16), 1, 1] };
    assert.equal(rings('DeadLettersAlarm', told), `.${'!'.repeat(12)}...!!`);
  });

  it('rings for one queue while another is emptied', () => {
    const told = { assess: [...same(13, 5), 0, 0], job: [...same(13, 1), 2, 2] };
    assert.equal(rings('DeadLettersAlarm', told).slice(12), '.!!');
  });

  it('is silent while they become fewer', () => {
    const told = { assess: [...same(13, 5), 3, 0, 0] };
    assert.match(rings('DeadLettersAlarm', told).slice(12), /^\.+$/);
  });
});

describe('the alarm of age', () => {
  it('rings when anything has waited for too long where it waits', () => {
    const cases: [string, number, string][] = [
      ['assess', 1799, '.'],
      ['assess', 1800, '!'],
      ['job', 1800, '.'],
      ['job', 3600, '!'],
      ['sweep', 43_199, '.'],
      ['sweep', 43_200, '!'],
      ['object', 86_399, '.'],
      ['object', 86_400, '!'],
      ['inline', 1800, '.'],
      ['inline', 3600, '!'],
      ['stream', 1_800_000, '.'],
      ['stream', 3_600_000, '!'],
    ];
    for (const [id, age, expected] of cases)
      assert.equal(rings('TooOldAlarm', { [id]: [age] }), expected, `${id} ${age}`);
  });
});

describe('the alarm of failures', () => {
  it('rings when there was one in each 10 minutes of half an hour, whichever it was', () => {
    const told = { sweep: [1, ...none(6)], announce: [...none(2), 1, ...none(4)], owed: [0, 0, 0, 2, 2, 1, 0] };
    assert.equal(rings('FailuresAlarm', told), '....!!.');
  });

  it('is silent where the next try heals it', () => {
    assert.equal(rings('FailuresAlarm', { assess: [3, 1, 0, 2, 0], throttled: [9, 0, 0, 9, 0] }), '.....');
  });
});

describe('the alarm of a policy that cannot be read', () => {
  it('holds for an hour after the last time', () => {
    const told = { metric: [1, ...none(14)] };
    assert.equal(rings('PolicyUnreadableAlarm', told), `${'!'.repeat(12)}...`);
  });
});
