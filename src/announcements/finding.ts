import { createHash } from 'node:crypto';
import { adviceOf, WORDS } from './announcement-text.ts';
import { clipped } from '../problem.ts';
import type { Finding } from '../ledger/announced-item.ts';
import type { JudgedBucketItem } from '../ledger/bucket-item.ts';
import {
  isProblem,
  kindOfStanding,
  NOTICES,
  noticesOf,
  type Standing,
  type StandingKind,
  STANDINGS,
  standingOf,
} from './standing.ts';

/** The longest texts that ASFF takes (Security Hub User Guide, ASFF; API Recommendation). */
const MAX = { title: 256, description: 1024, recommendation: 512 };

/** `undefined` where nothing can be said yet. */
export function findingOf(item: JudgedBucketItem): Finding | undefined {
  const standing = standingOf(item);
  const kind = kindOfStanding(standing);
  if (standing === undefined || kind === undefined) return undefined;
  const notices = noticesOf(item);
  const { bucket, account, region, reasons } = item;
  const [notice] = notices;
  const shown = isProblem(kind) || notice === undefined ? STANDINGS[kind] : NOTICES[notice];
  const why = reasons.map(({ message }) => message);
  return {
    bucket,
    account,
    region,
    says: [standing, ...notices].join(' '),
    isOpen: isProblem(kind) || notices.length > 0,
    ...weight(kind, standing, notices.length > 0),
    updatedAt: kind === 'gone' ? (item.goneAt ?? item.assessedAt) : item.assessedAt,
    title: clipped(`S3 bucket ${bucket}: default encryption: ${WORDS[shown].subject}`, MAX.title),
    description: clipped([WORDS[shown].headline, ...why].join(' '), MAX.description),
    recommendation: clipped(adviceOf(shown, bucket), MAX.recommendation),
  };
}

type Weight = Pick<Finding, 'compliance' | 'severity'>;

const WEIGHTS: Readonly<Record<StandingKind, Weight>> = {
  hold: { compliance: 'FAILED', severity: 'MEDIUM' },
  parked: { compliance: 'NOT_AVAILABLE', severity: 'MEDIUM' },
  observed: { compliance: 'FAILED', severity: 'LOW' },
  exempt: { compliance: 'NOT_AVAILABLE', severity: 'INFORMATIONAL' },
  good: { compliance: 'PASSED', severity: 'INFORMATIONAL' },
  gone: { compliance: 'PASSED', severity: 'INFORMATIONAL' },
};

function weight(kind: StandingKind, standing: Standing, hasNotice: boolean): Weight {
  // Objects under a key that is deleted can never be read again.
  if (kind === 'hold' && standing.includes('key-being-deleted')) return { compliance: 'FAILED', severity: 'HIGH' };
  if (hasNotice && (kind === 'exempt' || kind === 'good')) return { compliance: 'WARNING', severity: 'LOW' };
  return WEIGHTS[kind];
}

/** 16 hex digits that change with the words of a finding: the codes may stay while another service or rule is meant. */
export function textIdOf({ title, description, recommendation }: Finding): string {
  return createHash('sha256')
    .update(JSON.stringify([title, description, recommendation]))
    .digest('hex')
    .slice(0, 16);
}
