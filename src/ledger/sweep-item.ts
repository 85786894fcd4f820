import * as z from 'zod/mini';
import { type Place, placeText } from '../bucket-id.ts';
import { present } from '../present.ts';
import { count, flag, listOf, text, time } from './shapes.ts';

/** Which accounts, Regions and buckets a sweep is about; without any of these it is about everything. */
export const sweepScope = z.object({
  accounts: z.exactOptional(listOf(text)),
  /** Ids of organizational units, or paths as in aws:PrincipalOrgPaths. */
  ous: z.exactOptional(listOf(text)),
  regions: z.exactOptional(listOf(text)),
  buckets: z.exactOptional(listOf(text)),
  /** What the names of the buckets begin with. */
  prefix: z.exactOptional(text),
  /** Only buckets that fall under the rule of this name. */
  rule: z.exactOptional(text),
});
export type SweepScope = z.output<typeof sweepScope>;

/** What is known of a sweep before it begins. */
export interface Swept {
  id: string;
  at: string;
  observe: boolean;
  scope: SweepScope;
}

/** True where every bucket of a place is asked for: only then is known who logs where, and what S3 lists no more. */
export function takesAllBuckets({ buckets, prefix }: SweepScope): boolean {
  return buckets === undefined && prefix === undefined;
}

/** True for a sweep of everything. */
export function isOfAll(scope: SweepScope): boolean {
  return Object.keys(present(scope)).length === 0;
}

/** All sweeps are under one key. */
const SWEEPS = 'SWEEP#all';

/** Where the ledger keeps one sweep, its accounts, what became of each of its accounts, and of those of their Regions where there was something. */
export const sweepKeys = {
  sweep: (id: string) => ({ pk: SWEEPS, sk: `SWEEP#${id}` }),
  accounts: (id: string) => ({ pk: SWEEPS, sk: `ACCOUNTS#${id}` }),
  account: (id: string, account = '') => ({ pk: SWEEPS, sk: `ACCOUNT#${id}#${account}` }),
  place: (id: string, account: string, region = '') => ({ pk: SWEEPS, sk: `PLACE#${id}#${account}/${region}` }),
};

const loggingUnread = z.object({ buckets: count, first: listOf(text) });
/** How many buckets could not be asked where their logs go, and the first of them by name. */
export type LoggingUnread = z.output<typeof loggingUnread>;

/** What was swept of an account and Region, of an account, or of all. */
export const sweepCounts = z.object({
  /** How many buckets were sent to be looked at because S3 lists them, or because the ledger knows them and S3 lists them no more. */
  buckets: z._default(count, 0),
  unlisted: z._default(count, 0),
  /** How many buckets receive server access logs, and whose logging could not be read; a sweep of some buckets does not look. */
  logTargets: z._default(count, 0),
  loggingUnread: z._default(loggingUnread, { buckets: 0, first: [] }),
  /** Of the buckets that were asked for by name, those that are there. */
  found: z._default(listOf(text), []),
});
export type SweepCounts = z.output<typeof sweepCounts>;

/** How many that could not be read are named. */
export const NAMED = 20;

/** The counts of several places. */
export function sumOf(all: readonly SweepCounts[]): SweepCounts {
  const sum = (of: (each: SweepCounts) => number) => all.reduce((total, each) => total + of(each), 0);
  const first = all.flatMap(({ loggingUnread: { first: names } }) => names).toSorted();
  return {
    buckets: sum(({ buckets }) => buckets),
    unlisted: sum(({ unlisted }) => unlisted),
    logTargets: sum(({ logTargets }) => logTargets),
    loggingUnread: { buckets: sum(({ loggingUnread: { buckets } }) => buckets), first: first.slice(0, NAMED) },
    found: all.flatMap(({ found }) => found),
  };
}

/** The accounts of a sweep: an item has room for 30,000 (DynamoDB quotas, 400 kB). */
export const accountsOfSweep = z.object({
  accounts: listOf(text),
  /** Why AWS Organizations did not list them. */
  accountsUnread: z.exactOptional(text),
});
export type AccountsOfSweep = z.output<typeof accountsOfSweep>;

/** What became of one account of a sweep. */
export const accountOfSweep = z.object({
  account: text,
  /** Its Regions that have so many buckets that they go on in parts. */
  large: listOf(text),
  /** True once every Region of it was listed. */
  listed: z.exactOptional(flag),
  endedAt: z.exactOptional(time),
  /** Why nothing of it was swept, or not all of it. */
  why: z.exactOptional(text),
  ...sweepCounts.shape,
});
export type AccountOfSweep = z.output<typeof accountOfSweep>;

const unreached = z.object({ accounts: count, first: listOf(z.object({ account: text, why: text })) });

/** What a sweep came to. */
export const sweepEnd = z.object({
  ...sweepCounts.shape,
  /** Buckets that were asked for by name and were in no account and Region of the sweep. */
  missing: z._default(listOf(text), []),
  /** Accounts of which nothing was swept, or not all. */
  unreached: z._default(unreached, { accounts: 0, first: [] }),
});
export type SweepEnd = z.output<typeof sweepEnd>;

/** A sweep, begun or ended. */
export const organizationSweep = z.object({
  sweep: text,
  at: time,
  observe: flag,
  scope: sweepScope,
  /** How many accounts it has, and how many of these have ended; absent until they are known. */
  accounts: z.exactOptional(count),
  accountsDone: z._default(count, 0),
  /** Why AWS Organizations did not list them. */
  accountsUnread: z.exactOptional(text),
  endedAt: z.exactOptional(time),
  ...sweepEnd.shape,
});
export type OrganizationSweep = z.output<typeof organizationSweep>;

/** Buckets by the beginnings of their names, and single ones. */
const partOfSweep = z.object({ prefixes: listOf(text), names: listOf(text) });
export type PartOfSweep = z.output<typeof partOfSweep>;

/** How a Region of an account with very many buckets is swept. */
export const sweepPlan = z.object({
  parts: listOf(partOfSweep),
  unlisted: count,
});
export type SweepPlan = z.output<typeof sweepPlan>;

/** What is done with each part: the second begins when all parts have done the first. */
export const PART_STEPS = ['sources', 'buckets'] as const;
export type PartStep = (typeof PART_STEPS)[number];

/** Where the ledger keeps the plan of such a Region, what its parts came to, and the log sources that they have found, for a week. */
export function partKeys(place: Place, id: string) {
  const pk = `SWEEP#${placeText(place)}`;
  return {
    plan: { pk, sk: `PLAN#${id}` },
    part: (step: PartStep, part: number | '' = '') => ({ pk, sk: `PART#${id}#${step}#${part}` }),
    sources: (chunk = '') => ({ pk, sk: `SOURCES#${id}#${chunk}` }),
  };
}

/** Some targets of access logs with the buckets that send them. */
export const foundSources = z.object({
  targets: listOf(z.object({ bucket: text, sources: listOf(z.object({ bucket: text, prefix: text })) })),
});
