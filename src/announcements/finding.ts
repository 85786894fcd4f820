import { createHash } from 'node:crypto';
import type { AnnouncementKind } from './announcement.ts';
import { adviceOf, WORDS } from './announcement-words.ts';
import { clipped } from '../policy/clipped.ts';
import type { BucketImage } from './ledger-image.ts';
import {
  kindOfStanding,
  NOTICES,
  type NoticeCode,
  noticesOf,
  type Standing,
  type StandingKind,
  standingOf,
} from './standing.ts';

/** How a bucket stands, as Security Hub shows it: one finding for each bucket, opened, updated and resolved with it. */
export interface Finding {
  bucket: string;
  account: string;
  region: string;
  /** What it says, to be compared: the same text is not sent again. */
  says: string;
  isOpen: boolean;
  compliance: 'PASSED' | 'WARNING' | 'FAILED' | 'NOT_AVAILABLE';
  severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH';
  /** ISO 8601. */
  updatedAt: string;
  title: string;
  description: string;
  recommendation: string;
}

/** The longest texts that ASFF takes (Security Hub User Guide, ASFF; API Recommendation). */
const MAX = { title: 256, description: 1024, recommendation: 512 };

/** `undefined` where nothing can be said yet. */
export function findingOf(image: BucketImage): Finding | undefined {
  const standing = standingOf(image);
  const kind = kindOfStanding(standing);
  if (standing === undefined || kind === undefined) return undefined;
  const notices = noticesOf(image);
  const { bucket, account, region, reasons } = image;
  const told = toldAs(kind, notices[0]);
  const why = reasons.map(({ message }) => message);
  return {
    bucket,
    account,
    region,
    says: [standing, ...notices].join(' '),
    isOpen: isProblem(kind) || notices.length > 0,
    ...weight(kind, standing, notices.length > 0),
    updatedAt: kind === 'gone' ? (image.goneAt ?? image.assessedAt) : image.assessedAt,
    title: clipped(`S3 bucket ${bucket}: default encryption: ${WORDS[told].subject}`, MAX.title),
    description: clipped([WORDS[told].headline, ...why].join(' '), MAX.description),
    recommendation: clipped(adviceOf(told, bucket), MAX.recommendation),
  };
}

function toldAs(kind: StandingKind, notice: NoticeCode | undefined): AnnouncementKind {
  return isProblem(kind) || notice === undefined ? KIND_OF_STANDING[kind] : NOTICES[notice];
}

const KIND_OF_STANDING: Readonly<Record<StandingKind, AnnouncementKind>> = {
  good: 'bucket-compliant',
  gone: 'bucket-gone',
  exempt: 'bucket-exempt',
  observed: 'bucket-observed',
  hold: 'bucket-held',
  parked: 'bucket-unreadable',
};

function isProblem(kind: StandingKind): boolean {
  return kind === 'hold' || kind === 'parked' || kind === 'observed';
}

function weight(kind: StandingKind, standing: Standing, hasNotice: boolean): Pick<Finding, 'compliance' | 'severity'> {
  switch (kind) {
    case 'hold':
      // Objects under a key that is deleted can never be read again.
      return { compliance: 'FAILED', severity: standing.includes('key-being-deleted') ? 'HIGH' : 'MEDIUM' };
    case 'parked':
      return { compliance: 'NOT_AVAILABLE', severity: 'MEDIUM' };
    case 'observed':
      return { compliance: 'FAILED', severity: 'LOW' };
    case 'exempt':
      return { compliance: hasNotice ? 'WARNING' : 'NOT_AVAILABLE', severity: hasNotice ? 'LOW' : 'INFORMATIONAL' };
    case 'good':
      return { compliance: hasNotice ? 'WARNING' : 'PASSED', severity: hasNotice ? 'LOW' : 'INFORMATIONAL' };
    case 'gone':
      return { compliance: 'PASSED', severity: 'INFORMATIONAL' };
  }
}

/** 16 hex digits that change with the words of a finding: the codes may stay while another service or rule is meant. */
export function textIdOf({ title, description, recommendation }: Finding): string {
  return createHash('sha256')
    .update(JSON.stringify([title, description, recommendation]))
    .digest('hex')
    .slice(0, 16);
}
