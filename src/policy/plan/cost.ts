import type { BucketKind, Encryption, Reencrypt, RuleToWrite } from '../model.ts';
import { changesOnlyBlock } from '../same-encryption.ts';
import type { PlanInput, PlannedJob } from './plan-model.ts';

/**
 * List prices in US dollars, us-east-1, November 2026. S3 Batch Operations, manifests and requests: S3 pricing page, as public
 * copies of it show it; KMS requests: KMS pricing page. Prices differ by Region and change: an estimate, never a bill.
 */
const PRICES = {
  job: 0.25,
  millionObjectsProcessed: 1,
  /** Of all objects in the bucket, whatever the filter lets through. */
  millionObjectsListed: 0.015,
  /** PUT, COPY, POST and LIST at S3 Standard; UpdateObjectEncryption is charged as one of these in every storage class. */
  thousandRequests: 0.005,
  tenThousandKmsRequests: 0.03,
} as const;

/** How many objects the jobs will meet, as far as anybody looked. */
type ObjectCount = { known: 'at least' | 'at most'; count: number } | { known: 'unknown' };

/**
 * What is known of the objects from one page of the bucket's listing, or from somebody who counted them all. No job meets more than the bucket
 * holds, and its filter mostly lets fewer through. What was written in a drift window, a listing that goes on does not say.
 */
export function objectsMet(
  reencrypt: Reencrypt,
  { objects, truncated }: PlanInput['listing'],
  counted: number | undefined = truncated ? undefined : objects.length,
): ObjectCount {
  if (counted !== undefined) return { known: 'at most', count: counted };
  if (reencrypt !== 'all' || objects.length === 0) return { known: 'unknown' };
  return { known: 'at least', count: objects.length };
}

export interface CostInput {
  /** What the bucket has now. */
  found: Encryption;
  /** What the repaired bucket has. */
  write: RuleToWrite;
  /** The jobs of the plan. */
  jobs: readonly Pick<PlannedJob, 'class' | 'method'>[];
  objects: ObjectCount;
}

export interface Cost {
  /** To the cent, above 100 to the dollar; absent where nothing at all can be said. */
  usd?: number;
  /** True where there is more to pay than could be counted. */
  atLeast: boolean;
  sentence: string;
}

/**
 * What bringing a bucket's objects to its standard costs once. Only `objects: all` looks at objects where nothing but the block on SSE-C
 * changes, and it would without a repair: that is told and is no part of the price.
 */
export function costOf(input: CostInput): Cost {
  const cost = costOfWork(input);
  if (input.jobs.length === 0 || !changesOnlyBlock(input.found, input.write)) return cost;
  const sentence = `${RULE_ALONE} it brings no job. Repaired or not, \`objects: all\` plans every object of the bucket once: ${cost.sentence}`;
  return { ...FREE, sentence };
}

/** What all jobs cost that are started for a bucket now, whether its rule changes or not. */
export function costOfWork(input: CostInput): Cost {
  if (input.jobs.length === 0) return { ...FREE, sentence: `${RULE_ALONE} no job is started.` };
  return costOfJobs(input);
}

const FREE = { usd: 0, atLeast: false };
const RULE_ALONE = 'The rule itself costs one request, less than a cent;';

function costOfJobs(input: CostInput): Cost {
  const { jobs, objects } = input;
  const count = objects.known === 'unknown' ? 0 : objects.count;
  const kmsRequests = count * kmsRequestsPerObject(input);
  const usd = rounded(
    jobs.length * PRICES.job +
      (count / 1_000_000) * perMillion(jobs.length) +
      (kmsRequests / 10_000) * PRICES.tenThousandKmsRequests,
  );
  const atLeast = objects.known === 'at least' || objects.known === 'unknown';
  return { usd, atLeast, sentence: [total(usd, input), parts(input, kmsRequests), ...caveats(input)].join(' ') };
}

/** What the encryption costs from then on; requests are not counted here, so no sum is given. */
export function monthlyCost(
  { algorithm, bucketKey }: Pick<RuleToWrite, 'algorithm' | 'bucketKey'>,
  kind: BucketKind = 'general-purpose',
): string {
  if (algorithm === 'AES256') return 'SSE-S3 itself costs nothing more each month.';
  const month = `Each month: KMS charges ${dollars(PRICES.tenThousandKmsRequests)} for 10,000 requests`;
  if (kind === 'table') return `${month}; how many S3 Tables makes is not known here.`;
  if (algorithm === 'aws:kms' && bucketKey) return `${month}, and the Bucket Key saves up to 99 % of them.`;
  const each = `${month}, one for every object that is written and every one that is read`;
  return algorithm === 'aws:kms'
    ? `${each}, because there is no Bucket Key.`
    : `${each}; DSSE-KMS has no Bucket Key and costs more than SSE-KMS.`;
}

/**
 * One call for the new key, one more where a key stands on the old side too. How many UpdateObjectEncryption makes is not
 * documented; this is the most that is plausible. A Bucket Key makes them too few to count.
 */
function kmsRequestsPerObject({ jobs, write: { algorithm, bucketKey } }: CostInput): number {
  if (algorithm === 'AES256' || (algorithm === 'aws:kms' && bucketKey)) return 0;
  return jobs.some((job) => job.class === 'SSE-KMS') ? 2 : 1;
}

const BOUND = { 'at least': 'At least', 'at most': 'At most', unknown: 'At least' } as const;

function total(usd: number, { objects }: CostInput): string {
  const jobsOnly = objects.known === 'unknown' ? ' for the jobs alone, because the objects were not counted' : '';
  return `${BOUND[objects.known]} ${dollars(usd)} once${jobsOnly}.`;
}

function parts({ jobs, objects, write }: CostInput, kmsRequests: number): string {
  const perJob = `${plural(jobs.length, 'job')} at ${dollars(PRICES.job)}`;
  if (objects.known === 'unknown')
    return `${perJob}, then for each million objects ${dollars(rounded(perMillion(jobs.length)))}.`;
  const list = [
    perJob,
    `${plural(objects.count, 'object')} at ${dollars(PRICES.millionObjectsProcessed)} a million`,
    `listing them for each job at $${PRICES.millionObjectsListed} a million`,
    `a request for each at $${PRICES.thousandRequests} a thousand`,
  ];
  if (kmsRequests > 0) list.push(`${plural(kmsRequests, 'KMS request')} at most`);
  else if (write.algorithm !== 'AES256') list.push('few KMS requests thanks to the Bucket Key');
  return `${list.join(', ')}.`;
}

function perMillion(jobs: number): number {
  return PRICES.millionObjectsProcessed + jobs * PRICES.millionObjectsListed + 1_000 * PRICES.thousandRequests;
}

function caveats({ jobs }: CostInput): string[] {
  const copies = jobs.some((job) => job.method === 'copy')
    ? ['Copies cost more in some storage classes, and a versioned bucket also keeps and pays for the old versions.']
    : [];
  return [...copies, 'US dollars at the list prices of us-east-1, November 2026; prices differ by Region.'];
}

/** The little that is added makes a half of a cent one also where its binary fraction falls just short. */
function rounded(usd: number): number {
  return usd < 100 ? Math.round(usd * 100 + 1e-6) / 100 : Math.round(usd);
}

function dollars(usd: number): string {
  return `$${usd < 100 ? usd.toFixed(2) : usd.toLocaleString('en-US')}`;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
