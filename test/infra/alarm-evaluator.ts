import assert from 'node:assert/strict';
import * as z from 'zod';

/** One value a period, undefined where the metric has none; the newest last. */
export type Series = readonly (number | undefined)[];

/** The values of each metric of an alarm, under its Id, or under `metric` where the alarm watches just one. */
export type Told = Readonly<Record<string, Series>>;

const query = z.object({
  Id: z.string(),
  Expression: z.string().optional(),
  ReturnData: z.boolean().optional(),
  MetricStat: z.object({ Period: z.number() }).optional(),
});

export const alarmProperties = z.object({
  Metrics: z.array(query).optional(),
  EvaluationPeriods: z.union([z.number(), z.object({ Ref: z.string() })]),
  DatapointsToAlarm: z.number().optional(),
  Threshold: z.number(),
  ComparisonOperator: z.enum(['LessThanThreshold', 'GreaterThanThreshold', 'GreaterThanOrEqualToThreshold']),
  TreatMissingData: z.enum(['breaching', 'notBreaching']),
});
export type AlarmProperties = z.infer<typeof alarmProperties>;

const BREACHES = {
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
};

/**
 * Whether an alarm is in ALARM after each period, by the template's own words: M of N periods breach, and missing data counts as the alarm
 * says (CloudWatch guide, "Alarm evaluation"). Data before the first period is missing.
 */
export function ringing(properties: unknown, told: Told, periods = lengthOf(told)): boolean[] {
  const alarm = alarmProperties.parse(properties);
  const most = typeof alarm.EvaluationPeriods === 'number' ? alarm.EvaluationPeriods : periods;
  const breaches = watched(alarm, told).map((value) =>
    value === undefined
      ? alarm.TreatMissingData === 'breaching'
      : BREACHES[alarm.ComparisonOperator](value, alarm.Threshold),
  );
  return breaches.map((_, at) => {
    const looked = Array.from(
      { length: most },
      (__, back) => breaches[at - back] ?? alarm.TreatMissingData === 'breaching',
    );
    return looked.filter(Boolean).length >= (alarm.DatapointsToAlarm ?? most);
  });
}

function lengthOf(told: Told): number {
  const lengths = new Set(Object.values(told).map(({ length }) => length));
  assert.equal(lengths.size, 1, 'each series has one value a period');
  return [...lengths][0] ?? 0;
}

function watched({ Metrics }: AlarmProperties, told: Told): Series {
  if (Metrics === undefined) return told['metric'] ?? assert.fail('the series `metric`');
  const ids = Metrics.filter(({ MetricStat }) => MetricStat !== undefined).map(({ Id }) => Id);
  const named = new Map(ids.map((id) => [id, told[id] ?? Array.from({ length: lengthOf(told) }, () => undefined)]));
  const [expression, ...others] = Metrics.flatMap(({ Expression }) => Expression ?? []);
  assert.deepEqual(others, []);
  const { value } = valueOf(expression?.replaceAll(' ', '') ?? '', named);
  assert.ok(isSeries(value), `one series comes out of ${expression}`);
  return value;
}

type Value = number | Series | Series[];

const isSeries = (value: Value): value is Series => Array.isArray(value) && !Array.isArray(value[0]);

const FUNCTIONS: Record<string, (args: Value[], all: Series[]) => Value> = {
  METRICS: (_, all) => all,
  SUM: ([of = []]) => across(of, (values) => values.reduce((sum, value) => sum + value, 0)),
  MAX: ([of = []]) => across(of, (values) => Math.max(...values)),
  FILL: ([of = [], by]) =>
    each(of, (series) => series.map((value) => value ?? (typeof by === 'number' ? by : assert.fail()))),
  DIFF: ([of = []]) => each(of, (series) => series.map((value, at) => less(value, series[at - 1]))),
};

const less = (value: number | undefined, before: number | undefined) =>
  value === undefined || before === undefined ? undefined : value - before;

function each(of: Value, change: (series: Series) => Series): Value {
  if (typeof of === 'number') return assert.fail('a series is expected');
  return isSeries(of) ? change(of) : of.map(change);
}

/** What is missing in one series is passed over; where all have nothing, there is nothing. */
function across(of: Value, join: (values: number[]) => number): Series {
  assert.ok(typeof of !== 'number' && !isSeries(of), 'several series are expected');
  return (of[0] ?? []).map((_, at) => {
    const values = of.flatMap((series) => series[at] ?? []);
    return values.length === 0 ? undefined : join(values);
  });
}

/** The value at the beginning of an expression, and what follows it: NAME(a,b), [a,b], a metric, a number, or one of them by a number. */
function valueOf(text: string, metrics: ReadonlyMap<string, Series>): { value: Value; rest: string } {
  const { value, rest } = termOf(text, metrics);
  const [whole = '', divisor] = /^\/(\d+)/.exec(rest) ?? [];
  if (divisor === undefined) return { value, rest };
  return {
    value: each(value, (series) => series.map((one) => one && one / Number(divisor))),
    rest: rest.slice(whole.length),
  };
}

function termOf(text: string, metrics: ReadonlyMap<string, Series>): { value: Value; rest: string } {
  if (text.startsWith('[')) {
    const { values, rest } = listOf(text.slice(1), ']', metrics);
    return { value: values.map((value) => (isSeries(value) ? value : assert.fail(text))), rest };
  }
  const [word = assert.fail(text)] = /^\w+/.exec(text) ?? [];
  const after = text.slice(word.length);
  if (after.startsWith('(')) {
    const { values, rest } = listOf(after.slice(1), ')', metrics);
    const call = FUNCTIONS[word] ?? assert.fail(`a function of metric maths, not ${word}`);
    return { value: call(values, [...metrics.values()]), rest };
  }
  if (/^\d+$/.test(word)) return { value: Number(word), rest: after };
  return { value: metrics.get(word) ?? assert.fail(`a metric of the alarm, not ${word}`), rest: after };
}

function listOf(text: string, end: string, metrics: ReadonlyMap<string, Series>): { values: Value[]; rest: string } {
  const values: Value[] = [];
  let rest = text;
  while (!rest.startsWith(end)) {
    const one = valueOf(rest, metrics);
    values.push(one.value);
    rest = one.rest.replace(/^,/, '');
  }
  return { values, rest: rest.slice(1) };
}
