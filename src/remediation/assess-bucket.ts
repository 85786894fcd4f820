import type { EncryptionReading } from '../aws/bucket/bucket-encryption.ts';
import type { Assessment } from '../aws/ledger/ledger.ts';
import type { BucketFact } from '../intake/fact.ts';
import { boundedReasons } from '../policy/bounded-reasons.ts';
import type { Decided } from '../policy/decision.ts';
import type { Facts } from '../policy/facts.ts';
import { kindOf } from '../policy/model.ts';
import { deferBusy, deferUnreadable, forward } from './again.ts';
import type { AssessDeps, CurrentPolicy } from './deps.ts';
import { noteExceptionTag, speaksOfTags } from './exception-tag.ts';
import { gather } from './gather.ts';
import { whenceOf } from './history.ts';
import type { Judged, Looked, Outcome } from './judged.ts';
import { keepCompliant } from './keep-compliant.ts';
import { knownOf } from './known.ts';
import { observeRepair } from './observe-repair.ts';
import { createFactReading } from './read-facts.ts';
import { remember, type Stance } from './remember.ts';
import { repair } from './repair.ts';
import { isDrift } from './told-drift.ts';
import { exemptUnread, unreadReason } from './unread-encryption.ts';

/** The story of one bucket: read it, judge it, repair it where that is safe, remember what was found. */
export async function assessBucket(fact: BucketFact, deps: AssessDeps): Promise<Outcome> {
  if (fact.account !== deps.account)
    return ignored('other-account', `The event is of account ${fact.account}, and this is ${deps.account}.`);
  const policy = await deps.policy();
  if (fact.cause === 'tagged' && !speaksOfTags(policy.document))
    return ignored(
      'tags-not-asked',
      `No rule of the policy speaks of tags, and only those of bucket ${fact.bucket} changed.`,
    );
  const blank = assessmentOf(fact, deps, policy);

  await noteExceptionTag(fact, policy, deps);
  const reading = await deps.encryption.read({ bucket: fact.bucket, account: fact.account });
  switch (reading.kind) {
    case 'gone':
      return gone('bucket-gone', `Bucket ${fact.bucket} does not exist any more.`, { assessment: blank }, deps);
    case 'elsewhere':
      return forward(fact, reading.region, blank, deps);
    case 'unreadable':
      return whenUnreadable({ fact, policy, found: {}, assessment: blank }, reading, deps);
    case 'read':
      return judged({ fact, policy, found: reading.rule, assessment: { ...blank, found: reading.rule } }, deps);
  }
}

async function judged(looked: Looked, deps: AssessDeps): Promise<Outcome> {
  const { fact } = looked;
  const reading = createFactReading(looked, fact.observe, deps);
  const gathered = await gather(
    knownOf(looked, fact.logSources === undefined ? {} : { logSources: fact.logSources }, deps),
    reading.read,
  );
  if (gathered === undefined) return deferBusy(fact, deps);
  const { facts } = gathered;
  const decided = bounded(gathered.decided);
  const assessment = { ...looked.assessment, ...told(decided, facts, looked.assessment) };
  return act(
    decided,
    { ...looked, assessment, standard: decided.standard, key: decided.key, facts },
    { claimed: reading.claimed(), observe: decided.observe || fact.observe },
    deps,
  );
}

function bounded(decided: Decided): Decided {
  const { verdict } = decided;
  return { ...decided, verdict: { ...verdict, reasons: boundedReasons(verdict.reasons) } };
}

/** What the verdict adds to what is remembered of the look. */
function told(
  { rule, verdict }: Decided,
  { history }: Facts,
  { assessedAt }: Assessment,
): Pick<Assessment, 'rule' | 'verdict' | 'reasons' | 'flappingSince'> {
  const isFlapping = verdict.reasons.some(({ code }) => code === 'flapping');
  const since = history?.kind === 'read' ? history.value.flappingSince : undefined;
  return {
    rule,
    verdict: verdict.kind,
    reasons: verdict.reasons,
    ...(isFlapping ? { flappingSince: since ?? assessedAt } : {}),
  };
}

async function act({ verdict }: Decided, judgement: Judged, stance: Stance, deps: AssessDeps): Promise<Outcome> {
  switch (verdict.kind) {
    case 'compliant': {
      const kept = await keepCompliant(judgement, stance, deps);
      if (kept.kind !== 'log-target') return kept;
      return judged({ ...judgement, fact: { ...judgement.fact, logSources: kept.logSources } }, deps);
    }
    case 'repair':
      return stance.observe
        ? observeRepair(verdict.write, judgement, deps)
        : repair(verdict.write, judgement, stance, deps);
    case 'unreadable':
      return deferUnreadable(verdict.reasons, judgement, stance, deps);
    case 'exempt':
    case 'hold':
      await remember(judgement, stance, deps);
      return { kind: verdict.kind, reasons: verdict.reasons, jobs: 0 };
  }
}

function assessmentOf(fact: BucketFact, deps: AssessDeps, policy: CurrentPolicy): Assessment {
  const { bucket, account, at, cause, causeId, logSources } = fact;
  return {
    bucket,
    account,
    region: deps.region,
    verdict: 'unreadable',
    reasons: [],
    rule: 'unknown',
    policySha256: policy.sha256,
    assessedAt: deps.now().toISOString(),
    causeId,
    cause,
    ...whenceOf(fact),
    ...(isDrift(cause) ? { lastDrift: { at, cause, causeId, ...whenceOf(fact) } } : {}),
    ...(logSources === undefined ? {} : { logSources }),
  };
}

async function whenUnreadable(
  looked: Looked,
  reading: Extract<EncryptionReading, { kind: 'unreadable' }>,
  deps: AssessDeps,
): Promise<Outcome> {
  const { fact } = looked;
  const unread = knownOf(looked, {}, deps);
  const exempt = await exemptUnread(unread, createFactReading(looked, true, deps).read);
  if (exempt !== undefined) {
    const { rule, verdict } = exempt.decided;
    const { reasons } = verdict;
    await deps.ledger.record({ ...looked.assessment, rule, verdict: verdict.kind, reasons }, undefined);
    return { kind: verdict.kind, reasons, jobs: 0 };
  }
  const asksOwner = reading.denied && kindOf(fact.bucket) === 'general-purpose';
  const found = asksOwner ? await deps.bucketList.findOwn(fact.bucket) : undefined;
  if (found?.owned === false)
    return gone('not-our-bucket', `Bucket ${fact.bucket} is not owned by account ${fact.account}.`, looked, deps);
  return deferUnreadable([unreadReason(fact.bucket, reading)], looked, { claimed: undefined }, deps);
}

/** A name that is nobody's any more, or another account's: what is remembered of the bucket is closed. */
async function gone(
  code: string,
  message: string,
  { assessment }: Pick<Looked, 'assessment'>,
  deps: AssessDeps,
): Promise<Outcome> {
  await deps.ledger.recordGone(assessment);
  return ignored(code, message);
}

function ignored(code: string, message: string): Outcome {
  return { kind: 'ignored', reasons: [{ code, message }], jobs: 0 };
}
