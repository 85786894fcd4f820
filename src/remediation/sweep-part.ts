import type { SweepLedger } from '../aws/ledger/sweep-ledger.ts';
import { ResealError } from '../errors.ts';
import { type SweepPart, sweepPartMessage } from '../intake/sweep-part-message.ts';
import { addLogSource, type SourcesByTarget } from '../ledger/log-sources.ts';
import type {
  LoggingUnread,
  PartEnd,
  PartOfSweep,
  PartStep,
  SweepEnd,
  SweepItem,
  SweepPlan,
  Swept,
} from '../ledger/sweep-item.ts';
import { type FindDeps, findLogSources, type FoundSources, NAMED_UNREAD } from './find-log-sources.ts';
import { type SendDeps, sendBuckets } from './sweep-buckets.ts';

export interface PartDeps extends SendDeps, FindDeps {
  /** The queue of the function itself. */
  membershipQueueUrl: string;
  sweeps: SweepLedger;
  /** Counts the metric that an alarm waits for: a sweep of everything has ended. */
  countEnd: () => void;
  now: () => Date;
}

/** What became of a part: who finishes a step last begins the next one. */
export interface PartResult extends SweepPart {
  observe: boolean;
  /** Undefined until the last part has done the last step. */
  ended?: SweepEnd;
}

/**
 * Goes on with a large sweep: with its first step, to find who logs where, or with its second, to send the messages. A part that comes
 * twice, or again after a crash, is done once more or passed over, and never skipped. Messages of the second step bring no others: a
 * chain is three invocations long.
 */
export async function sweepPart(task: SweepPart, deps: PartDeps): Promise<PartResult> {
  const { sweep: id, step, part } = task;
  const item = await deps.sweeps.read(id);
  const own = item?.parts?.[part];
  if (item?.parts === undefined || own === undefined) throw unknownPart(task, item);
  const swept: Swept = { id, at: item.at, observe: item.observe };
  const told = { ...task, observe: item.observe };
  if (item.endedAt !== undefined) return told;
  const before = await deps.sweeps.partsDone(id, step);
  if (!before.has(part))
    await deps.sweeps.partDone(swept, step, part, await STEPS[step]({ swept, own, part, item }, deps));
  const done = await deps.sweeps.partsDone(id, step);
  if (done.size < item.parts.length) return told;
  if (step === 'sources') {
    await sendParts(swept, 'buckets', item.parts.length, deps);
    return told;
  }
  const ended = await endOf(item, done, deps);
  await deps.sweeps.end(swept, deps.now().toISOString(), ended);
  if (item.complete === true) deps.countEnd();
  return { ...told, ended };
}

/** Begins a large sweep: the plan is kept in the ledger, and each part gets one message. */
export async function startParts(swept: Swept, plan: SweepPlan, deps: PartDeps): Promise<void> {
  const { parts = plan.parts, complete } = await deps.sweeps.plan(swept, plan);
  await sendParts(swept, complete === false ? 'buckets' : 'sources', parts.length, deps);
}

async function sendParts({ id }: Swept, step: PartStep, count: number, deps: PartDeps): Promise<void> {
  const bodies = Array.from({ length: count }, (_, part) => sweepPartMessage({ sweep: id, step, part }));
  const parts = bodies.map((body) => ({ body, group: deps.account }));
  await deps.queues.sendAll(deps.membershipQueueUrl, parts);
}

interface Work {
  swept: Swept;
  own: PartOfSweep;
  part: number;
  item: SweepItem;
}

const STEPS: Record<PartStep, (work: Work, deps: PartDeps) => Promise<Partial<PartEnd>>> = {
  async sources({ swept, own, part }, deps) {
    const { targets, unread } = await findLogSources(namesOf(own, deps), deps);
    await deps.sweeps.keepSources(swept, part, targets);
    return { loggingUnread: unread };
  },

  async buckets({ swept, own, item }, deps) {
    const sources = item.complete === true ? await sourcesFor(own, swept, deps) : undefined;
    return sendBuckets(namesOf(own, deps), swept, deps, sources);
  },
};

async function* namesOf({ prefixes, names }: PartOfSweep, { bucketList, region }: PartDeps): AsyncGenerator<string> {
  for (const prefix of prefixes) yield* bucketList.list(region, prefix);
  yield* names;
}

/** Who logs to the buckets of one part, as all parts have found it. */
async function sourcesFor(
  { prefixes, names }: PartOfSweep,
  { id }: Swept,
  { sweeps }: PartDeps,
): Promise<FoundSources> {
  const targets: SourcesByTarget = new Map();
  for await (const { bucket, sources } of sweeps.sources(id)) {
    const isOwn = names.includes(bucket) || prefixes.some((prefix) => bucket.startsWith(prefix));
    if (isOwn) for (const source of sources) addLogSource(targets, bucket, source);
  }
  return { targets, unread: unreadOf(await sweeps.partsDone(id, 'sources')) };
}

async function endOf(
  { sweep: id, complete, unlisted = 0 }: SweepItem,
  done: ReadonlyMap<number, PartEnd>,
  { sweeps }: PartDeps,
): Promise<SweepEnd> {
  const sum = (of: 'buckets' | 'logTargets') => [...done.values()].reduce((all, end) => all + end[of], 0);
  const end = { buckets: sum('buckets'), missing: [] };
  if (complete !== true) return end;
  const loggingUnread = unreadOf(await sweeps.partsDone(id, 'sources'));
  return { ...end, unlisted, logTargets: sum('logTargets'), loggingUnread };
}

function unreadOf(done: Map<number, PartEnd>): LoggingUnread {
  const all = [...done.values()].map(({ loggingUnread }) => loggingUnread);
  const first = all.flatMap((each) => each.first).toSorted();
  return { buckets: all.reduce((sum, { buckets }) => sum + buckets, 0), first: first.slice(0, NAMED_UNREAD) };
}

function unknownPart({ sweep, part }: SweepPart, item: SweepItem | undefined): ResealError {
  const found = item === undefined ? 'no such sweep' : `a sweep of ${item.parts?.length ?? 1} parts`;
  const message = `Part ${part} of sweep ${sweep}: expected a part that the ledger knows, found ${found}. Start another sweep.`;
  return new ResealError('malformed-message', message);
}
