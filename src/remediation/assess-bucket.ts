import type { EncryptionReading } from '../aws/bucket-encryption.ts';
import type { Assessment } from '../aws/ledger.ts';
import type { BucketFact } from '../intake/fact.ts';
import { boundedReasons } from '../policy/bounded-reasons.ts';
import { decide } from '../policy/decide.ts';
import type { Decided } from '../policy/decision.ts';
import type { Facts } from '../policy/facts.ts';
import { type EncryptionRule, kindOf, type Reason } from '../policy/model.ts';
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
import { remember, type Standing } from './remember.ts';
import { repair } from './repair.ts';
import { isDrift } from './told-drift.ts';

/** The story of one bucket: read it, judge it, repair it where that is safe, remember what was found. */
export async function assessBucket(fact: BucketFact, deps: AssessDeps): Promise<Outcome> {
  if (fact.account !== deps.account)
    return ignored('other-account', `the event is of account ${fact.account}, this is ${deps.account}`);
  const policy = await deps.policy();
  if (fact.cause === 'tagged' && !speaksOfTags(policy.document))
    return ignored(
      'tags-not-asked',
      `no rule of the policy speaks of tags, and those of bucket ${fact.bucket} changed`,
    );
  const blank = assessmentOf(fact, deps, policy);

  const reading = await deps.encryption.read({ bucket: fact.bucket, account: fact.account });
  switch (reading.kind) {
    case 'gone':
      await deps.ledger.recordGone(blank);
      return ignored('bucket-gone', `bucket ${fact.bucket} does not exist any more`);
    case 'elsewhere':
      return forward(fact, reading.region, blank, deps);
    case 'unreadable':
      return whenUnreadable({ fact, policy, found: {}, assessment: blank }, reading, deps);
    case 'read':
      await noteExceptionTag(fact, policy, deps);
      return judged({ fact, policy, found: reading.rule, assessment: { ...blank, found: reading.rule } }, deps);
  }
}

async function judged(looked: Looked, deps: AssessDeps): Promise<Outcome> {
  const { fact } = looked;
  const reading = createFactReading(looked, fact.observe, deps);
  const gathered = await gather(knownOf(looked, {}, deps), reading.read);
  if (gathered === undefined) return deferBusy(fact, deps);
  const { facts } = gathered;
  const decided = bounded(gathered.decided);
  const assessment = { ...looked.assessment, ...told(decided, facts, looked.assessment) };
  return act(
    decided,
    { ...looked, assessment, standard: decided.standard, key: decided.key },
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

async function act({ verdict }: Decided, judgement: Judged, standing: Standing, deps: AssessDeps): Promise<Outcome> {
  switch (verdict.kind) {
    case 'compliant':
      return keepCompliant(judgement, standing, deps);
    case 'repair':
      return standing.observe
        ? observeRepair(verdict.write, judgement, deps)
        : repair(verdict.write, judgement, standing, deps);
    case 'unreadable':
      return deferUnreadable(verdict.reasons, judgement, standing, deps);
    case 'exempt':
    case 'hold':
      await remember(judgement, standing, deps);
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
  const exempt = await exemption(looked, deps);
  if (exempt !== undefined) return exempt;
  const asksOwner = reading.denied && kindOf(fact.bucket) === 'general-purpose';
  const found = asksOwner ? await deps.bucketList.findOwn(fact.bucket) : undefined;
  if (found?.owned === false)
    return ignored('not-our-bucket', `bucket ${fact.bucket} is not owned by account ${fact.account}`);
  const hint = reading.denied
    ? '; allow this role s3:GetEncryptionConfiguration in the bucket policy and in service control policies'
    : '';
  const message = `the encryption of bucket ${fact.bucket} could not be read: ${reading.code}: ${reading.message}${hint}`;
  const reason: Reason = { code: reading.denied ? 'read-denied' : 'read-failed', message };
  return deferUnreadable([reason], looked, NOT_CLAIMED, deps);
}

const NOT_CLAIMED: Standing = { claimed: undefined, observe: false };
const UNREAD_RULE: EncryptionRule = {};

/** What is exempt needs no reading of its encryption: its verdict does not rest on it. */
async function exemption(looked: Looked, deps: AssessDeps): Promise<Outcome | undefined> {
  const reading = createFactReading(looked, true, deps);
  let known = knownOf({ ...looked, found: UNREAD_RULE }, {}, deps);
  for (;;) {
    const decision = decide(known);
    if (decision.kind === 'ask') {
      // Whatever comes after the policy's own questions would rest on the encryption.
      if (decision.rule !== undefined) return undefined;
      known = { ...known, facts: { ...known.facts, ...(await reading.read(decision, known.facts)) } };
      continue;
    }
    const { rule, verdict } = decision;
    if (verdict.kind !== 'exempt') return undefined;
    const { reasons } = verdict;
    await deps.ledger.record({ ...looked.assessment, rule, verdict: 'exempt', reasons }, undefined);
    return { kind: 'exempt', reasons, jobs: 0 };
  }
}

function ignored(code: string, message: string): Outcome {
  return { kind: 'ignored', reasons: [{ code, message }], jobs: 0 };
}
