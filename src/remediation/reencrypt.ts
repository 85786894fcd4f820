import type { BucketItem, Pending } from '../aws/ledger-item.ts';
import type { Finished } from '../aws/bucket-claims.ts';
import type { CopyConditions, Plan, PlannedJob, PlanInput, PlanScope } from '../policy/plan.ts';
import { needsCopyConditions, planObjects } from '../policy/plan.ts';
import type { EncryptionRule, Reason } from '../policy/model.ts';
import { keyProblems } from '../policy/key-problems.ts';
import { sameRule } from '../policy/same-rule.ts';
import { standardId } from '../policy/standard-id.ts';
import type { Judged } from './assess-bucket.ts';
import type { Claimed } from './claim.ts';
import type { AssessDeps } from './deps.ts';

export interface Work {
  jobs: number;
  done: Omit<Finished, 'compliantAt'>;
}

/** Plans the objects that a claimed bucket needs done and starts their jobs. A bucket without such objects costs one listing page. */
export async function reencrypt(judged: Judged, claimed: Claimed, deps: AssessDeps): Promise<Work> {
  const { standard, key, found } = judged;
  const keyArn = key.kind === 'found' ? key.key.arn : undefined;
  const id = standardId(standard, keyArn);
  const backfill = standard.reencrypt === 'all' && claimed.item.backfilled !== id;
  const backfilled = backfill ? id : claimed.item.backfilled;
  const kept = backfilled === undefined ? {} : { backfilled };
  if (standard.reencrypt === 'none') return { jobs: 0, done: { leftovers: [], ...kept } };
  const obstacles = keyObstacles(judged, deps);
  if (obstacles.length > 0) return { jobs: 0, done: { leftovers: obstacles } };
  const scopes = backfill ? [{ kind: 'all' } as const] : windows(judged, claimed, found);
  if (scopes.length === 0) return { jobs: 0, done: { leftovers: unknownStart(judged, claimed), ...kept } };

  const plan = await planFor(scopes, judged, { standardId: id, keyArn }, deps);
  const started: NonNullable<Finished['jobs']> = [];
  for (const job of plan.jobs) started.push(await start(job, judged, keyArn, deps));
  return {
    jobs: started.length,
    done: { leftovers: plan.leftovers, ...kept, ...(started.length === 0 ? {} : { jobs: started }) },
  };
}

/** A bucket may be compliant under a stronger rule while the standard's own key cannot take its objects. */
function keyObstacles({ fact, standard, key, found }: Judged, { region }: AssessDeps): Reason[] {
  return keyProblems(standard, key, { bucket: fact.bucket, account: fact.account, region, rule: found, own: false });
}

/**
 * The drift window, once per rule that was in force in it: the one that this invocation found, and the one that an
 * invocation which died before its jobs had replaced.
 */
function windows(judged: Judged, { item, pending }: Claimed, found: EncryptionRule): PlanScope[] {
  const from = windowStart(judged, item, pending);
  if (from === undefined) return [];
  const rules = judged.assessment.verdict === 'repair' ? [found] : [];
  if (pending.replaced !== undefined && !rules.some((rule) => sameRule(rule, pending.replaced ?? {})))
    rules.push(pending.replaced);
  return rules.map((replaced) => ({ kind: 'window', from, replaced }));
}

/**
 * The earliest time that is known: recorded as below, named by the event, or, where no event told of the drift, the last
 * time the bucket was seen compliant.
 */
function windowStart({ fact }: Judged, item: BucketItem, pending: Pending): string | undefined {
  const unannounced = fact.cause === 'sweep' || (item.verdict !== 'compliant' && item.verdict !== 'repair');
  const known = [
    item.belowSince,
    pending.cause === 'sweep' ? undefined : pending.at,
    fact.cause === 'sweep' ? undefined : fact.at,
    unannounced ? item.compliantAt : undefined,
  ].filter((at) => at !== undefined);
  return known.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
}

function unknownStart({ fact, assessment }: Judged, { pending }: Claimed): Reason[] {
  if (assessment.verdict !== 'repair' && pending.replaced === undefined) return [];
  const message = `nobody knows since when bucket ${fact.bucket} was below its standard, so its objects were left as they are; set objects.reencrypt: all to include them`;
  return [{ code: 'drift-start-unknown', message }];
}

async function planFor(
  scopes: readonly PlanScope[],
  { fact, standard }: Judged,
  { standardId, keyArn }: { standardId: string; keyArn: string | undefined },
  deps: AssessDeps,
): Promise<Plan> {
  const owned = { bucket: fact.bucket, account: fact.account };
  const listing = await deps.objectPage(owned);
  const inputs = scopes.map((scope): PlanInput => ({
    ...owned,
    standard,
    standardId,
    scope,
    listing,
    ...(keyArn === undefined ? {} : { keyArn }),
  }));
  const copy: { copy?: CopyConditions } = inputs.some(needsCopyConditions)
    ? { copy: await deps.copyConditions(owned) }
    : {};
  const plans = inputs.map((input) => planObjects({ ...input, ...copy }));
  return {
    jobs: [...new Map(plans.flatMap((plan) => plan.jobs).map((job) => [job.token, job])).values()],
    leftovers: [...new Map(plans.flatMap((plan) => plan.leftovers).map((reason) => [reason.code, reason])).values()],
  };
}

async function start(job: PlannedJob, { fact, standard }: Judged, keyArn: string | undefined, deps: AssessDeps) {
  const target = { bucket: fact.bucket, account: fact.account, standard, ...(keyArn === undefined ? {} : { keyArn }) };
  const jobId = await deps.startJob(job, target, deps.jobSettings);
  const about = { token: job.token, jobId, objectClass: job.class, method: job.method };
  await deps.jobLedger.open({
    ...about,
    bucket: fact.bucket,
    account: fact.account,
    region: deps.region,
    createdAt: deps.now().toISOString(),
    causeId: fact.causeId,
  });
  deps.log.info('job started', { ...about, bucket: fact.bucket });
  return about;
}
