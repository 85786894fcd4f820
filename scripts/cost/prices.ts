import { pricesIn } from '../../src/policy/plan/price-list.ts';

/** When the prices were looked up, and for which Region. They are those of third-party copies of the pages that `page` names. */
export const PRICES_OF = { date: '2026-11-30', region: 'us-east-1' };

const LIST = pricesIn(PRICES_OF.region);

export interface Price {
  /** Dollars for `per` units. */
  usd: number;
  per: number;
  unit: string;
  page: string;
  /** Units a month that AWS gives every account for nothing, without an end. */
  free: number;
}

const CLOUDWATCH = 'Amazon CloudWatch Pricing';
const SQS = 'Amazon SQS Pricing';
const LAMBDA = 'AWS Lambda Pricing';
const DYNAMODB = 'Amazon DynamoDB Pricing, on-demand';
const S3 = 'Amazon S3 Pricing';
const KMS = 'AWS Key Management Service Pricing';

export const PRICES = {
  alarmMetric: { usd: 0.1, per: 1, unit: 'metrics in alarms', page: CLOUDWATCH, free: 10 },
  customMetric: {
    usd: 0.3,
    per: 1,
    unit: 'metrics of our own, by the hours in which they come',
    page: CLOUDWATCH,
    free: 10,
  },
  logsIn: { usd: 0.5, per: 1, unit: 'GB of logs taken in', page: CLOUDWATCH, free: 5 },
  logsKept: { usd: 0.03, per: 1, unit: 'GB of logs kept', page: CLOUDWATCH, free: 5 },
  sqsRequest: { usd: 0.4, per: 1e6, unit: 'requests to standard queues', page: SQS, free: 1e6 },
  sqsGroup: { usd: 0.1, per: 1e6, unit: 'requests with a MessageGroupId (fair queues)', page: SQS, free: 0 },
  lambdaRequest: { usd: 0.2, per: 1e6, unit: 'invocations', page: LAMBDA, free: 1e6 },
  lambdaDuration: { usd: 0.0000133334, per: 1, unit: 'GB-seconds on arm64', page: LAMBDA, free: 400_000 },
  trace: { usd: 5, per: 1e6, unit: 'traces', page: 'AWS X-Ray Pricing', free: 100_000 },
  dynamoWrite: { usd: 0.625, per: 1e6, unit: 'write request units', page: DYNAMODB, free: 0 },
  dynamoRead: { usd: 0.125, per: 1e6, unit: 'read request units', page: DYNAMODB, free: 0 },
  dynamoKept: { usd: 0.25, per: 1, unit: 'GB in the table', page: DYNAMODB, free: 25 },
  dynamoBackup: { usd: 0.2, per: 1, unit: 'GB under point-in-time recovery', page: DYNAMODB, free: 0 },
  event: {
    usd: 1,
    per: 1e6,
    unit: 'events that reach the bus of the hub',
    page: 'Amazon EventBridge Pricing',
    free: 0,
  },
  dataEvent: {
    usd: 0.1,
    per: 100_000,
    unit: 'data events of S3, where writes are watched',
    page: 'AWS CloudTrail Pricing',
    free: 0,
  },
  s3Read: { usd: 0.0004, per: 1_000, unit: 'reads of bucket settings', page: S3, free: 0 },
  s3List: { usd: LIST.thousandRequests.STANDARD, per: 1_000, unit: 'lists of buckets', page: S3, free: 0 },
  kmsRequest: { usd: LIST.tenThousandKmsRequests, per: 10_000, unit: 'KMS requests', page: KMS, free: 20_000 },
  kmsKey: { usd: 1, per: 1, unit: 'customer keys', page: KMS, free: 0 },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
