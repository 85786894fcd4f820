import type { BucketKind, Encryption, RuleToWrite } from '../model.ts';
import { changesOnlyBlock } from '../same-encryption.ts';
import { type CopyCost, copyCost, copyParts } from './copy-cost.ts';
import { counted, dollars, rounded } from './dollars.ts';
import { type LookCost, lookCost } from './look-cost.ts';
import { type KnownObjects, mostMet, type ObjectCount, objectsMet } from './objects-met.ts';
import type { PlannedJob } from './plan-model.ts';
import { type PriceList, pricesIn, pricesNamed } from './price-list.ts';

type OfJob = Omit<PlannedJob, 'token' | 'priority' | 'sample'>;

export interface JobsToPrice {
  jobs: readonly OfJob[];
  known: KnownObjects;
  /** Where the bucket is. */
  region: string;
  /** Of that Region, or what stands for them. */
  prices: PriceList;
}

export interface CostInput extends JobsToPrice {
  /** What the bucket has now. */
  found: Encryption;
  /** What the repaired bucket has. */
  write: RuleToWrite;
}

export interface Cost {
  /** To the cent, above 100 to the dollar; absent where nothing at all can be said. */
  usd?: number;
  /** What old versions that stay beside their copies cost each month; absent where there are none. */
  monthlyUsd?: number;
  /** True where there is more to pay than could be counted. */
  atLeast: boolean;
  /** True where objects were not counted, and daily metrics stand for that. */
  estimated?: true;
  /** The Region whose list prices these are; absent where nothing was priced. */
  pricesOf?: string;
  /** Why people are asked before the jobs run; absent where nobody is. */
  asks?: string;
  sentence: string;
}

/**
 * What bringing a bucket's objects to its standard costs once. Only `objects: all` looks at objects where nothing but the block on SSE-C
 * changes, and it would without a repair: that is told and is no part of the price.
 */
export function costOf(input: CostInput): Cost {
  const cost = costOfJobs(input);
  if (input.jobs.length === 0 || !changesOnlyBlock(input.found, input.write)) return cost;
  const sentence = `${RULE_ALONE} it brings no job. Repaired or not, \`objects: all\` plans every object of the bucket once: ${cost.sentence}`;
  return { ...FREE, sentence };
}

const FREE = { usd: 0, atLeast: false };
const RULE_ALONE = 'The rule itself costs one request, less than a cent;';

/** What a repair costs that brings no job. */
export const COST_OF_RULE: Cost = { ...FREE, sentence: `${RULE_ALONE} no job is started.` };

/** What all jobs cost that are started for a bucket now, whether its rule changes or not. */
export function costOfJobs(input: JobsToPrice): Cost {
  if (input.jobs.length === 0) return COST_OF_RULE;
  const { jobs, known, prices, region } = input;
  const objects = objectsMet(known, jobs);
  const count = objects.known === 'unknown' ? 0 : objects.count;
  const copies = copyCost(jobs, known, prices);
  const looks = lookCost(jobs, known, prices);
  const kmsRequests = (count + copies.partRequests) * Math.max(...jobs.map(kmsRequestsPerObject));
  const usd = rounded(
    batchOf(jobs).length * prices.job +
      (count / 1_000_000) * perMillion(input) +
      (kmsRequests / 10_000) * prices.tenThousandKmsRequests +
      copies.usd +
      (looks?.usd ?? 0),
  );
  const monthlyUsd = rounded(copies.monthlyUsd);
  return {
    usd,
    ...(monthlyUsd > 0 ? { monthlyUsd } : {}),
    atLeast: objects.known === 'at least' || objects.known === 'unknown' || copies.isUnknown,
    ...('estimated' in objects ? { estimated: true } : {}),
    pricesOf: prices.region,
    sentence: [
      total(usd, objects, copies),
      parts(input, objects, kmsRequests),
      ...lookParts(looks),
      ...copyParts(copies),
      pricesNamed(prices, region),
    ].join(' '),
  };
}

/** The most that one job of a plan costs once, undefined where nobody knows. No object is in two jobs, so all together they cost less than the sum. */
export function costOfJob(job: OfJob, { known, prices }: Omit<JobsToPrice, 'jobs' | 'region'>): number | undefined {
  const all = objectsMet(known, [job]);
  const copies = copyCost([job], known, prices);
  if (all.known !== 'at most' || copies.isUnknown) return undefined;
  const objects = mostMet(job, known).objects ?? all.count;
  const kmsRequests = (objects + copies.partRequests) * kmsRequestsPerObject(job);
  return rounded(
    (job.own === undefined ? prices.job : 0) +
      (all.count / 1_000_000) * listing(job, prices) +
      (objects / 1_000_000) * perObjects([job], prices) +
      (kmsRequests / 10_000) * prices.tenThousandKmsRequests +
      copies.usd +
      (lookCost([job], known, prices)?.usd ?? 0),
  );
}

