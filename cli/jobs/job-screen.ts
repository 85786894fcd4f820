import type { JobStage, JobView } from '../../src/ledger/job-view.ts';
import { causeById } from '../../src/policy/plan/task-codes.ts';
import { few, inOneLine } from '../../src/problem.ts';
import { counted, numberOf, utc } from '../numbers-in-words.ts';
import { rowLines } from '../status/status-screen.ts';
import { attemptWords, priceOfJob, progressWordsOf, statusWords, unreadWords, workWords } from './job-words.ts';
import type { ShownJob } from './jobs-screen.ts';

/** While a job stands so, people may be asked. */
const ASKS: ReadonlySet<JobStage> = new Set(['queued', 'suspended']);

type Row = [name: string, value: string];

/** Everything that is known of one job. */
export function jobScreen(shown: ShownJob, columns: number): string {
  const { job, progress, need, waits } = shown;
  const { bucket, account, region, token, jobId, needsConfirmation, causeId, why, stage } = job;
  const price = priceOfJob(job);
  const unread = unreadWords(progress);
  const rows: Row[] = [
    ['bucket', `${bucket} (${account}, ${region})`],
    ['status', statusWords(job, progress)],
    ...(unread === undefined ? [] : [row('news', unread)]),
    ['objects', `${workWords(job)}${job.keyArn === undefined ? '' : `, to ${job.keyArn}`}`],
    ['done', progressWordsOf(job, progress)],
    ...waitingRows(waits),
    ...job.failures.map((failure): Row => ['failed', failureWords(failure)]),
    ...job.failedKeys.map(({ key, code, versionId }): Row => [
      'failed key',
      `${key}${versionId === undefined ? '' : ` (version ${versionId})`}: ${code}`,
    ]),
    ['attempt', `${attemptWords(job)}${job.retryOf === undefined ? '' : `; it follows ${job.retryOf}`}`],
    ...timesOf(job),
    ...(price === undefined ? [] : [row('price', price)]),
    ...(needsConfirmation === undefined || !ASKS.has(stage) ? [] : [row('asks', needsConfirmation)]),
    ...proofOf(job),
    ...(job.list === undefined ? [] : [row('list', job.list)]),
    ...(job.report === undefined ? [] : [row('report', job.report)]),
    ...(why === undefined ? [] : [row('why', why)]),
    ...(jobId === undefined || jobId === token ? [] : [row('job', jobId)]),
    ['token', token],
    ...(causeId === undefined ? [] : [row('cause', causeId)]),
    ...(need === undefined ? [] : [row('to do', need.what)]),
  ];
  return [
    ...rows.flatMap(([name, value]) => rowLines(name, value, columns)),
    ...(need === undefined ? [] : [`      ${inOneLine(need.command)}`]),
  ].join('\n');
}

const row = (name: string, value: string): Row => [name, value];

/** What waits for a restore is named with the time by which S3 has typically made it. */
function waitingRows(waits: ShownJob['waits']): Row[] {
  if (waits === undefined) return [];
  const { objects, next } = waits;
  const rest = objects - next.length;
  const more = rest > 0 ? `, and ${numberOf(rest)} more` : '';
  const named = next.map(
    ({ key, until }) =>
      `${key} ${until === undefined ? '(its restore had begun before, so its end is not known)' : `until ${utc(until)}`}`,
  );
  return [row('waits', `${counted(objects, 'archived object')} for a restore: ${named.join(', ')}${more}`)];
}

function failureWords({ code, count, cause }: JobView['failures'][number]): string {
  const known = causeById(cause);
  return `${counted(count, 'object')}, ${code}${known === undefined ? '' : `: ${known.meaning} ${known.remedy}`}`;
}

function timesOf({ createdAt, launchedAt, suspendedAt, closedAt }: JobView): Row[] {
  const times: [what: string, at: string | undefined][] = [
    ['queued', createdAt],
    ['begun', launchedAt],
    ['suspended', suspendedAt],
    ['ended', closedAt],
  ];
  const known = times.flatMap(([what, at]) => (at === undefined ? [] : [`${what} ${utc(at)}`]));
  return known.length === 0 ? [] : [['times', known.join(', ')]];
}

function proofOf({ proof }: JobView): Row[] {
  if (proof === undefined) return [];
  const { sampled, seed, missed, unread, changed, keys = [] } = proof;
  const parts = [
    `${counted(sampled, 'object')} read after it`,
    missed === 0
      ? 'none below the standard'
      : `${numberOf(missed)} below the standard${keys.length === 0 ? '' : `, such as ${few(keys)}`}`,
    ...(unread === 0 ? [] : [`${numberOf(unread)} could not be read`]),
    ...(changed === 0 ? [] : [`${numberOf(changed)} changed meanwhile`]),
  ];
  return [['proof', `${parts.join(', ')} (seed ${seed})`]];
}
