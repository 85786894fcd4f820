import type { Reason, Standard } from '../../src/policy/model.ts';
import type { Explained, Repair } from './explained.ts';

/** An explanation for people to read, without a newline at its end. */
export function reportOf(explained: Explained, policyFile: string): string {
  const { bucket, account, region, at, reasons, repair, facts } = explained;
  return [
    `Bucket ${bucket} of account ${account} in ${region}, as of ${at}`,
    '',
    ...row('verdict', verdictLine(explained)),
    ...row('rule', explained.rule === undefined ? undefined : `${explained.rule} (${policyFile})`),
    ...row('standard', explained.standard === undefined ? undefined : standardLine(explained.standard, explained)),
    ...row('read', [...(explained.found === undefined ? [] : ['encryption']), ...facts.read].join(', ')),
    ...row('not read', [...(explained.found === undefined ? ['encryption'] : []), ...facts.unread].join(', ')),
    ...row('not needed', facts.notNeeded.join(', ')),
    ...(explained.historyKnown || !facts.read.includes('history') ? [] : row('history', WITHOUT_HISTORY)),
    '',
    reasons.length === 0 ? 'There is nothing to say against it.' : 'Why',
    ...reasons.flatMap(reasonLines),
    ...(repair === undefined ? [] : repairLines(repair, explained)),
  ].join('\n');
}

const WITHOUT_HISTORY =
  'not known without --table, and taken to be empty: no repairs, no rollback, no access logs of other buckets';

function row(name: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [`${name.padEnd(12)}${value}`];
}

const MEANING = {
  exempt: 'an exception is in force, nothing is changed',
  compliant: 'the bucket meets its standard, nothing is changed',
  repair: 'the bucket is below its standard, and raising it breaks nothing',
  hold: 'nothing is changed before somebody has seen to the reasons',
  unreadable: 'without these answers nothing is judged and nothing is changed',
} as const;

function verdictLine({ verdict, observe }: Explained): string {
  const observed = verdict === 'repair' && observe ? '; this rule only observes, so nothing is written' : '';
  return `${verdict}: ${MEANING[verdict]}${observed}`;
}

const SSE_C = { on: 'SSE-C blocked', off: 'SSE-C allowed', leave: 'SSE-C as the bucket has it' } as const;

function standardLine(standard: Standard, { keyArn }: Explained): string {
  const { algorithm, key, keepKey, bucketKey, blockSseC, strength, reencrypt } = standard;
  const found = keyArn === undefined || keyArn === key ? '' : ` (${keyArn})`;
  return [
    `${strength === 'exactly' ? 'exactly' : 'at least'} ${algorithm}${key === undefined ? '' : ` under ${key}${found}`}`,
    keepKey === true ? "the bucket's own customer key stays" : undefined,
    algorithm === 'aws:kms' ? `Bucket Key ${bucketKey ? 'on' : 'as the bucket has it'}` : undefined,
    SSE_C[blockSseC],
    `objects: ${reencrypt}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function reasonLines({ code, message, paste }: Reason): string[] {
  return [`  ${code}: ${message}`, ...(paste === undefined ? [] : paste.split('\n').map((line) => `      ${line}`))];
}

function repairLines({ diff, cost, monthly, leftovers, command }: Repair, { observe }: Explained): string[] {
  return [
    '',
    observe ? 'What would be written, were it not for observe' : 'What is written',
    ...diff.map((line) => `  ${line}`),
    '',
    'What it costs',
    `  ${cost.sentence}`,
    `  ${monthly}`,
    ...leftovers.flatMap(reasonLines),
    '',
    'The same by hand',
    ...command.split('\n').map((line) => `  ${line}`),
  ];
}
