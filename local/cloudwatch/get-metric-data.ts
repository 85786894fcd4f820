import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Call } from '../call.ts';
import { notEmulated } from '../errors.ts';
import { invalidCombination, invalidInput, invalidValue } from './metric-error.ts';
import { periodsOf, statisticOf, unitOf } from './statistics.ts';
import type { StorageSamples } from './storage-samples.ts';

const MOST_QUERIES = 500;
const MOST_DATA_POINTS = 1440;

/** GetMetricData, of metrics only: expressions are refused by name. */
export function getMetricData(samples: StorageSamples, input: GetMetricDataInput, call: Call): GetMetricDataOutput {
  const { MetricDataQueries: queries = [], StartTime: start, EndTime: end } = input;
  if (start === undefined || end === undefined || start >= end)
    throw invalidInput('The parameter StartTime must be less than the parameter EndTime.');
  if (queries.length === 0 || queries.length > MOST_QUERIES)
    throw invalidInput(
      `The collection MetricDataQueries must have 1 to ${MOST_QUERIES} entries, found ${queries.length}`,
    );
  const ids = queries.map(({ Id: id = '' }) => id);
  if (new Set(ids).size < ids.length)
    throw invalidInput('The values for parameter Id in MetricDataQueries are not unique.');
  const results = queries.map((query) => resultOf(samples, { query, start, end, scanBy: input.ScanBy }, call));
  return { MetricDataResults: results.filter((_, at) => queries[at]?.ReturnData !== false) };
}

interface Query {
  readonly query: MetricDataQuery;
  readonly start: Date;
  readonly end: Date;
  readonly scanBy: GetMetricDataInput['ScanBy'];
}

function resultOf(samples: StorageSamples, { query, start, end, scanBy }: Query, call: Call): MetricDataResult {
  const { Id: id = '', MetricStat: asked, Label: label } = query;
  if (!/^[a-z][a-zA-Z0-9_]*$/.test(id))
    throw invalidInput(`The value ${id} for parameter Id is not matching the expression ^[a-z][a-zA-Z0-9_]*$.`);
  if (query.Expression !== undefined) throw notEmulated('an expression of GetMetricData');
  if (query.AccountId !== undefined) throw notEmulated('the metrics of a linked account');
  if (asked?.Metric === undefined) throw invalidInput(`The query ${id} needs a MetricStat`);
  checkPeriod(asked.Period, invalidInput);
  const periods = periodsOf(
    samples,
    { metric: asked.Metric, start, end, periodSeconds: asked.Period ?? 0, unit: asked.Unit },
    call,
  );
  // The newest first unless it is asked otherwise (API GetMetricData, ScanBy).
  const ordered = scanBy === 'TimestampAscending' ? periods : periods.toReversed();
  return {
    Id: id,
    Label: label ?? asked.Metric.MetricName,
    Timestamps: ordered.map(({ time }) => time),
    Values: ordered.map((period) => statisticOf(asked.Stat ?? '', period)),
    StatusCode: 'Complete',
  };
}

/** GetMetricStatistics: one metric, any of the five plain statistics. AWS promises no order of the data points; here they are the oldest first. */
export function getMetricStatistics(
  samples: StorageSamples,
  input: GetMetricStatisticsInput,
  call: Call,
): GetMetricStatisticsOutput {
  const { StartTime: start, EndTime: end, Period: period, Statistics: statistics = [] } = input;
  if (statistics.length === 0)
    throw invalidCombination('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  if (start === undefined || end === undefined || start >= end)
    throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  checkPeriod(period, invalidValue);
  const most = Math.ceil((end.getTime() - start.getTime()) / 1000 / (period ?? 1));
  if (most > MOST_DATA_POINTS)
    throw invalidCombination(
      `You have requested up to ${most} datapoints, which exceeds the limit of ${MOST_DATA_POINTS}.`,
    );
  const metric = { Namespace: input.Namespace, MetricName: input.MetricName, Dimensions: input.Dimensions };
  const periods = periodsOf(samples, { metric, start, end, periodSeconds: period ?? 0, unit: input.Unit }, call);
  const named = statistics.map((name): string => name);
  return {
    Label: input.MetricName,
    Datapoints: periods.map((each) => ({
      Timestamp: each.time,
      Unit: unitOf(input.MetricName),
      ...Object.fromEntries(named.map((name) => [name, statisticOf(name, each)])),
    })),
  };
}

function checkPeriod(period: number | undefined, refusal: (message: string) => Error): void {
  if (period === undefined || period < 1 || period % 60 !== 0)
    throw refusal(`The parameter Period must be a multiple of 60, found ${period ?? 'nothing'}`);
}
