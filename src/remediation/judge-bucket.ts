import { surelyWeakened } from '../ledger/drift.ts';
import type { End } from '../ledger/ending.ts';
import { historyOf } from '../ledger/history.ts';
import { type Upload, withWindowAgain } from '../ledger/open-uploads.ts';
import { boundedReasons } from '../policy/bounded-reasons.ts';
import { ruleOf } from '../policy/decide.ts';
import type { Decided } from '../policy/decision.ts';
import type { Encryption } from '../policy/model.ts';
import { type Claimed, claimBucket, releaseClaim, renewWork } from './claim.ts';
import { type Judged, keepCompliant } from './compliant.ts';
import type { AssessDeps } from './deps.ts';
import { concluded, factReading, factsAtHand, gather } from './gather.ts';
import { lookLater, tryAgain } from './later.ts';
import { endOf, knownOf, livingItem, type Look, type Outcome } from './look.ts';
import { dueIn, reencrypt, type Work } from './objects.ts';
import { ownCopiesHere } from './own-copies-here.ts';
import { priceOf } from './price.ts';
import { type NotWritten, writeRule } from './repair.ts';
import { present } from '../present.ts';
import { settle, settled, type StoryAnswer, unreadable } from './settle.ts';
import { withoutRightPut } from './told-rule.ts';
import { listDue, uploadsToAbort } from './uploads-in-flight.ts';
import { withUploads } from './uploads-left.ts';

/** The story of a bucket that could be read. A bucket below its standard is claimed before its history is read: one call does both. */
export async function judgeBucket(look: Look, deps: AssessDeps): StoryAnswer {
  const { trigger } = look;
  const read = factReading(trigger, deps);
  const known = knownOf(look, factsAtHand(trigger, look.membership), deps);
  const { decision, facts } = await gather(known, read);
  if (trigger.rule !== undefined && ruleOf({ ...known, facts }) !== trigger.rule) return underOtherRule(look);
  if (decision.kind === 'decided') {
    return act(
      {
        look,
        decided: await ownCopiesHere(bounded(decision), look.id, deps),
        facts,
        observe: decision.observe || trigger.observe,
      },
      deps,
    );
  }
  const observe = decision.observe || trigger.observe;
  const claimed = observe ? undefined : await claimBucket(look, look.found, deps);
  if (claimed !== undefined && claimed.kind !== 'claimed') return claimed;
  const item = claimed?.item ?? look.item ?? (await deps.ledger.read(look.id));
  const history = { kind: 'read', value: historyOf(livingItem(item, look), trigger.logSources) } as const;
  const last = await concluded({ ...known, facts: { ...facts, history } }, read);
  const decided = await ownCopiesHere(bounded(last.decision), look.id, deps);
  return act({ look, decided, facts: last.facts, claimed, item, observe }, deps);
}

/** A sweep of one rule's buckets leaves all others alone, and those of which nobody knows the rule. */
function underOtherRule({ id, trigger }: Look): Outcome {
  const message = `Bucket ${id.bucket} is not known to fall under the rule ${trigger.rule}, which this sweep is about.`;
  return { kind: 'ignored', reasons: [{ code: 'other-rule', message }], jobs: 0 };
}

function bounded(decided: Decided): Decided {
  const { verdict } = decided;
  return { ...decided, verdict: { ...verdict, reasons: boundedReasons(verdict.reasons) } };
}

async function act(given: Judged, deps: AssessDeps): StoryAnswer {
  const judged = { ...given, look: withoutRightPut(given.look, given.decided) };
  const { look, decided, claimed } = judged;
  const { verdict, rule } = decided;
  switch (verdict.kind) {
    case 'compliant':
      return compliant(judged, deps);
    case 'repair':
      return judged.observe ? observed(judged, deps) : repaired(verdict.write, judged, deps);
    case 'unreadable':
      return unreadable(verdict.reasons, { look, claimed, rule, facts: judged.facts }, deps);
    case 'exempt':
    case 'hold':
      return settled(verdictEnd(judged), { look, claimed, item: given.item }, deps);
  }
}

