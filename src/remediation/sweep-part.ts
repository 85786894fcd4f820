import type { SweepParts } from '../aws/ledger/sweep-parts.ts';
import { isShutOut, whyOf } from '../aws/sdk/service-error.ts';
import type { Place } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import { type SweepPart, sweepPartMessage } from '../intake/sweep-part-message.ts';
import { addLogSource, type SourcesByTarget } from '../ledger/log-sources.ts';
import {
  type LoggingUnread,
  type PartOfSweep,
  type PartStep,
  type SweepCounts,
  type SweepEnd,
  type SweepPlan,
  sumOf,
  type Swept,
  takesAllBuckets,
} from '../ledger/sweep-item.ts';
import { type EndDeps, endAccount } from './end-sweep.ts';
import { findLogSources, type FoundSources } from './find-log-sources.ts';
import { sendBuckets } from './sweep-buckets.ts';
import type { PlaceDeps } from './sweep-place.ts';

/** What became of a part: who finishes a step last begins the next one. */
export interface PartResult extends SweepPart {
  observe: boolean;
  /** Of the whole sweep, where this part was the last of all. */
  ended?: SweepEnd;
}

/**
 * Goes on with a Region of very many buckets: with its first step, to find who logs where, or with its second, to send the messages. A part that comes
 * twice, or again after a crash, is done once more or passed over, and never skipped. Messages of the second step bring no others: a
 * chain is four invocations long.
 */
export async function sweepPart(task: SweepPart, swept: Swept, deps: PlaceDeps & EndDeps): Promise<PartResult> {
  const { step, part, account, region } = task;
  const place = { account, region };
  const kept = deps.parts(place, swept);
  const plan = await kept.readPlan();
  const own = plan?.parts[part];
  if (plan === undefined || own === undefined) throw unknownPart(task, plan);
  const told = { ...task, observe: swept.observe };
  const before = await kept.partsDone(step);
  if (!before.has(part)) await kept.partDone(step, part, await countsOf(step, { swept, place, own, part, kept }, deps));
  const done = await kept.partsDone(step);
  if (done.size < plan.parts.length) return told;
  if (step === 'sources') {
    await sendParts(swept, place, 'buckets', plan.parts.length, deps);
    return told;
  }
  const counts = sumOf([...done.values()]);
  const { loggingUnread } = sumOf([...(await kept.partsDone('sources')).values()]);
  await deps.sweeps.placeEnd(swept, place, { ...counts, loggingUnread, unlisted: plan.unlisted });
  const ended = await endAccount(swept, account, deps);
  return { ...told, ...(ended === undefined ? {} : { ended }) };
}

/** Begins with such a Region: the plan is kept in the ledger, and each part gets one message. */
export async function startParts(swept: Swept, place: Place, plan: SweepPlan, deps: PlaceDeps): Promise<void> {
  const { parts } = await deps.parts(place, swept).plan(plan);
  await sendParts(swept, place, takesAllBuckets(swept.scope) ? 'sources' : 'buckets', parts.length, deps);
}

async function sendParts({ id }: Swept, place: Place, step: PartStep, count: number, deps: PlaceDeps): Promise<void> {
  const { account, region } = place;
  const parts = Array.from({ length: count }, (_, part) => ({
    body: sweepPartMessage({ sweep: id, account, region, step, part }),
    group: account,
  }));
  await deps.queues.sendAll(deps.membershipQueueUrl, parts);
}

interface Work {
  swept: Swept;
  place: Place;
  own: PartOfSweep;
  part: number;
  kept: SweepParts;
}

/** An account that lets nobody in any more, because it has left perhaps, must not keep the sweep of all others open: what is missing is said of it. */
async function countsOf(step: PartStep, work: Work, deps: PlaceDeps & EndDeps): Promise<Partial<SweepCounts>> {
  try {
    return await STEPS[step](work, deps);
  } catch (error) {
    if (!isShutOut(error)) throw error;
    const { swept, place } = work;
    await deps.sweeps.account(swept, place.account, { why: `not all of ${place.region} was swept (${whyOf(error)})` });
    // Nobody can say any more that no bucket logs to another.
    return { loggingUnread: { buckets: 1, first: [] } };
  }
}

const STEPS: Record<PartStep, (work: Work, deps: PlaceDeps) => Promise<Partial<SweepCounts>>> = {
  async sources({ place, own, part, kept }, deps) {
    const { targets, unread } = await findLogSources(namesOf(own, place, deps), place, deps);
    await kept.keepSources(part, targets);
    return { loggingUnread: unread };
  },

  async buckets({ swept, place, own, kept }, deps) {
    const sources = takesAllBuckets(swept.scope) ? await sourcesFor(own, kept) : undefined;
    return sendBuckets(namesOf(own, place, deps), { swept, place, sources }, deps);
  },
};

async function* namesOf({ prefixes, names }: PartOfSweep, place: Place, { here }: PlaceDeps): AsyncGenerator<string> {
  for (const prefix of prefixes) yield* here(place).bucketList.list(place.region, prefix);
  yield* names;
}

/** Who logs to the buckets of one part, as all parts have found it. */
async function sourcesFor({ prefixes, names }: PartOfSweep, kept: SweepParts): Promise<FoundSources> {
  const targets: SourcesByTarget = new Map();
  for await (const { bucket, sources } of kept.sources()) {
    const isOwn = names.includes(bucket) || prefixes.some((prefix) => bucket.startsWith(prefix));
    if (isOwn) for (const source of sources) addLogSource(targets, bucket, source);
  }
  const unread: LoggingUnread = sumOf([...(await kept.partsDone('sources')).values()]).loggingUnread;
  return { targets, unread };
}

function unknownPart({ sweep, part }: SweepPart, plan: SweepPlan | undefined): ResealError {
  const found = plan === undefined ? 'no such part of a sweep' : `a plan of ${plan.parts.length} parts`;
  const message = `Part ${part} of sweep ${sweep}: expected a part that the ledger knows, found ${found}. Start another sweep.`;
  return new ResealError('malformed-message', message);
}
