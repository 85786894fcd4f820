import type { BucketItem, Pending } from '../aws/ledger/ledger-item.ts';
import type { Finished } from '../aws/ledger/bucket-claims.ts';
import type { StartedJob } from '../aws/ledger/job-ledger.ts';
import { messageOf, nameOf } from '../aws/sdk/service-error.ts';
import type { Cause } from '../intake/fact.ts';
import type { PlannedJob, PlanScope } from '../policy/plan/plan.ts';
import { type EncryptionRule, kindOf, type Reason } from '../policy/model.ts';
import { keyProblems } from '../policy/keys/key-problems.ts';
import { jobObstacles } from '../policy/dangers.ts';
import { sameRule } from '../policy/same-rule.ts';
import { standardId } from '../policy/standard-id.ts';
import type { Judged } from './judged.ts';
import type { Claimed } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import { knownOf } from './known.ts';
import { planOrWhyNot } from './plan-work.ts';
import { earliest, toldDrift } from './told-drift.ts';

export interface Work {
  jobs: number;
  done: Omit<Finished, 'compliantAt'>;
  /** True where something failed that may not fail the next time. */
  again?: boolean;
}

/**
 * Plans the objects that a claimed bucket needs done and starts their jobs. A bucket without such objects costs one listing page. Never
 * throws: what became of the bucket's rule is to be recorded whatever becomes of its objects, and what failed stays named and undone.
 */
export async function reencrypt(judged: Judged, claimed: Claimed, deps: AssessDeps): Promise<Work> {
  const started: StartedJob[] = [];
  try {
    return await planAndStart(judged, claimed, started, deps);
  } catch (error) {
    const reason = notStarted(judged.fact.bucket, error);
    deps.log.warn('objects not re-encrypted', { bucket: judged.fact.bucket, why: reason.message });
    const { done } = postponed([reason], judged, claimed);
    return { jobs: started.length, done: { ...done, ...(started.length === 0 ? {} : { jobs: started }) }, again: true };
  }
}

function notStarted(bucket: string, error: unknown): Reason {
  const message = `The objects of bucket ${bucket} are not re-encrypted yet (${nameOf(error)}: ${messageOf(error)}): it is tried again.`;
  return { code: 'objects-not-started', message };
}

async function planAndStart(judged: Judged, claimed: Claimed, started: StartedJob[], deps: AssessDeps): Promise<Work> {
  const { standard, key } = judged;
  const keyArn = key.kind === 'found' ? key.key.arn : undefined;
  const id = standardId(standard, keyArn);
  const backfill = standard.reencrypt === 'all' && claimed.item.backfilled !== id;
  const backfilled = backfill ? id : claimed.item.backfilled;
  const kept = backfilled === undefined ? {} : { backfilled };
  if (standard.reencrypt === 'none') return { jobs: 0, done: { leftovers: [], ...kept } };
  const obstacles = keyObstacles(judged, deps);
  if (obstacles.length > 0) return postponed(obstacles, judged, claimed);
  if (kindOf(judged.fact.bucket) === 'directory')
    return { jobs: 0, done: { leftovers: [directoryObjects(judged.fact.bucket)], ...kept } };
  const scopes = backfill ? [{ kind: 'all' } as const] : windows(judged, claimed);
  if (scopes.length === 0) return { jobs: 0, done: { leftovers: unknownStart(judged, claimed), ...kept } };

  const about = { standardId: id, keyArn, lastCompliantAt: claimed.item.compliantAt };
  const plan = await planOrWhyNot(scopes, judged, about, deps);
  if ('code' in plan) return postponed([plan], judged, claimed);
  const denied = deniedJobs(plan.jobs, judged, deps);
  if (denied.length > 0) return postponed([...denied, ...plan.leftovers], judged, claimed);
  for (const job of plan.jobs) started.push(await start(job, judged, keyArn, deps));
  return {
    jobs: started.length,
    done: {
      leftovers: plan.leftovers,
      ...kept,
      coveredFrom: reachOf(scopes),
      ...(started.length === 0 ? {} : { jobs: started }),
    },
  };
}

/** No job is paid for that the bucket's policy, as far as it was read, is sure to refuse. */
function deniedJobs(jobs: readonly PlannedJob[], judged: Judged, deps: AssessDeps): Reason[] {
  const { standard, key, facts } = judged;
  const methods = jobs.map(({ method }) => method);
  return jobs.length === 0 ? [] : jobObstacles({ known: knownOf(judged, facts, deps), standard, key }, methods);
}