async function compliant(judged: Judged, deps: AssessDeps): StoryAnswer {
  const { look, decided } = judged;
  const { settled: kept, jobs, again } = await keepCompliant(judged, deps);
  const { reasons } = decided.verdict;
  switch (kept.kind) {
    case 'log-target': {
      // The bucket is judged once more, with what the ledger has just said of who writes to it.
      const item = kept.claimed === undefined ? kept.item : await releaseClaim(kept.claimed, look, deps);
      const trigger = { ...present({ logSources: kept.item.logSources }), ...look.trigger };
      return judgeBucket({ ...look, trigger, item }, deps);
    }
    case 'look-again':
      return kept;
    case 'busy':
      // Another drift than the one that is worked on is not in that work.
      if (surelyWeakened(look.trigger) && kept.causeId !== look.trigger.causeId) return kept;
      // Whoever holds the claim finishes the work; if that invocation dies, its own message comes back.
      return { kind: 'compliant', reasons, jobs: 0 };
    case 'later':
      await lookLater(look, deps);
      return { kind: 'compliant', reasons, jobs: 0 };
    case 'due':
    case 'settled':
      if (again) await tryAgain(look.trigger, deps);
      return { kind: kept.kind === 'settled' && kept.verdict === 'repair' ? 'repair' : 'compliant', reasons, jobs };
  }
}

/** A repair that is judged, priced and recorded, and not made. */
async function observed(judged: Judged, deps: AssessDeps): StoryAnswer {
  const { verdict } = judged.decided;
  const price = verdict.kind === 'repair' ? await priceOf(verdict.write, judged, deps) : '';
  return settled(verdictEnd(judged, { observed: true, price }), { look: judged.look, item: judged.item }, deps);
}

/** Writes the merged rule, reads it back while the objects are listed, queues the jobs, and leaves the old rule in the ledger. */
async function repaired(write: Encryption, judged: Judged, deps: AssessDeps): StoryAnswer {
  const { look, decided } = judged;
  let claimed = judged.claimed ?? (await claimBucket(look, look.found, deps));
  if (claimed.kind !== 'claimed') return claimed;
  const { id, found } = look;
  let toAbort: Upload[] = [];
  const work = ({ item, pending }: Claimed): Work => ({ item: withWindowAgain(item), pending, repaired: true });
  const taken = claimed;
  const before = async () => {
    [claimed, toAbort] = await Promise.all([renewWork(taken, look, deps), uploadsToAbort(judged, work(taken), deps)]);
  };
  const listed = (own = claimed as Claimed) => listDue(judged, dueIn(judged, work(own)), deps);
  const wrote = await writeRule(write, { ...id, found }, deps, { before, meanwhile: () => listed() });
  if (wrote.kind === 'changed') {
    return { kind: 'look-again', item: await releaseClaim(claimed, look, deps) };
  }
  if (wrote.kind === 'failed') return notWritten(wrote, { ...judged, claimed }, deps);
  const { at } = wrote;
  const { page, inFlight } = wrote.waited ? await listed() : wrote.meanwhile;
  const planned = await reencrypt(judged, work(claimed), page, deps);
  const given = { due: dueIn(judged, work(claimed)), inFlight, toAbort };
  const { objects, ...uploads } = await withUploads(judged, planned, given, deps);
  const end = {
    ...verdictEnd(judged),
    repair: { at, replaced: found, wrote: write },
    objects: objects.end,
    ...uploads,
  };
  const own = { ...claimed, item: withWindowAgain(claimed.item) };
  await settle(end, { look, claimed: own }, deps, objects.jobs);
  if (objects.again) await tryAgain(look.trigger, deps);
  return { kind: 'repair', reasons: decided.verdict.reasons, jobs: objects.jobs.length };
}

async function notWritten(
  { verdict, reason, mayHaveWritten, error }: NotWritten,
  judged: Judged,
  deps: AssessDeps,
): StoryAnswer {
  const { look, claimed, decided } = judged;
  if (verdict === 'unreadable' && error === undefined) {
    return unreadable([reason], { look, claimed, rule: decided.rule, facts: judged.facts, mayHaveWritten }, deps);
  }
  const answer = await settled(verdictEnd(judged, { verdict, reasons: [reason] }), { look, claimed }, deps);
  if (error !== undefined) throw error;
  return answer;
}

function verdictEnd(judged: Judged, over: Partial<End['look']> = {}): End {
  const { look, decided, facts } = judged;
  const isFlapping = decided.verdict.reasons.some(({ code }) => code === 'flapping');
  const { history } = facts;
  const since = history?.kind === 'read' ? history.value.flappingSince : undefined;
  return endOf(judged, { ...(isFlapping ? { flappingSince: since ?? look.lookedAt } : {}), ...over });
}
