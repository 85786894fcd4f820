/** An organization that is swept. */
export interface Organization {
  accounts: number;
  /** Regions that each account has turned on: a sweep looks into all of them. */
  regions: number;
  buckets: number;
  /** Under a customer key every look reads the bucket's policy too. */
  isUnderKey: boolean;
  /** How many buckets one account has in one Region, where they are not spread evenly. */
  largest?: number;
  /** In how many accounts and Regions there are any, where it is not as many as possible. */
  filled?: number;
  /** How many of the buckets are looked at, where it is not all of them. */
  looks?: number;
}

/** What one sweep asks for where every bucket is known and right: calls by service, messages and invocations. */
export interface SweepWork {
  calls: Record<Service, number>;
  messages: number;
  invocations: { sweep: number; assess: number; announce: number };
  /** Accounts and Regions, and those that have buckets. */
  places: number;
  filled: number;
  largest: number;
}

/** By whose quota they count. */
export const SERVICES = [
  'S3 lists',
  'S3 reads',
  'Organizations',
  'Account Management',
  'STS',
  'EventBridge',
  'ledger reads',
  'ledger writes',
  'SQS',
] as const;
export type Service = (typeof SERVICES)[number];

/** Entries of one SendMessageBatch, and messages that Lambda hands over at once (infra/triggers.yml). */
export const BATCH = 10;
/** Buckets in one page of ListBuckets (MaxBuckets), of the ledger's index, and in one part (SWEEP_PART_BUCKETS). */
const BUCKETS_A_PAGE = 1_000;
const KNOWN_A_PAGE = 4_000;
export const BUCKETS_A_PART = 50_000;
const ACCOUNTS_A_PAGE = 20;

/** Counts as src/remediation/sweep*.ts ask; `npm run bench -- organization` sets them beside what was counted. */
export function sweepWork(organization: Organization): SweepWork {
  const { accounts, regions, buckets, isUnderKey } = organization;
  const places = accounts * regions;
  const { filled = Math.min(places, buckets), looks = buckets } = organization;
  const largest = organization.largest ?? Math.ceil(buckets / Math.max(1, filled));
  const large = largest <= BUCKETS_A_PART ? 0 : organization.largest === undefined ? filled : 1;
  const parts = large * Math.ceil(largest / BUCKETS_A_PART);
  // A Region in parts is listed once for its plan, and once for each of the two steps.
  const pages = buckets + 2 * large * largest;
  return {
    calls: {
      // Directory, table and vector buckets are asked for in each place too.
      'S3 lists': Math.floor(pages / BUCKETS_A_PAGE) + 4 * places,
      'S3 reads': buckets + looks * (isUnderKey ? 2 : 1),
      Organizations: Math.ceil(accounts / ACCOUNTS_A_PAGE) + accounts,
      'Account Management': accounts,
      // Each copy of assess-bucket asks too, and there are two by default.
      STS: accounts + Math.min(2 * accounts, looks),
      EventBridge: places,
      // Each look is recorded, and announce-change reads what it has announced of the bucket.
      'ledger reads': looks + places + Math.floor(buckets / KNOWN_A_PAGE) + 6 * accounts + 2,
      'ledger writes': looks + places + filled + 4 * accounts + 3,
      // The last batch of a place is not full.
      SQS:
        Math.ceil(Math.max(filled, buckets / BATCH + 0.45 * filled)) +
        Math.ceil(accounts / BATCH) +
        2 * Math.ceil(parts / BATCH) +
        1,
    },
    messages: buckets + accounts + 2 * parts,
    invocations: {
      sweep: 1 + accounts + 2 * parts,
      assess: Math.ceil(looks / BATCH),
      announce: Math.ceil(looks / BATCH),
    },
    places,
    filled,
    largest,
  };
}
