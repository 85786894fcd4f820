import { type CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import type { StorageMetrics } from '../../policy/plan/plan-model.ts';
import { present } from '../../present.ts';
import { readFact } from '../sdk/read-fact.ts';

/**
 * By the words of the dimension StorageType (S3 guide, Amazon S3 daily storage metrics): what is kept, and what small objects are charged for beside it. What is not here
 * counts indexes or parts of uploads.
 */
const CLASS_OF: ReadonlyMap<string, string> = new Map([
  ['StandardStorage', 'STANDARD'],
  ['StandardIAStorage', 'STANDARD_IA'],
  ['StandardIASizeOverhead', 'STANDARD_IA'],
  ['OneZoneIAStorage', 'ONEZONE_IA'],
  ['OneZoneIASizeOverhead', 'ONEZONE_IA'],
  ['IntelligentTieringFAStorage', 'INTELLIGENT_TIERING'],
  ['IntelligentTieringIAStorage', 'INTELLIGENT_TIERING'],
  ['IntelligentTieringAIAStorage', 'INTELLIGENT_TIERING'],
  ['IntelligentTieringAAStorage', 'INTELLIGENT_TIERING'],
  ['IntelligentTieringDAAStorage', 'INTELLIGENT_TIERING'],
  ['GlacierInstantRetrievalStorage', 'GLACIER_IR'],
  ['GlacierIRSizeOverhead', 'GLACIER_IR'],
  ['GlacierStorage', 'GLACIER'],
  ['DeepArchiveStorage', 'DEEP_ARCHIVE'],
  ['ReducedRedundancyStorage', 'REDUCED_REDUNDANCY'],
]);

const NAMESPACE = 'AWS/S3';
const ALL_TYPES = 'AllStorageTypes';
const DAY_S = 86_400;
/** They come once a day, late; one that is older says nothing any more. */
const OLDEST_DAYS = 4;

/**
 * What CloudWatch's daily metrics say of a bucket: BucketSizeBytes by storage type and NumberOfObjects (CloudWatch API ListMetrics, GetMetricData). They are up to two
 * days old. Undefined where there are none or they cannot be read, which says nothing of the bucket.
 */
export function createStorageMetrics(client: () => CloudWatchClient, now: () => Date) {
  return async function readStorageMetrics({ bucket }: { bucket: string }): Promise<StorageMetrics | undefined> {
    const asked = { what: `What CloudWatch counted of bucket ${bucket}`, action: 'cloudwatch:GetMetricData' };
    const read = await readFact(asked, async () => {
      // A client costs time to make, and few buckets need it.
      const cloudWatch = client();
      const types = await typesOf(cloudWatch, bucket);
      return types.length === 0 ? undefined : valuesOf(cloudWatch, { bucket, types, now: now() });
    });
    return read.kind === 'read' ? read.value : undefined;
  };
}

/** The storage types of which CloudWatch has had a value in two weeks; a bucket has a few of them. */
async function typesOf(cloudWatch: CloudWatchClient, bucket: string): Promise<string[]> {
  const types = new Set<string>();
  let token: string | undefined;
  do {
    const output = await cloudWatch.send(
      new ListMetricsCommand({
        Namespace: NAMESPACE,
        MetricName: 'BucketSizeBytes',
        Dimensions: [{ Name: 'BucketName', Value: bucket }],
        ...present({ NextToken: token }),
      }),
    );
    for (const { Dimensions = [] } of output.Metrics ?? []) {
      const type = Dimensions.find(({ Name }) => Name === 'StorageType')?.Value;
      if (type !== undefined) types.add(type);
    }
    token = output.NextToken;
  } while (token !== undefined);
  return [...types];
}

async function valuesOf(
  cloudWatch: CloudWatchClient,
  { bucket, types, now }: { bucket: string; types: readonly string[]; now: Date },
): Promise<StorageMetrics | undefined> {
  const known = types.filter((type) => CLASS_OF.has(type));
  const query = (name: string, type: string, index: number) => ({
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: NAMESPACE,
        MetricName: name,
        Dimensions: [
          { Name: 'BucketName', Value: bucket },
          { Name: 'StorageType', Value: type },
        ],
      },
      Period: DAY_S,
      Stat: 'Average',
    },
  });
  const output = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now.getTime() - OLDEST_DAYS * DAY_S * 1_000),
      EndTime: now,
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [
        query('NumberOfObjects', ALL_TYPES, 0),
        ...known.map((type, index) => query('BucketSizeBytes', type, index + 1)),
      ],
    }),
  );
  const results = output.MetricDataResults ?? [];
  // What was not counted in whole is more than what came (CloudWatch API MetricDataResult, StatusCode).
  if (results.some(({ StatusCode = 'Complete' }) => StatusCode !== 'Complete')) return undefined;
  const newest = new Map(results.map(({ Id, Values }) => [Id, Values?.[0]]));
  const bytes = new Map<string, number>();
  known.forEach((type, index) => {
    const name = CLASS_OF.get(type) ?? type;
    // A type without a value of the last days is listed all the same: objects may be there.
    bytes.set(name, (bytes.get(name) ?? 0) + (newest.get(`m${index + 1}`) ?? 0));
  });
  return { bytes, ...present({ objects: newest.get('m0') }) };
}
