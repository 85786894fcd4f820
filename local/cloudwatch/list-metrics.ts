import type { DimensionFilter, ListMetricsInput, ListMetricsOutput, Metric } from '@aws-sdk/client-cloudwatch';
import type { Call } from '../call.ts';
import { pageAfter } from '../page-after.ts';
import { invalidValue } from './metric-error.ts';
import { NAMESPACE, type Series, type StorageSamples } from './storage-samples.ts';

const LARGEST_PAGE = 500;
const MOST_DIMENSIONS = 10;

/** ListMetrics: what S3 has sent of the buckets of the caller's account in this Region. */
export function listMetrics(samples: StorageSamples, input: ListMetricsInput, call: Call): ListMetricsOutput {
  const { Namespace: namespace, MetricName: name, Dimensions: filters = [], NextToken: token } = input;
  if (filters.length > MOST_DIMENSIONS)
    throw invalidValue(`At most ${MOST_DIMENSIONS} dimensions, found ${filters.length}`);
  if (namespace !== undefined && namespace !== NAMESPACE) return { Metrics: [] };
  const bucket = filters.find((filter) => filter.Name === 'BucketName')?.Value;
  const place = { accountId: call.caller.accountId, region: call.region };
  const metrics = samples
    .list(place, bucket)
    .filter((series) => name === undefined || series.name === name)
    .map(metricOf)
    .filter((metric) => filters.every((filter) => hasDimension(metric, filter)))
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = pageAfter(metrics, { token, most: LARGEST_PAGE, keyOf });
  return { Metrics: page.items, NextToken: page.token };
}

/** A metric as the API writes it; S3's have the dimensions StorageType and BucketName. */
export function metricOf({ name, bucket, storageType }: Series): Metric {
  return {
    Namespace: NAMESPACE,
    MetricName: name,
    Dimensions: [
      { Name: 'StorageType', Value: storageType },
      { Name: 'BucketName', Value: bucket },
    ],
  };
}

/** A filter without a value asks for the dimension alone. */
function hasDimension({ Dimensions: dimensions = [] }: Metric, { Name: name, Value: value }: DimensionFilter): boolean {
  return dimensions.some((one) => one.Name === name && (value === undefined || one.Value === value));
}

function keyOf({ MetricName, Dimensions = [] }: Metric): string {
  return [Dimensions[1]?.Value, MetricName, Dimensions[0]?.Value].join('\u0000');
}