/** What the encryption costs from then on; requests are not counted here, so no sum is given. */
export function monthlyCost(
  { algorithm, bucketKey }: Pick<RuleToWrite, 'algorithm' | 'bucketKey'>,
  kind: BucketKind = 'general-purpose',
  { tenThousandKmsRequests }: Pick<PriceList, 'tenThousandKmsRequests'> = pricesIn(''),
): string {
  if (algorithm === 'AES256') return 'SSE-S3 itself costs nothing more each month.';
  const month = `Each month: KMS charges ${dollars(tenThousandKmsRequests)} for 10,000 requests`;
  if (kind === 'table') return `${month}; how many S3 Tables makes is not known here.`;
  if (algorithm === 'aws:kms' && bucketKey) return `${month}, and the Bucket Key saves up to 99 % of them.`;
  const each = `${month}, one for every object that is written and every one that is read`;
  return algorithm === 'aws:kms'
    ? `${each}, because there is no Bucket Key.`
    : `${each}; DSSE-KMS has no Bucket Key and costs more than SSE-KMS.`;
}

/**
 * One call for the new key, one more where a key stands on the old side too. How many UpdateObjectEncryption makes is not
 * documented; this is the most that is plausible. A Bucket Key makes those of its own side too few to count.
 */
function kmsRequestsPerObject({
  algorithm,
  bucketKey,
  class: from,
  sourceBucketKey,
  own,
  writtenBefore,
}: OfJob): number {
  const forNew = algorithm === 'AES256' || bucketKey ? 0 : 1;
  const isUnencrypted = own !== undefined && writtenBefore !== undefined;
  const forOld = (from === 'SSE-KMS' || (from === 'any' && !isUnencrypted)) && sourceBucketKey !== true ? 1 : 0;
  return forNew + forOld;
}

function batchOf(jobs: readonly OfJob[]): OfJob[] {
  return jobs.filter(({ own }) => own === undefined);
}

/** S3 lists a million objects for its own manifest, or Reseal their versions, a thousand a request. What our own function lists is priced with its looks. */
function listing({ versions, own }: OfJob, { millionObjectsListed, thousandRequests }: PriceList): number {
  if (own !== undefined) return 0;
  return versions === true ? thousandRequests.STANDARD : millionObjectsListed;
}

/** S3 has a fee for the objects of its own jobs alone. */
function perObjects(jobs: readonly OfJob[], { millionObjectsProcessed, thousandRequests }: PriceList): number {
  return (batchOf(jobs).length > 0 ? millionObjectsProcessed : 0) + 1_000 * thousandRequests.STANDARD;
}

function perMillion({ jobs, prices }: Pick<JobsToPrice, 'jobs' | 'prices'>): number {
  return perObjects(jobs, prices) + jobs.reduce((sum, job) => sum + listing(job, prices), 0);
}

function total(usd: number, objects: ObjectCount, { isUnknown }: CopyCost): string {
  if (objects.known === 'unknown')
    return `At least ${dollars(usd)} once for the jobs alone, because the objects were not counted.`;
  if (objects.known === 'at least' || isUnknown) return `At least ${dollars(usd)} once.`;
  return `At most ${'estimated' in objects ? 'about ' : ''}${dollars(usd)} once.`;
}

function parts(input: JobsToPrice, objects: ObjectCount, kmsRequests: number): string {
  const { jobs, prices } = input;
  const batch = batchOf(jobs);
  const perJob = batch.length === 0 ? 'No job of S3' : `${counted(batch.length, 'job')} at ${dollars(prices.job)}`;
  if (objects.known === 'unknown')
    return `${perJob}, then for each million objects ${dollars(rounded(perMillion(input)))}.`;
  const byMetrics = 'estimated' in objects ? ' by the daily metrics, all versions counted,' : '';
  const objectsMeant = `${counted(objects.count, 'object')}${byMetrics}`;
  const list = [
    perJob,
    ...(batch.length === 0
      ? [objectsMeant]
      : [
          `${objectsMeant} at ${dollars(prices.millionObjectsProcessed)} a million`,
          `listing them for each job at $${prices.millionObjectsListed} a million`,
        ]),
    `a request for each at $${prices.thousandRequests.STANDARD} a thousand`,
  ];
  if (kmsRequests > 0) list.push(`${counted(kmsRequests, 'KMS request')} at most`);
  else if (jobs.some(({ algorithm }) => algorithm !== 'AES256')) list.push('few KMS requests thanks to the Bucket Key');
  return `${list.join(', ')}.`;
}

/** The time of the function is no part of the price: a few cents for a million objects. */
function lookParts(looks: LookCost | undefined): string[] {
  if (looks === undefined) return [];
  const { objects, usd } = looks;
  if (objects === undefined) return ["Reseal's own function looks at objects of the bucket too, a read request each."];
  const sum = rounded(usd) > 0 ? dollars(rounded(usd)) : 'less than a cent';
  return [
    `Reseal's own function looks at ${counted(objects, 'object')} at most: ${sum}, and its time costs next to nothing.`,
  ];
}
