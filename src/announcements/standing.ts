import type { JudgedBucketItem } from '../ledger/bucket-item.ts';
import type { StandingAnnouncement } from './announcement.ts';

/** How a bucket can stand, as far as that is announced, and as what it is. `good` is compliant or repaired. */
export const STANDINGS = {
  good: 'bucket-compliant',
  gone: 'bucket-gone',
  exempt: 'bucket-exempt',
  observed: 'bucket-observed',
  hold: 'bucket-held',
  parked: 'bucket-unreadable',
} as const satisfies Record<string, StandingAnnouncement>;
export type StandingKind = keyof typeof STANDINGS;

/** A standing as text that is compared and kept: its kind, then the codes of its reasons in order. */
export type Standing = StandingKind | `${StandingKind} ${string}`;

/** Reasons that stand beside a verdict that they do not change, and as what they are announced. */
export const NOTICES = {
  'exception-ending': 'exception-ending',
  'exception-expired': 'exception-expired',
  'exception-too-long': 'exception-refused',
  'exception-request-malformed': 'exception-refused',
  'exception-request-unproven': 'exception-refused',
  'exception-request-not-allowed': 'exception-refused',
  'exception-request-too-long': 'exception-refused',
  'log-target-unproven': 'log-target-unproven',
  'key-shut': 'key-shut',
} as const satisfies Record<string, StandingAnnouncement>;
export type NoticeCode = keyof typeof NOTICES;

/** What a rollback leaves; the other reasons of such a bucket are in the announcement of the rollback. */
export const ROLLED_BACK: Standing = 'hold rolled-back';

/** `undefined` where nothing can be said yet: a bucket that is still tried, or a verdict of a later version. */
export function standingOf(item: JudgedBucketItem): Standing | undefined {
  switch (item.verdict) {
    case 'compliant':
      return 'good';
    case 'repair':
      return item.observed === true ? withCodes('observed', item) : 'good';
    case 'hold':
      return item.reasons.some(({ code }) => code === 'rolled-back') ? ROLLED_BACK : withCodes('hold', item);
    case 'exempt':
    case 'gone':
      return item.verdict;
    case 'unreadable':
      return item.parked === true ? withCodes('parked', item) : undefined;
    default:
      return undefined;
  }
}

export function kindOfStanding(standing: string | undefined): StandingKind | undefined {
  const [word = ''] = standing?.split(' ') ?? [];
  return isKind(word) ? word : undefined;
}

/** A standing that was kept as text may be none of this version's. */
export function isStanding(text: string | undefined): text is Standing {
  return kindOfStanding(text) !== undefined;
}

function isKind(word: string): word is StandingKind {
  return Object.hasOwn(STANDINGS, word);
}

export function isProblem(kind: StandingKind | undefined): boolean {
  return kind === 'hold' || kind === 'parked' || kind === 'observed';
}

export function isNotice(code: string): code is NoticeCode {
  return Object.hasOwn(NOTICES, code);
}

/** The codes of the notices among the reasons, in order and each once. */
export function noticesOf(item: JudgedBucketItem): NoticeCode[] {
  const codes = item.reasons.map(({ code }) => code).filter(isNotice);
  return [...new Set(codes.filter((code) => !isCause(code, item)))].sort();
}

/** A policy may make a hold of what is a notice elsewhere. */
function isCause(code: NoticeCode, { verdict }: JudgedBucketItem): boolean {
  return code === 'log-target-unproven' && verdict === 'hold';
}

function withCodes(kind: StandingKind, item: JudgedBucketItem): Standing {
  const notices: readonly string[] = noticesOf(item);
  const codes = [...new Set(item.reasons.map(({ code }) => code))].filter((code) => !notices.includes(code)).sort();
  return codes.length === 0 ? kind : `${kind} ${codes.join(' ')}`;
}
