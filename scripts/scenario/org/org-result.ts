import type { BucketResult } from '../result.ts';

/** Something that was expected of an account or a stack, and what was seen. */
export interface Seen {
  what: string;
  account: string;
  expected: string;
  found: string;
  /** In the words of Reseal or AWS, where there are any. */
  message?: string;
}

/** What is there after the removal. */
export interface Left {
  type: string;
  name: string;
  account: string;
  region: string;
}

export interface AccountResult {
  account: string;
  /** What it is in the organization, or what happened to it. */
  is: string;
  buckets: number;
  repaired: number;
  held: number;
  gone: number;
  jobs: number;
  objectsReencrypted: number;
}

/** The documented shape of `npm start --silent -- --scenario org --json` (docs/json.md). */
export interface OrgResult {
  accounts: AccountResult[];
  regions: string[];
  /** By event: how many buckets of how many accounts and Regions it came from, and how many of them were answered as expected. */
  events: { event: string; sent: number; answered: number }[];
  jobs: number;
  jobsClosed: number;
  objectsRead: number;
  objectsReencrypted: number;
  objectsBelowStandard: number;
  seen: Seen[];
  left: Left[];
  seconds: number;
  results: BucketResult[];
}
