import { type Again, TASK_CAUSES, UNKNOWN_CAUSE } from '../src/policy/plan/task-codes.ts';
import { type ReasonMeaning, REASONS } from '../src/policy/reasons.ts';

/** docs/reasons.md as it follows from the catalogue. */
export function reasonsPage(): string {
  return [INTRODUCTION, ...SECTIONS.map(section), failedObjects()].join('\n\n') + '\n';
}

const INTRODUCTION = `# Reason codes

Every verdict carries its reasons. Each reason has a code from this page, and a sentence that names the bucket. The same codes are in the
ledger, the logs, the announcements and the answer of \`reseal policy explain\`. A reason may also carry JSON to \`paste\`, for example
the statement that a key policy lacks.

This page is written by \`npm run schema\` from the catalogue in src/policy/reasons.json.`;

const SECTIONS: readonly { with: ReasonMeaning['with']; title: string; says: string }[] = [
  {
    with: 'repair',
    title: 'Why a bucket is repaired',
    says: 'The bucket is below its standard. A held bucket carries these codes too.',
  },
  { with: 'hold', title: 'Why a bucket is held', says: 'Nothing is changed until somebody acts.' },
  {
    with: 'unreadable',
    title: 'Why a bucket is unreadable',
    says: 'Something that the verdict needs could not be read, or a write could not be checked. Nothing is guessed.',
  },
  { with: 'compliant', title: 'Why a bucket is compliant', says: 'Nothing is written.' },
  { with: 'exempt', title: 'Why a bucket is exempt', says: 'An exception is in force.' },
  { with: 'any verdict', title: 'Beside any verdict', says: 'These codes do not decide the verdict.' },
  {
    with: 'objects',
    title: 'Why objects are left over',
    says: 'The bucket is judged as always. No job re-encrypts these objects.',
  },
  { with: 'message', title: 'Why nothing was judged', says: 'These codes are in the logs only.' },
];

function section({ with: group, title, says }: (typeof SECTIONS)[number]): string {
  const rows = Object.entries<ReasonMeaning>(REASONS)
    .filter(([, reason]) => reason.with === group)
    .map(([code, { meaning, remedy }]) => `| \`${code}\` | ${meaning} | ${remedy} |`);
  return [`## ${title}`, '', says, '', '| code | meaning | what to do |', '|---|---|---|', ...rows].join('\n');
}

const WHEN: Readonly<Record<Again, string>> = {
  now: 'at once',
  'next-sweep': 'by the next sweep',
  no: 'no',
};

/** Why single objects failed: S3's codes are no reasons of a verdict. */
function failedObjects(): string {
  const rows = [...TASK_CAUSES, UNKNOWN_CAUSE].map(
    ({ id, codes, says, again, meaning, remedy }) =>
      `| \`${id}\` | ${codes.join(', ') || 'any other'}${says === undefined ? '' : ' (by its message)'} | ${WHEN[again]} | ${meaning} | ${remedy} |`,
  );
  return [
    '## Why objects of a job failed',
    '',
    'The `cause` of failed objects in the ledger and in the event `Reseal Job Ended`. At most three attempts are made by themselves. S3 puts `KMS.` before the codes of KMS.',
    '',
    '| cause | codes of S3 | tried again | meaning | what to do |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
