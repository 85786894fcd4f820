import type { StartedJob } from '../ledger/job-item.ts';
import { failureOf, whyOf } from '../aws/sdk/service-error.ts';
import { bucketText } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import type { BucketItem, Pending } from '../ledger/bucket-item.ts';
import { type Due, dueWork, mayHaveReplaced } from '../ledger/due-work.ts';
import type { ObjectsEnd } from '../ledger/ending.ts';
import { jobReasons } from '../policy/plan/denied-jobs.ts';
import type { Decided } from '../policy/decision.ts';
import type { Facts } from '../policy/facts.ts';
import { keyReasons } from '../policy/keys/key-reasons.ts';
import { arnOf, type Encryption, kindOf, type Reason } from '../policy/model.ts';
import type { Plan, PlanInput, PlannedJob, PlanScope } from '../policy/plan/plan-model.ts';
import { needsCopyConditions, planScopes } from '../policy/plan/plan.ts';
import { planId, standardId } from '../policy/plan/job-token.ts';
import type { AssessDeps } from './deps.ts';
import { knownOf, type Look } from './look.ts';
import { present } from '../present.ts';
import { whatStays } from './what-stays.ts';

/** The judgement of one bucket that has its standard now, and what was read for it. */
export interface Judgement {
  look: Look;
  decided: Decided;
  facts: Facts;
}

/** What is known of the bucket's objects and of the work on them. */
export interface Work {
  item: BucketItem;
  /** Absent before anybody has claimed the bucket. */
  pending?: Pending;
  /** True where the bucket was found below its standard and has been repaired. */
  repaired: boolean;
}

/** The first page of the bucket, or why nobody lets us see it; of a kind of bucket without Batch jobs, what stays as it is. */
export type Page = PlanInput['listing'] | { unseen: Reason } | { failed: unknown } | { stays: Reason[] };

/** What became of the objects. `started` are the jobs to record; after `again` another try may do what this one could not. */
export interface Objects {
  end: ObjectsEnd;
  started: StartedJob[];
  again: boolean;
}

/** The objects that are due in a bucket, as far as the ledger and the policy can say. */
export function dueIn({ look, decided }: Judgement, { item, pending, repaired }: Work): Due {
  const { trigger, found, lookedAt } = look;
  const { reencrypt } = decided.standard;
  return dueWork({ item, pending, trigger, found, repaired, reencrypt, standardId: idOf(decided), lookedAt });
}

const NOTHING_LISTED: Page = { objects: [], truncated: false };

/**
 * The first page of the bucket, read only where something is due and S3 has jobs for it. Never throws: what became of the bucket's rule is to
 * be recorded whatever becomes of its objects.
 */
export async function listPage(judgement: Judgement, { scopes }: Due, deps: AssessDeps): Promise<Page> {
  const { bucket, account, region } = judgement.look.id;
  if (judgement.decided.standard.reencrypt === 'none' || planObstacles(judgement, deps).length > 0)
    return NOTHING_LISTED;
  if (kindOf(bucket) !== 'general-purpose') return { stays: await whatStays({ bucket, account }, deps) };
  if (scopes.length === 0) return NOTHING_LISTED;
  try {
    // The second answer is kept for the jobs that the page may bring, and then costs them no round.
    const asked = [deps.objectPage({ bucket, account }), deps.reportsBucketIn(region).catch(() => {})] as const;
    return (await Promise.all(asked))[0];
  } catch (error) {
    return failureOf(error) === 'denied' ? { unseen: unreadable(bucket, error) } : { failed: error };
  }
}

/** Why nothing can be planned whatever the objects are: the standard's own key cannot take them, or S3 has no jobs for the bucket. */
export function planObstacles({ look, decided }: Judgement, { now }: Pick<AssessDeps, 'now'>): Reason[] {
  const { standard, key } = decided;
  if (standard.reencrypt === 'none') return [];
  return keyReasons(standard, key, { ...look.id, rule: look.found, own: false }, { now: now() });
}

/**
 * Plans the objects that are due and starts their jobs, all at once. Never throws: what failed stays named and due, under the same
 * identity, so that no try of it pays twice.
 */
export async function reencrypt(judgement: Judgement, work: Work, page: Page, deps: AssessDeps): Promise<Objects> {
  const due = dueIn(judgement, work);
  const nothing = (leftovers: Reason[]): Objects => ended({ kind: 'planned', leftovers, jobs: [], ...reach(due) });
  const { bucket } = judgement.look.id;
  if (judgement.decided.standard.reencrypt === 'none') return nothing([]);
  const obstacles = planObstacles(judgement, deps);
  if (obstacles.length > 0) return postponed(obstacles, due);
  if ('stays' in page) return nothing(page.stays);
  if (due.scopes.length === 0) return nothing(unknownStart(bucket, work));
  if ('unseen' in page) return postponed([page.unseen], due);
  if ('failed' in page) return unfinished(page.failed, judgement, due, [], deps);
  try {
    const plan = await planFor(
      {
        ...judgement.look.id,
        decided: judgement.decided,
        scopes: due.scopes,
        listing: page,
        pendingId: work.pending?.id,
      },
      deps,
    );
    const denied = deniedJobs(plan, judgement, deps);
    if (denied.length > 0) return postponed([...denied, ...plan.leftovers], due);
    return await startAll(plan, judgement, due, deps);
  } catch (error) {
    if (failureOf(error) === 'denied') return postponed([unreadable(bucket, error)], due);
    return unfinished(error, judgement, due, [], deps);
  }
}

