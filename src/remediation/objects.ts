import { failureOf, whyOf } from '../aws/sdk/service-error.ts';
import { bucketText } from '../bucket-id.ts';
import type { BucketItem, Pending } from '../ledger/bucket-item.ts';
import { type Due, dueWork, mayHaveReplaced } from '../ledger/due-work.ts';
import type { ObjectsEnd } from '../ledger/ending.ts';
import type { JobRequest } from '../ledger/job-item.ts';
import type { Decided } from '../policy/decision.ts';
import type { Facts } from '../policy/facts.ts';
import { keyReasons } from '../policy/keys/key-reasons.ts';
import { type Encryption, kindOf, type Reason } from '../policy/model.ts';
import { backfillId, standardId } from '../policy/plan/job-token.ts';
import { CLOCK_MARGIN_MS } from '../policy/plan/object-classes.ts';
import type { PlanInput, PlannedJob } from '../policy/plan/plan-model.ts';
import type { AssessDeps } from './deps.ts';
import type { Look } from './look.ts';
import { planJobs } from './plan-jobs.ts';
import { present } from '../present.ts';
import { isRuleBelow } from './told-rule.ts';
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

/** What becomes of the objects. `jobs` are to be queued with the end; after `again` another try may plan what this one could not. */
export interface Objects {
  end: ObjectsEnd;
  jobs: JobRequest[];
  again: boolean;
}

/** The objects that are due in a bucket, as far as the ledger and the policy can say. */
export function dueIn({ look, decided }: Omit<Judgement, 'facts'>, work: Work): Due {
  const { trigger, found, lookedAt } = look;
  const { reencrypt } = decided.standard;
  const isBelow = (rule: Encryption) => isRuleBelow(look, rule, decided);
  return dueWork({ ...work, trigger, found, reencrypt, isBelow, backfillId: backfillId(decided), lookedAt });
}

const NOTHING_LISTED: Page = { objects: [], truncated: false };

/**
 * The first page of the bucket, read only where something is due and S3 has jobs for it. Never throws: what became of the bucket's rule is to
 * be recorded whatever becomes of its objects.
 */
export async function listPage(judgement: Judgement, { scopes }: Due, deps: AssessDeps): Promise<Page> {
  const { bucket, account } = judgement.look.id;
  if (judgement.decided.standard.reencrypt === 'none' || planObstacles(judgement, deps).length > 0)
    return NOTHING_LISTED;
  if (kindOf(bucket) !== 'general-purpose') return { stays: await whatStays({ bucket, account }, deps) };
  if (scopes.length === 0) return NOTHING_LISTED;
  try {
    return await deps.objectPage({ bucket, account });
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

/** Plans the objects that are due. Never throws: what could not be planned stays named and due. */
export async function reencrypt(judgement: Judgement, work: Work, page: Page, deps: AssessDeps): Promise<Objects> {
  const due = dueIn(judgement, work);
  const planned = (leftovers: Reason[], jobs: JobRequest[] = []): Objects => ({
    end: { kind: 'planned', leftovers, jobs: jobs.map(shortOf), ...reach(due) },
    jobs,
    again: false,
  });
  const { bucket } = judgement.look.id;
  if (judgement.decided.standard.reencrypt === 'none') return planned([]);
  const obstacles = planObstacles(judgement, deps);
  if (obstacles.length > 0) return postponed(obstacles, due);
  if ('stays' in page) return planned(page.stays);
  if (due.scopes.length === 0) return planned(unknownStart(bucket, work));
  if ('unseen' in page) return postponed([page.unseen], due);
  if ('failed' in page) return unplanned(page.failed, judgement, due, deps);
  try {
    const planning = { ...judgement.look.id, decided: judgement.decided, scopes: due.scopes, listing: page };
    const plan = await planJobs({ ...planning, pendingId: work.pending?.id }, judgement, deps);
    if (plan.obstacles.length > 0) return postponed([...plan.obstacles, ...plan.leftovers], due);
    return planned(plan.leftovers, requestsOf(plan.jobs, judgement, deps));
  } catch (error) {
    if (failureOf(error) === 'denied') return postponed([unreadable(bucket, error)], due);
    return unplanned(error, judgement, due, deps);
  }
}

/** What stays due because something stands in its way now. */
export function postponed(leftovers: Reason[], due: Due): Objects {
  const end: ObjectsEnd = {
    kind: 'postponed',
    leftovers,
    jobs: [],
    rules: rulesOf(due),
    ...present({ from: due.from }),
  };
  return { end, jobs: [], again: false };
}

function rulesOf({ scopes }: Due): Encryption[] {
  return scopes.flatMap((scope) => (scope.kind === 'window' ? [scope.replaced] : []));
}

function reach(due: Due): { from?: string; backfilled?: string; rules?: Encryption[] } {
  const { from, backfilled } = due;
  return present({
    from,
    backfilled,
    rules: backfilled === undefined && from !== undefined ? rulesOf(due) : undefined,
  });
}

function unplanned(error: unknown, { look }: Judgement, due: Due, deps: AssessDeps): Objects {
  const { bucket } = look.id;
  const message = `The objects of bucket ${bucket} are not planned yet (${whyOf(error)}): it is tried again.`;
  deps.log.warn('objects not planned', { bucket: bucketText(look.id), why: message });
  return { ...postponed([{ code: 'objects-not-started', message }], due), again: true };
}

function shortOf({ token, objectClass, method }: JobRequest) {
  return { token, objectClass, method };
}

/**
 * The planned jobs as they wait in the ledger, with all that CreateJob needs. Those of SSE-KMS objects come first, in an order that their times keep:
 * they would take what another job has just brought under the key for their own, and pay for it again.
 */
function requestsOf(jobs: readonly PlannedJob[], judgement: Judgement, { now }: AssessDeps): JobRequest[] {
  const isLater = ({ class: objectClass }: PlannedJob) => Number(objectClass !== 'SSE-KMS');
  const at = now().getTime();
  // What is current when its job is planned may be an old version before the job comes to it.
  const after = jobs.filter(({ versions }) => versions !== true).map(({ token }) => token);
  return jobs
    .toSorted((one, other) => isLater(one) - isLater(other))
    .map((job, index) => ({
      ...requestOf(job, judgement, new Date(at + index).toISOString()),
      ...(job.versions === true ? { after } : {}),
    }));
}

function requestOf(
  { class: objectClass, ...job }: PlannedJob,
  { look, decided }: Judgement,
  createdAt: string,
): JobRequest {
  const { causeId } = look.trigger;
  // Clocks differ; what is written later has the bucket's new default.
  const plannedBy = new Date(Date.parse(createdAt) + CLOCK_MARGIN_MS).toISOString();
  const writtenBefore = job.method === 'copy' ? (job.writtenBefore ?? plannedBy) : undefined;
  return {
    ...job,
    ...present({ writtenBefore }),
    ...look.id,
    objectClass,
    attempt: 0,
    standardId: standardId(decided),
    causeId,
    createdAt,
  };
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