export function directoryObjects(bucket: string): Reason {
  return {
    code: 'directory-bucket',
    message: `The objects of directory bucket ${bucket} stay as they are, because S3 has neither UpdateObjectEncryption nor Batch jobs for them: write them again.`,
  };
}

const EVERYTHING = new Date(0).toISOString();

function reachOf(scopes: readonly PlanScope[]): string {
  const starts = scopes.map((scope) => (scope.kind === 'window' ? new Date(scope.from).toISOString() : EVERYTHING));
  return earliest(starts) ?? EVERYTHING;
}

/** Nothing can be planned now. What is to be done stays in the ledger, so that the next look takes it up. */
export function postponed(leftovers: Reason[], judged: Judged, { item, pending }: Claimed): Work {
  const belowSince = windowStart(judged, item, pending);
  return { jobs: 0, done: { leftovers, ...(belowSince === undefined ? {} : { belowSince }) } };
}

/** A bucket may be compliant under a stronger rule while the standard's own key cannot take its objects. */
function keyObstacles({ fact, standard, key, found }: Judged, { region, now }: AssessDeps): Reason[] {
  const state = { bucket: fact.bucket, account: fact.account, region, rule: found, own: false };
  return keyProblems(standard, key, state, { now: now() });
}

/** The drift window, once per rule that is known to have been in force in it. */
function windows(judged: Judged, { item, pending }: Claimed): PlanScope[] {
  const from = windowStart(judged, item, pending);
  if (from === undefined) return [];
  const seen = [
    judged.assessment.verdict === 'repair' ? judged.found : undefined,
    // What an invocation replaced that died before its jobs, and what a look found that changed nothing.
    pending.replaced,
    ruleWhileBelow(item),
    // Somebody may have put another rule since, but this is how it began.
    [judged.fact, pending].some(({ cause }) => STARTS_AS_SSE_S3.includes(cause)) ? SSE_S3 : undefined,
  ].filter((rule) => rule !== undefined);
  const rules = seen.filter((rule, at) => seen.findIndex((other) => sameRule(other, rule)) === at);
  return rules.map((replaced) => ({ kind: 'window', from, replaced }));
}

/** Where only an observing look has found the bucket compliant since, nobody knows the rule any more: that of a bucket without one. */
function ruleWhileBelow({ belowSince, verdict, found }: BucketItem): EncryptionRule | undefined {
  if (belowSince === undefined) return undefined;
  return verdict === 'compliant' ? SSE_S3 : (found ?? SSE_S3);
}

const SSE_S3: EncryptionRule = { algorithm: 'AES256' };
const STARTS_AS_SSE_S3: readonly Cause[] = ['created', 'encryption-deleted'];

/**
 * The earliest time that is known: recorded as below, named by the event, or, where no event told of the drift, the last
 * time the bucket was seen compliant. What began the work decides, so that whoever takes it up asks for the same jobs.
 */
function windowStart({ fact, assessment }: Judged, item: BucketItem, pending: Pending): string | undefined {
  const told = toldDrift(pending, assessment.assessedAt);
  const wasCompliant = item.verdict === 'compliant' || (item.verdict === 'repair' && item.observed !== true);
  const lastCompliantAt = told !== undefined && wasCompliant ? undefined : item.compliantAt;
  return earliest([item.belowSince, told, toldDrift(fact, assessment.assessedAt), lastCompliantAt]);
}

function unknownStart({ fact, assessment }: Judged, { pending }: Claimed): Reason[] {
  if (assessment.verdict !== 'repair' && pending.replaced === undefined) return [];
  const message = `Nobody knows since when bucket ${fact.bucket} was below its standard, so its objects stay as they are: set objects.reencrypt: all to include them.`;
  return [{ code: 'drift-start-unknown', message }];
}

async function start(
  job: PlannedJob,
  { fact, standard }: Judged,
  keyArn: string | undefined,
  deps: AssessDeps,
): Promise<StartedJob> {
  const target = { bucket: fact.bucket, account: fact.account, standard, ...(keyArn === undefined ? {} : { keyArn }) };
  const jobId = await deps.startJob(job, target, deps.jobSettings);
  const about = { token: job.token, jobId, objectClass: job.class, method: job.method };
  deps.log.info('job started', { ...about, bucket: fact.bucket });
  return {
    ...about,
    bucket: fact.bucket,
    account: fact.account,
    region: deps.region,
    createdAt: deps.now().toISOString(),
    causeId: fact.causeId,
  };
}
