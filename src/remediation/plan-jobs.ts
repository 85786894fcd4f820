import { bucketText } from '../bucket-id.ts';
import { oldKeyPolicyReasons } from '../policy/keys/key-policy-reasons.ts';
import { arnOf, type BatchMethod, isBatchMethod, type KeyReading, type Reason } from '../policy/model.ts';
import { ceilingPassed, aboveRun, askedUsd, runOf } from '../policy/plan/ceiling.ts';
import { costOfJobs } from '../policy/plan/cost.ts';
import { jobReasons } from '../policy/plan/denied-jobs.ts';
import { planId } from '../policy/plan/job-token.ts';
import type { Plan, PlannedJob } from '../policy/plan/plan-model.ts';
import { type JobPlace, jobPlaceReasons, oldKeyReasons, withoutGoneKeys } from '../policy/plan/preflight.ts';
import { safetyOf } from '../policy/safety.ts';
import { whyOf } from '../aws/sdk/service-error.ts';
import type { AssessDeps } from './deps.ts';
import { knownOf } from './look.ts';
import type { Judgement } from './objects.ts';
import { planFor, type Planning, type PricedPlan } from './plan-for.ts';

/** A plan whose jobs may be queued; where `obstacles` are, none may, and what is due stays due. */
interface ReadyPlan extends Plan {
  obstacles: Reason[];
}

/**
 * The jobs for what is due, after a look at everything that they rest on: nothing is queued that is sure to fail. Those above a ceiling say why people are asked. Throws
 * the SDK's error.
 */
export async function planJobs(planning: Planning, judged: Judgement, deps: AssessDeps): Promise<ReadyPlan> {
  const plan = await planFor(planning, deps);
  if (plan.jobs.length === 0) return { ...plan, obstacles: [] };
  const [place, keys] = await Promise.all([placeReasons(plan, judged, deps), keyObstacles(plan, judged, deps)]);
  const obstacles = [...deniedJobs(plan, judged, deps), ...place, ...keys.obstacles];
  if (obstacles.length > 0) return { jobs: [], leftovers: plan.leftovers, obstacles };
  const left = withoutGoneKeys(planning.bucket, plan.jobs, keys.gone);
  const jobs = await withinCeilings({ ...plan, jobs: left.jobs }, planning, judged, deps);
  return { jobs, leftovers: [...plan.leftovers, ...left.leftovers], obstacles: [] };
}

/** No job is paid for that the bucket's policy, or the key's, as far as they were read, is sure to refuse. */
function deniedJobs({ jobs }: Plan, { look, decided, facts }: Judgement, deps: AssessDeps): Reason[] {
  const { standard, key } = decided;
  // A small bucket is mostly updated in place, and an object that is not is named by itself.
  const sure = jobs.filter(({ own }) => own?.does.includes('update-encryption') !== true);
  const methods = sure.map(({ method }) => method);
  return jobReasons({ known: knownOf(look, facts, deps), standard, key }, methods);
}

function batchMethodsOf(jobs: readonly PlannedJob[]): BatchMethod[] {
  return [...new Set(jobs.map(({ method }) => method))].filter(isBatchMethod);
}

async function placeReasons({ jobs }: Plan, { look }: Judgement, deps: AssessDeps): Promise<Reason[]> {
  const methods = batchMethodsOf(jobs);
  // The jobs of our own function have neither a role of S3's nor a report.
  if (methods.length === 0) return [];
  const place = await deps.jobPlace(methods);
  const unread = unreadOf(place);
  if (unread.length > 0) deps.log.warn('jobs not checked', { bucket: bucketText(look.id), why: unread.join(' ') });
  return jobPlaceReasons(place, deps);
}

/** What could not be read, as sentences: it stops no job, and is said. */
function unreadOf({ roles, reports }: JobPlace): string[] {
  const facts = [...roles.map(({ trust }) => trust), ...(reports === undefined ? [] : [reports.lock])];
  return facts.flatMap((fact) => (fact.kind === 'unread' ? [fact.why] : []));
}

/** How old what is known of an old key may be. */
const OLD_KEY_MS = 60_000;

/** Of the keys that objects are known to be under: which cannot be used now, and which are gone. What cannot be read stops nothing. */
async function keyObstacles(
  { jobs }: Plan,
  judged: Judgement,
  deps: AssessDeps,
): Promise<{ obstacles: Reason[]; gone: string[] }> {
  const { bucket } = judged.look.id;
  const byKey = Map.groupBy(jobs, ({ sourceKeyArn }) => sourceKeyArn);
  const found = await Promise.all(
    [...byKey].map(async ([arn, its]) => {
      // The verdict has seen to the standard's own key.
      if (arn === undefined || arn === arnOf(judged.decided.key)) return { obstacles: [], gone: [] };
      const reading = await readOldKey(arn, judged, deps);
      if (reading === undefined) return { obstacles: [], gone: [] };
      if (reading.kind === 'missing') return { obstacles: [], gone: [arn] };
      const refused = await refusedByOldKey(reading, its, judged, deps);
      return { obstacles: [...oldKeyReasons(bucket, reading), ...refused], gone: [] };
    }),
  );
  return { obstacles: found.flatMap(({ obstacles }) => obstacles), gone: found.flatMap(({ gone }) => gone) };
}

async function readOldKey(arn: string, { look }: Judgement, deps: AssessDeps): Promise<KeyReading | undefined> {
  try {
    return await deps.keys.read(arn, OLD_KEY_MS);
  } catch (error) {
    deps.log.warn('old key not checked', { bucket: bucketText(look.id), key: arn, why: whyOf(error) });
    return undefined;
  }
}

/** Only a policy of the bucket's own account can be read. */
async function refusedByOldKey(
  reading: KeyReading,
  jobs: readonly PlannedJob[],
  { look, decided, facts }: Judgement,
  deps: AssessDeps,
): Promise<Reason[]> {
  if (reading.kind !== 'found' || reading.key.account !== look.id.account) return [];
  const keyPolicy = await deps.facts.keyPolicy(reading.key.arn, look.trigger.causeId);
  const known = knownOf(look, { ...facts, keyPolicy }, deps);
  const { safety } = safetyOf(known, reading);
  const given = { ...known, safety, key: reading.key, bucketKey: decided.standard.bucketKey };
  return batchMethodsOf(jobs).flatMap((method) => oldKeyPolicyReasons(deps.jobRoles[method], method, given));
}

async function withinCeilings(
  plan: PricedPlan,
  { pendingId = 'none' }: Planning,
  { look, decided }: Judgement,
  deps: AssessDeps,
): Promise<PlannedJob[]> {
  const { ceilingUsd } = decided.standard;
  const cost = costOfJobs({ ...plan.priced, jobs: plan.jobs });
  const why = ceilingPassed(cost, ceilingUsd)?.why ?? (await overspent());
  if (why === undefined) return plan.jobs;
  return plan.jobs.map((job) => ({ ...job, needsConfirmation: `${why} ${cost.sentence}` }));

  async function overspent(): Promise<string | undefined> {
    if (ceilingUsd.run === undefined || plan.jobs.length === 0) return undefined;
    const run = runOf(look.trigger, look.lookedAt);
    const spending = {
      run,
      plan: planId(pendingId),
      usd: askedUsd(cost),
      ceilingUsd: ceilingUsd.run,
      at: look.lookedAt,
    };
    return (await deps.spend(spending)) ? undefined : aboveRun(ceilingUsd.run);
  }
}
