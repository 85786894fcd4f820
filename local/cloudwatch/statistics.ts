import type { Dimension, Metric } from '@aws-sdk/client-cloudwatch';
import type { Call } from '../call.ts';
import { entryOf } from '../entry-of.ts';
import { notEmulated } from '../errors.ts';
import { NAMESPACE, type Sample, type Series, type StorageSamples } from './storage-samples.ts';

/** Data points of one period. */
export interface Period {
  readonly time: Date;
  readonly values: readonly number[];
}

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Average: (values) => sum(values) / values.length,
  Sum: sum,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
};

/** The value of a statistic over the data points of a period. Throws 501 for percentiles and their kind. */
export function statisticOf(name: string, { values }: Period): number {
  const compute = entryOf(STATISTICS, name);
  if (compute === undefined) throw notEmulated(`the statistic ${name}`);
  return compute(values);
}

export interface Asked {
  readonly metric: Metric;
  readonly start: Date;
  readonly end: Date;
  readonly periodSeconds: number;
  readonly unit?: string | undefined;
}

/** The periods that have data points, oldest first. A metric that is none of S3's, or of another account's bucket, has none. */
export function periodsOf(samples: StorageSamples, asked: Asked, call: Call): Period[] {
  const series = seriesNamed(samples, asked.metric, call);
  if (series === undefined || (asked.unit !== undefined && asked.unit !== unitOf(series.name))) return [];
  const length = asked.periodSeconds * 1000;
  const groups = Map.groupBy(
    samples.read(series, asked.start, asked.end),
    ({ time }: Sample) => Math.floor(time.getTime() / length) * length,
  );
  return [...groups].map(([time, group]) => ({ time: new Date(time), values: group.map(({ value }) => value) }));
}

/** CloudWatch tells what it has of a metric; one of these names without data points now may have had some before. */
function seriesNamed(samples: StorageSamples, metric: Metric, { caller, region }: Call): Series | undefined {
  const { Namespace: namespace, MetricName: name, Dimensions: dimensions = [] } = metric;
  const [bucket, storageType] = ['BucketName', 'StorageType'].map((dimension) => valueOf(dimensions, dimension));
  if (namespace !== NAMESPACE || dimensions.length !== 2 || bucket === undefined || storageType === undefined)
    return undefined;
  if (name !== 'BucketSizeBytes' && name !== 'NumberOfObjects') return undefined;
  if ((name === 'NumberOfObjects') !== (storageType === 'AllStorageTypes')) return undefined;
  return samples.has({ accountId: caller.accountId, region }, bucket) ? { name, bucket, storageType } : undefined;
}

export function unitOf(name: string | undefined): 'Bytes' | 'Count' {
  return name === 'BucketSizeBytes' ? 'Bytes' : 'Count';
}

function valueOf(dimensions: readonly Dimension[], name: string): string | undefined {
  return dimensions.find((one) => one.Name === name)?.Value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
