import type { BucketId } from '../../src/bucket-id.ts';
import type { SweepScope } from '../../src/ledger/sweep-item.ts';
import type { Cost } from '../../src/policy/plan/cost.ts';
import type { PriceList } from '../../src/policy/plan/price-list.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import type { Encryption, Reason, VerdictKind } from '../../src/policy/model.ts';

/** In the order in which people read them. */
export const PLANNED_VERDICTS = [
  'compliant',
  'repair',
  'hold',
  'exempt',
  'unreadable',
] as const satisfies VerdictKind[];

/** Which buckets are asked about, as of a sweep; what is not said stands for all. */
export interface PlanFilter extends Omit<SweepScope, 'accounts' | 'prefix'> {
  /** Account ids, or every open account of the organization; without them the one of the credentials. */
  accounts?: string[] | 'all';
}

export interface PlanAsked extends PlanFilter {
  policy: PolicyDocument;
  /** The time that everything is judged for. */
  now: Date;
  /** List prices by Region; our own where it is not said. */
  prices?: (region: string) => PriceList;
  /** Ends the plan: what was judged is kept, and nothing new is begun. */
  signal?: AbortSignal;
}

/** One bucket, as a sweep would find it now. */
export interface PlannedBucket extends BucketId {
  /** Of the account, where AWS Organizations or the ledger says it. */
  ouPath?: string;
  /** The name of the policy's rule; `unknown` where that was not found out. */
  rule: string;
  verdict: VerdictKind;
  reasons: Reason[];
  /** Nothing is written, because the rule only observes. */
  observe: boolean;
  /** The encryption that was read. */
  found?: Encryption;
  /** Of a repair: the whole rule that takes its place. */
  write?: Encryption;
  /** Of a repair, and of a compliant bucket whose existing objects the policy has never been applied to. */
  cost?: Cost;
}

/** What is known of a plan beside its buckets. It is filled while `planBuckets` runs. */
export interface PlanSurvey {
  /** Buckets that were found so far and are wanted, as far as their names say; more may come while `listing` is not 0. */
  found: number;
  /** How many of them were looked at. */
  done: number;
  /** Lists that are under way: that of the accounts, and those of the buckets of each. */
  listing: number;
  /** Accounts that were listed to their end. */
  accounts: string[];
  /** Accounts that could not be entered or listed, and why. */
  unentered: { account: string; name?: string; why: string }[];
  /** Sentences about what was not looked at in an account that was. */
  unlisted: string[];
  /** Names that were asked for and that no account has. */
  missing: string[];
  /** Buckets that were there when they were listed, and not when they were read. */
  gone: number;
  /** Where a rule was asked for: buckets of which it is not known whether that holds. */
  unruled: number;
  /** Set where the plan ended before its end: by a signal, or because the credentials were not taken any more. */
  ended?: { kind: 'interrupted' | 'failed'; why: string };
}

export function emptySurvey(): PlanSurvey {
  return {
    found: 0,
    done: 0,
    listing: 1,
    accounts: [],
    unentered: [],
    unlisted: [],
    missing: [],
    gone: 0,
    unruled: 0,
  };
}

/** Counts and price of planned buckets. */
export interface PlanTotals {
  buckets: number;
  verdicts: Record<VerdictKind, number>;
  /** Repairs that are made and not only observed. */
  repairs: number;
  price: Pick<Cost, 'monthlyUsd' | 'estimated' | 'atLeast'> & {
    usd: number;
    /** The Regions whose list prices these are. */
    pricesOf?: string[];
  };
}
