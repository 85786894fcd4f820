import { KINDS } from '../../src/policy/kinds.ts';
import { kindOf, type Standard, type VerdictKind } from '../../src/policy/model.ts';
import { inForceLine, type JudgedBy } from './policy-in-force.ts';
import type { ExplainedReason, ExplainedRepair, Explanation } from './explanation.ts';

/** An explanation for people to read, without a newline at its end. */
export function reportOf(explanation: Explanation, judgedBy: JudgedBy): string {
  const { bucket, account, region, at, reasons, repair, facts } = explanation;
  return [
    `Bucket ${bucket} of account ${account} in ${region}, as of ${at}`,
    '',
    ...row('verdict', verdictLine(explanation)),
    ...row('rule', explanation.rule === undefined ? undefined : `${explanation.rule} (${judgedBy.file})`),
    ...row('in force', inForceLine(judgedBy)),
    ...row(
      'standard',
      explanation.standard === undefined ? undefined : standardLine(explanation.standard, explanation),
    ),
    ...row('read', [...(explanation.found === undefined ? [] : ['encryption']), ...facts.read].join(', ')),
    ...row('not read', [...(explanation.found === undefined ? ['encryption'] : []), ...facts.unread].join(', ')),
    ...row('not needed', facts.notNeeded.join(', ')),
    ...(explanation.historyKnown || !facts.read.includes('history') ? [] : row('history', WITHOUT_HISTORY)),
    ...(explanation.jobRoleKnown ? [] : row('job role', WITHOUT_JOB_ROLE)),
    '',
    reasons.length === 0 ? 'Nothing is wrong with it.' : 'Why',
    ...reasons.flatMap(reasonLines),
    ...(repair === undefined ? [] : repairLines(repair, explanation)),
  ].join('\n');
}

const WITHOUT_HISTORY =
  'unknown without --table, and treated as empty: no repairs, no rollback, no access logs of other buckets';

const WITHOUT_JOB_ROLE =
  'unknown without --batch-role (or batchRole in a state file), so it is not judged whether the key allows the re-encryption jobs';

function row(name: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [`${name.padEnd(12)}${value}`];
}

const MEANING: Readonly<Record<VerdictKind, string>> = {
  exempt: 'an exception is in force, nothing is changed',
  compliant: 'the bucket meets its standard, nothing is changed',
  repair: 'the bucket is below its standard, and nothing that was read would break',
  hold: 'nothing is changed until somebody has dealt with the reasons',
  unreadable: 'without these answers nothing is judged and nothing is changed',
};

const EXACTLY: Readonly<Partial<Record<VerdictKind, string>>> = {
  compliant: 'the bucket is exactly at its standard, nothing is changed',
  repair: 'the bucket is not exactly at its standard, and is brought there even if that lowers it',
};

function verdictLine({ verdict, observe, standard }: Explanation): string {
  const observed = verdict === 'repair' && observe ? '; this rule only observes, so nothing is written' : '';
  const meaning = (standard?.strength === 'exactly' ? EXACTLY[verdict] : undefined) ?? MEANING[verdict];
  return `${verdict}: ${meaning}${observed}`;
}

const SSE_C = { on: 'SSE-C blocked', off: 'SSE-C allowed', leave: 'SSE-C as the bucket has it' } as const;

function standardLine(standard: Standard, { keyArn, bucket }: Explanation): string {
  const kind = KINDS[kindOf(bucket)];
  const { algorithm, key, keepKey, bucketKey, blockSseC, strength, reencrypt, versions, methods } = standard;
  const found = keyArn === undefined || keyArn === key ? '' : ` (${keyArn})`;
  const notWanted = strength === 'exactly' ? 'off' : 'as the bucket has it';
  return [
    `${strength === 'exactly' ? 'exactly' : 'at least'} ${algorithm}${key === undefined ? '' : ` under ${key}${found}`}`,
    keepKey === true ? "the bucket's own customer key stays" : undefined,
    algorithm === 'aws:kms' && kind.bucketKey !== 'never' ? `Bucket Key ${bucketKey ? 'on' : notWanted}` : undefined,
    kind.hasSseC ? SSE_C[blockSseC] : undefined,
    `objects: ${reencrypt}${versions === 'all' ? ' with noncurrent versions' : ''}`,
    reencrypt !== 'none' && methods.includes('own-copy') ? ownCopyWords(standard) : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function ownCopyWords({ inlineUpTo, restore }: Standard): string {
  const archives = restore === undefined ? '' : `, of archives after a restore by ${restore.tier}`;
  return `own copies${archives}${inlineUpTo > 0 ? `, no jobs of S3 up to ${inlineUpTo} objects` : ''}`;
}

function reasonLines({ code, message, statement }: ExplainedReason): string[] {
  const json = statement === undefined ? [] : JSON.stringify(statement, undefined, 2).split('\n');
  return [`  ${code}: ${message}`, ...json.map((line) => `      ${line}`)];
}

function repairLines({ diff, cost, monthly, leftovers, command }: ExplainedRepair, { observe }: Explanation): string[] {
  return [
    '',
    observe ? 'What would be written without observe' : 'What is written',
    ...diff.map((line) => `  ${line}`),
    '',
    'What it costs',
    `  ${cost.sentence}`,
    `  ${monthly}`,
    ...leftovers.flatMap((leftover) => [...reasonLines(leftover), `      ${leftover.remedy}`]),
    '',
    'The same by hand',
    ...command.split('\n').map((line) => `  ${line}`),
  ];
}
