import { LEFT_CODES, type LeftCode } from '../../src/policy/plan/object-standing.ts';
import { REASONS } from '../../src/policy/reasons.ts';
import { inOneLine } from '../../src/problem.ts';
import { wrapped } from '../../scripts/wrapped.ts';
import { counted, numberOf, shortSpan, spanOf } from '../numbers-in-words.ts';
import { rowLines } from '../status/status-screen.ts';
import type { CodeTally, VerifyTally } from './verify-tally.ts';

/** What is meant by a code, and what to do. */
export interface CodeWords {
  meaning: string;
  remedy: string;
}

const LOCKED = 'Nothing while it holds: Reseal never unlocks. After it has ended, run reseal backfill.';
const WAIT =
  'Where jobs of the bucket run or wait (reseal jobs), confirm them or wait for their end. Else have them run: objects.reencrypt: all, and reseal backfill.';

/** The codes that only objects have. What a plan says of them too is in the catalogue of reasons. */
const WORDS: ReadonlyMap<string, CodeWords> = new Map([
  ['encryption', { meaning: 'They are not encrypted by S3.', remedy: WAIT }],
  ['algorithm', { meaning: 'Their algorithm is weaker than that of the standard.', remedy: WAIT }],
  ['key', { meaning: 'They are under another key than the standard names.', remedy: WAIT }],
  ['bucket-key', { meaning: 'They lack the S3 Bucket Key.', remedy: WAIT }],
  [
    'sse-c',
    {
      meaning: 'They are under a key that only their writer has (SSE-C).',
      remedy: 'Whoever has the key writes them again without it.',
    },
  ],
  [
    'algorithm-unknown',
    {
      meaning: 'They have an algorithm that this version does not know.',
      remedy: 'Look at them by hand, or install a newer version of Reseal.',
    },
  ],
  ['retention', { meaning: 'Object Lock retains them.', remedy: LOCKED }],
  ['legal-hold', { meaning: 'A legal hold is on them.', remedy: LOCKED }],
  ['event-hold', { meaning: 'An event hold is on them.', remedy: LOCKED }],
]);

const UNREAD: CodeWords = {
  meaning: 'S3 did not show them.',
  remedy: 'Allow s3:GetObject (s3:GetObjectVersion of versions), or try again where S3 was busy.',
};

export function wordsOfCode({ standing, code }: Pick<CodeTally, 'standing' | 'code'>): CodeWords {
  if (standing === 'unread') return UNREAD;
  const words = WORDS.get(code);
  if (words !== undefined) return words;
  const reason = Object.hasOwn(REASONS, code)
    ? Object.entries(REASONS).find(([name]) => name === code)?.[1]
    : undefined;
  return reason ?? { meaning: 'They are left alone.', remedy: 'See docs/reencryption.md.' };
}

/** Every code that leaves an object alone, for docs/reencryption.md. */
export function leftAlone(): [code: LeftCode, words: CodeWords][] {
  return LEFT_CODES.map((code) => [code, wordsOfCode({ standing: 'left', code })]);
}

/** How far it is, the most important first; with a bar where somebody knows how many there are. */
export function verifyProgress(
  { read, below, unread }: VerifyTally,
  since: { read: number; ms: number },
  total?: number,
): string {
  // The counts move once a page.
  if (read === 0) return 'reading the first page, of at most 1,000 objects';
  const rate = since.ms > 0 ? ((read - since.read) * 1_000) / since.ms : 0;
  const left = total !== undefined && rate > 0 && total > read ? `, ${shortSpan((total - read) / rate)} left` : '';
  const parts = [below > 0 ? `, ${numberOf(below)} below` : '', unread > 0 ? `, ${numberOf(unread)} unread` : ''].join(
    '',
  );
  const of = total === undefined ? '' : ` of about ${numberOf(Math.max(total, read))}`;
  return `${bar(read, total)}${numberOf(read)}${of} objects, ${numberOf(Math.round(rate))}/s${left}${parts}`;
}

const BAR = 20;

function bar(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return '';
  const full = Math.floor(Math.min(1, done / total) * BAR);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] `;
}

export interface VerifyEnd {
  bucket: string;
  account: string;
  region: string;
  rule: string;
  standard: { algorithm: string; keyArn?: string; bucketKey: boolean };
  versions: boolean;
  /** False where it was interrupted or could not go on. */
  complete: boolean;
  seconds: number;
  tally: VerifyTally;
}

/** What it came to, as `--json` prints it. */
export function verifyInJson({ tally, seconds, ...end }: VerifyEnd): object {
  const codes = tally.codes.map((each) => ({ ...each, ...wordsOfCode(each) }));
  return { ...end, seconds: Math.round(seconds * 10) / 10, ...tally, codes };
}

/** What it came to, for people. */
export function verifyScreen(end: VerifyEnd, columns: number): string {
  const { bucket, account, region, versions, complete, seconds, tally } = end;
  const { read, atStandard, gone, changed, codes } = tally;
  const rows: [string, string][] = [
    ['bucket', `${bucket} (${account}, ${region})`],
    ['standard', standardWords(end)],
    [
      'read',
      `${counted(read, versions ? 'version' : 'object')}${complete ? '' : ', not all of them'}, in ${spanOf(seconds)}`,
    ],
    ['at standard', numberOf(atStandard)],
    ...(['below', 'left', 'unread'] as const).flatMap((standing) => rowsOf(standing, codes)),
    ...(changed === 0
      ? []
      : [
          row(
            'changed',
            `${numberOf(changed)} were replaced while they were read: what is said is of what is there now`,
          ),
        ]),
    ...(gone === 0 ? [] : [row('gone', `${numberOf(gone)} were deleted while they were read`)]),
  ];
  return [
    ...rows.flatMap(([name, value]) => rowLines(name, value, columns)),
    '',
    ...wrapped(conclusion(end), columns),
  ].join('\n');
}

const row = (name: string, value: string): [string, string] => [name, value];

const NAMES = { below: 'below', left: 'left alone', unread: 'not read' } as const;

function rowsOf(standing: CodeTally['standing'], codes: readonly CodeTally[]): [string, string][] {
  return codes
    .filter((each) => each.standing === standing)
    .toSorted((one, other) => other.count - one.count)
    .map((each) => {
      const { meaning, remedy } = wordsOfCode(each);
      const more = each.count > each.first.length ? ' ...' : '';
      return row(
        NAMES[standing],
        `${numberOf(each.count)}, ${inOneLine(each.code)}: ${meaning} ${remedy} (${each.first.map(inOneLine).join(', ')}${more})`,
      );
    });
}

function standardWords({ rule, standard: { algorithm, keyArn, bucketKey } }: VerifyEnd): string {
  const key = keyArn === undefined ? '' : ` under ${keyArn}`;
  return `${algorithm}${key}${algorithm === 'aws:kms' && bucketKey ? ', with a Bucket Key' : ''} (rule ${rule})`;
}

function conclusion({ versions, complete, tally: { below, left, unread } }: VerifyEnd): string {
  const what = versions ? 'version' : 'object';
  if (!complete) return 'Not everything was read.';
  if (unread > 0) return `${counted(unread, what)} could not be read: of them nobody can say how they stand.`;
  if (below > 0) return `${counted(below, what)} ${below === 1 ? 'is' : 'are'} below the standard.`;
  return `Every ${what} is at its standard${left === 0 ? '' : ', or named with the reason'}.`;
}
