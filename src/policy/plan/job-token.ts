import { createHash } from 'node:crypto';
import type { Decided } from '../decision.ts';
import { arnOf, BATCH_METHODS } from '../model.ts';
import type { PlanScope, PlannedJob } from './plan-model.ts';

/** How many characters of a job's token name its plan; the others tell the jobs of one plan apart. */
const PLAN_LENGTH = 24;

/** What the tokens of all jobs of one plan begin with: it follows from the `id` of the bucket's pending work. */
export function planId(pendingId: string): string {
  return digits(pendingId, PLAN_LENGTH);
}

/** The token of the attempt after the one of this token. */
export function nextToken(token: string): string {
  return `${token.slice(0, PLAN_LENGTH)}${digits(token)}`;
}

/** The token of the job for what is left of a listing, from this mark on. */
export function partToken(token: string, { key, versionId }: { key: string; versionId: string }): string {
  return `${token.slice(0, PLAN_LENGTH)}${digits(JSON.stringify([token, key, versionId]))}`;
}

type OfJob = Pick<PlannedJob, 'class' | 'method' | 'storageClass' | 'sourceKeyArn' | 'sourceBucketKey'>;

export interface JobIdentity extends OfJob {
  /** 24 hex digits: whoever has the token knows the plan. */
  planId: string;
  standardId: string;
  /** Whether the job is of a drift window or of everything. */
  scope: Pick<PlanScope, 'kind'>;
}

/**
 * The ClientRequestToken of a job: 40 hex digits, the plan's 24 and 16 that say which of its jobs. The same work has the same tokens, so
 * that it never pays twice, whoever takes it up.
 */
export function jobToken(job: JobIdentity): string {
  const source = [job.class, job.sourceKeyArn ?? null, job.sourceBucketKey ?? null, job.storageClass ?? null];
  // The 0 stands for an attempt, which tokens once had: without it a plan that is made once more after an update would be paid twice.
  const identity = [job.standardId, job.method, ...source, job.scope.kind, 0];
  return `${job.planId}${digits(JSON.stringify(identity))}`;
}

/** The first hex digits of a SHA-256. */
function digits(text: string, length = 16): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

type Wanted = Pick<Decided, 'standard' | 'key'>;

/** The standard under its key as one text: 16 hex digits that change whenever the wanted encryption does. What to do with objects is no part of it. */
export function standardId({ standard, key }: Wanted): string {
  return digits(JSON.stringify([standard.algorithm, arnOf(key) ?? null, standard.bucketKey, standard.blockSseC]));
}

/**
 * What all objects of a bucket are planned for once: the standard, and what the policy leaves out (`-`) or takes in (`+`) besides. Of a policy that says nothing of it,
 * the standard alone.
 */
export function backfillId(wanted: Wanted): string {
  const { versions, methods, restore, keepKey, lacksOwnRole } = wanted.standard;
  const isOwn = methods.includes('own-copy') && lacksOwnRole === undefined;
  return [
    standardId(wanted),
    ...(versions === 'all' ? ['+versions'] : []),
    ...BATCH_METHODS.filter((method) => !methods.includes(method)).map((method) => `-${method}`),
    ...(isOwn ? ['+own-copy', ...(restore === undefined ? [] : ['+restore'])] : []),
    ...(keepKey === true ? ['-other-keys'] : []),
  ].join(' ');
}

/** True where what was planned for `done` leaves nothing to plan for `wanted`: a policy that asks for less brings no job. */
export function isBackfilledFor(wanted: string, done = ''): boolean {
  const [standard, ...words] = done.split(' ');
  const [wantedStandard, ...wantedWords] = wanted.split(' ');
  return (
    standard === wantedStandard &&
    words.every((word) => word.startsWith('+') || wantedWords.includes(word)) &&
    wantedWords.every((word) => word.startsWith('-') || words.includes(word))
  );
}
