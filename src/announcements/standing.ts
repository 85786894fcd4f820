import type { BucketImage } from './ledger-image.ts';

/** How a bucket stands, as far as people are told of it. `good` is compliant or repaired. */
export type StandingKind = 'good' | 'gone' | 'exempt' | 'observed' | 'hold' | 'parked';

/** A standing as text that is compared and kept: its kind, then the codes of its reasons in order. */
export type Standing = StandingKind | `${StandingKind} ${string}`;

/** Reasons that speak of exceptions and stand beside any verdict, and as what they are announced. */
export const NOTICES = {
  'exception-ending': 'exception-ending',
  'exception-expired': 'exception-expired',
  'exception-request-malformed': 'exception-refused',
  'exception-request-unproven': 'exception-refused',
  'exception-request-not-allowed': 'exception-refused',
  'exception-request-too-long': 'exception-refused',
} as const;
export type NoticeCode = keyof typeof NOTICES;

/** What a rollback leaves; the other reasons of such a bucket are told by the rollback itself. */
export const ROLLED_BACK: Standing = 'hold rolled-back';

/** `undefined` where nothing can be said yet: a bucket that is still tried, or a verdict of a later version. */
export function standingOf(image: BucketImage): Standing | undefined {
  switch (image.verdict) {
    case 'compliant':
      return 'good';
    case 'repair':
      return image.observed === true ? withCodes('observed', image) : 'good';
    case 'hold':
      return image.reasons.some(({ code }) => code === 'rolled-back') ? ROLLED_BACK : withCodes('hold', image);
    case 'exempt':
      return 'exempt';
    case 'unreadable':
      return image.parked === true ? withCodes('parked', image) : undefined;
    case 'gone':
      return 'gone';
    default:
      return undefined;
  }
}

const KINDS: readonly StandingKind[] = ['good', 'gone', 'exempt', 'observed', 'hold', 'parked'];

export function kindOfStanding(standing: Standing | undefined): StandingKind | undefined {
  return KINDS.find((kind) => kind === standing?.split(' ')[0]);
}

/** A standing that was kept as text; `undefined` where it is none of this version's. */
export function readStanding(text: string | undefined): Standing | undefined {
  const kind = KINDS.find((each) => each === text?.split(' ')[0]);
  if (kind === undefined || text === undefined) return undefined;
  return text === kind ? kind : `${kind} ${text.slice(kind.length + 1)}`;
}

export function isNotice(code: string): code is NoticeCode {
  return Object.hasOwn(NOTICES, code);
}

/** The codes of the notices among the reasons, in order and each once. */
export function noticesOf({ reasons }: BucketImage): NoticeCode[] {
  return [...new Set(reasons.map(({ code }) => code).filter(isNotice))].sort();
}

function withCodes(kind: StandingKind, { reasons }: BucketImage): Standing {
  const codes = [...new Set(reasons.map(({ code }) => code))].filter((code) => !isNotice(code)).sort();
  return codes.length === 0 ? kind : `${kind} ${codes.join(' ')}`;
}