/** What stays due because something stands in its way now. */
export function postponed(leftovers: Reason[], due: Due): Objects {
  return ended({ kind: 'postponed', leftovers, jobs: [], rules: rulesOf(due), ...present({ from: due.from }) });
}

function rulesOf({ scopes }: Due): Encryption[] {
  return scopes.flatMap((scope) => (scope.kind === 'window' ? [scope.replaced] : []));
}

function ended(end: ObjectsEnd): Objects {
  return { end, started: [], again: false };
}

function reach({ from, backfilled }: Due): { from?: string; backfilled?: string } {
  return present({ from, backfilled });
}

async function startAll(plan: Plan, judgement: Judgement, due: Due, deps: AssessDeps): Promise<Objects> {
  const results = await Promise.allSettled(plan.jobs.map((job) => start(job, judgement, deps)));
  const started = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = results.find((each) => each.status === 'rejected');
  if (failed !== undefined) return unfinished(failed.reason, judgement, due, started, deps);
  return {
    end: { kind: 'planned', leftovers: plan.leftovers, jobs: started.map(shortOf), ...reach(due) },
    started,
    again: false,
  };
}

function unfinished(error: unknown, { look }: Judgement, due: Due, started: StartedJob[], deps: AssessDeps): Objects {
  const { bucket } = look.id;
  const message = `The objects of bucket ${bucket} are not re-encrypted yet (${whyOf(error)}): it is tried again.`;
  deps.log.warn('objects not re-encrypted', { bucket: bucketText(look.id), why: message });
  const rules = rulesOf(due);
  const from = due.backfilled === undefined && due.from !== undefined ? { from: due.from } : {};
  const leftovers: Reason[] = [{ code: 'objects-not-started', message }];
  // Other work has taken these tokens (an older drift became known, or a setting has changed): with them, no job would ever start.
  const isTaken = error instanceof ResealError && error.code === 'job-conflict';
  const again = present({ newId: isTaken ? deps.newOwner() : undefined });
  const jobs = started.map(shortOf);
  return { end: { kind: 'unfinished', leftovers, jobs, rules, ...from, ...again }, started, again: true };
}

function shortOf({ token, jobId, objectClass, method }: StartedJob) {
  return { token, jobId, objectClass, method };
}

interface Planning {
  bucket: string;
  account: string;
  decided: Pick<Decided, 'standard' | 'key'>;
  scopes: readonly PlanScope[];
  listing: PlanInput['listing'];
  /** The work that the jobs belong to; absent where they are only priced. */
  pendingId?: string | undefined;
}

/** The standard under its key, as one text. */
export function idOf({ standard, key }: Planning['decided']): string {
  return standardId(standard, arnOf(key));
}

/** The jobs for what is due. Looks up how objects may be copied only where one of them would be. Throws the SDK's error. */
export async function planFor(
  { bucket, account, decided, scopes, listing, pendingId = 'none' }: Planning,
  deps: Pick<AssessDeps, 'copyConditions'>,
): Promise<Plan> {
  const { standard, key } = decided;
  const inputs = scopes.map((scope): PlanInput => ({
    bucket,
    account,
    standard,
    standardId: idOf(decided),
    planId: planId(pendingId),
    scope,
    listing,
    ...present({ keyArn: arnOf(key) }),
  }));
  const copy = inputs.some(needsCopyConditions) ? { copy: await deps.copyConditions({ bucket, account }) } : {};
  return planScopes(inputs.map((input) => ({ ...input, ...copy })));
}

/** No job is paid for that the bucket's policy, as far as it was read, is sure to refuse. */
function deniedJobs({ jobs }: Plan, { look, decided, facts }: Judgement, deps: AssessDeps): Reason[] {
  if (jobs.length === 0) return [];
  const { standard, key } = decided;
  const methods = jobs.map(({ method }) => method);
  return jobReasons({ known: knownOf(look, facts, deps), standard, key }, methods);
}

async function start(job: PlannedJob, { look, decided }: Judgement, deps: AssessDeps): Promise<StartedJob> {
  const { bucket, account, region } = look.id;
  const { standard, key } = decided;
  const target = { bucket, account, standard, ...present({ keyArn: arnOf(key) }) };
  const reportsBucket = await deps.reportsBucketIn(region);
  if (reportsBucket === undefined) {
    const message = `account ${account} has no bucket for reports in ${region}: deploy infra/member/region.yml there`;
    throw new ResealError('job-refused', message, { retryable: true, bucket });
  }
  const jobId = await deps.startJob(job, target, { roles: deps.jobRoles, reportsBucket });
  const about = { token: job.token, jobId, objectClass: job.class, method: job.method };
  deps.log.info('job started', { ...about, bucket: bucketText(look.id) });
  return { ...about, bucket, account, region, createdAt: deps.now().toISOString(), causeId: look.trigger.causeId };
}

function unreadable(bucket: string, error: unknown): Reason {
  const message = `The objects of bucket ${bucket} could not be planned (${whyOf(error)}): allow this role s3:ListBucket and to read ownership, website and Object Lock.`;
  return { code: 'objects-unreadable', message };
}

function unknownStart(bucket: string, { repaired, pending }: Work): Reason[] {
  if (!repaired && !mayHaveReplaced(pending)) return [];
  const message = `It is not known since when bucket ${bucket} was below its standard, so its objects stay as they are: set objects.reencrypt: all to include them.`;
  return [{ code: 'drift-start-unknown', message }];
}
