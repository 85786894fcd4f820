import { atOnce } from '../at-once.ts';
import type { createLetterBox, TakenLetter } from '../aws/queue/letter-box.ts';
import type { Queues } from '../aws/queue/queues.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import { accountIn, type DeadLetter, type Places, readDeadLetter, type WorkQueue } from '../intake/dead-letter.ts';
import {
  DEAD_LETTER_QUEUES,
  type DeadLetterQueue,
  type ReplayAnswer,
  type ReplayedQueue,
  type ReplayRequest,
} from '../intake/replay-request.ts';
import { present } from '../present.ts';
import { clipped } from '../problem.ts';
import type { Log } from './deps.ts';

export interface ReplayDeps {
  account: string;
  letterBox: ReturnType<typeof createLetterBox>;
  queues: Pick<Queues, 'sendAll'>;
  deadLetterUrls: Readonly<Record<DeadLetterQueue, string>>;
  /** Where letters are put back; live events come from a queue into which nobody may. */
  workUrls: Readonly<Record<WorkQueue, string>>;
  isSweep: Places['isSweep'];
  log: Log;
  now: () => Date;
}

/** In one run: enough to see what is wrong, and few and short enough for one answer (Lambda quotas, 6 MB). Who wants more asks again. */
const MOST_LETTERS = 100;
const MOST_TEXT = 1_000;
/** The letters that a run has taken come back by themselves only after it. */
const HIDDEN_SECONDS = 120;
const LOOKING_MS = 60_000;
const CALLS_AT_ONCE = 16;

/**
 * Shows the dead letters, and puts them back where they came from if that is asked for. A letter is sent before it is deleted, so that none is
 * lost; one that is sent twice is harmless, like any message of these queues. One that came later than the replay began stays: it may have been put
 * back already and died again.
 */
export async function replay(
  { replay: { queue, put, before } }: ReplayRequest,
  deps: ReplayDeps,
): Promise<ReplayAnswer> {
  const asked = queue === undefined ? DEAD_LETTER_QUEUES : [queue];
  const run = { put, before: before ?? deps.now().toISOString() };
  const queues = await Promise.all(asked.map((each) => replayQueue(each, run, deps)));
  const counts = queues.map(({ queue: of, put: done, kept, failed }) => ({ queue: of, put: done, kept, failed }));
  deps.log.info('replayed', { asked: put ? 'to put back' : 'to show', queues: counts });
  return { replay: queues, before: run.before };
}

interface Run {
  put: boolean;
  before: string;
}

async function replayQueue(queue: DeadLetterQueue, run: Run, deps: ReplayDeps): Promise<ReplayedQueue> {
  const url = deps.deadLetterUrls[queue];
  const kept = new Map<string, Kept>();
  const until = deps.now().getTime() + LOOKING_MS;
  let [put, more] = [0, true];
  try {
    // Those that stay are passed over, so that they do not stand before others that can be put back.
    while ((run.put ? put : kept.size) < MOST_LETTERS && deps.now().getTime() < until) {
      const taken = await deps.letterBox.take(url, HIDDEN_SECONDS);
      more = taken.length > 0;
      if (!more) break;
      const ends = await Promise.all(taken.map((letter) => endOf(letter, url, run, deps)));
      for (const end of ends) if (end !== 'put') kept.set(end.shown.id, end);
      put += ends.filter((end) => end === 'put').length;
    }
  } finally {
    await atOnce(kept.values(), CALLS_AT_ONCE, (each) => giveBack(each, url, deps));
  }
  const all = [...kept.values()];
  const failed = all.filter((end) => end.hasFailed);
  // What failed is told first.
  const told = [...failed, ...all.filter((end) => !end.hasFailed)].slice(0, MOST_LETTERS);
  return { queue, letters: told.map(({ shown }) => shown), put, kept: all.length, failed: failed.length, more };
}

/** It comes back by itself a minute later too. */
async function giveBack({ shown, receipt }: Kept, url: string, { letterBox, log }: ReplayDeps): Promise<void> {
  try {
    await letterBox.giveBack(url, receipt);
  } catch (error) {
    log.warn('letter not given back', { letter: shown.id, error: messageOf(error) });
  }
}

/** A letter that is in its queue afterwards too. */
interface Kept {
  receipt: string;
  shown: ReplayedQueue['letters'][number];
  hasFailed: boolean;
}

async function endOf(letter: TakenLetter, url: string, { put, before }: Run, deps: ReplayDeps): Promise<Kept | 'put'> {
  const read = readDeadLetter(letter, placesOf(deps));
  if (!put || read.back === undefined) return kept(letter, read);
  if (letter.sentAt > before) {
    const stays =
      'it came after this replay had begun, and may have been put back by it already: see why, and ask again';
    return kept(letter, { why: read.why, stays });
  }
  const { to, body } = read.back;
  try {
    const group = letter.group ?? accountIn(body) ?? deps.account;
    await deps.queues.sendAll(deps.workUrls[to], [{ body, group }]);
    await deps.letterBox.remove(url, letter.receipt);
    return 'put';
  } catch (error) {
    deps.log.error('letter not put back', { letter: letter.id, to, error: messageOf(error) });
    return { ...kept(letter, { ...read, stays: `it could not be put back: ${messageOf(error)}` }), hasFailed: true };
  }
}

function kept({ id, receipt, sentAt, body }: TakenLetter, { why, back, stays }: DeadLetter): Kept {
  const texts = { why: short(why), ...present({ to: back?.to, stays: stays && short(stays) }), body: short(body) };
  return { receipt, shown: { id, sentAt, ...texts }, hasFailed: false };
}

/** A copy, because V8 keeps the whole of a text for a part of it, and thousands of letters of 1 MB may stay. */
const short = (text: string) => Buffer.from(clipped(text, MOST_TEXT)).toString();

function placesOf({ workUrls, isSweep }: ReplayDeps): Places {
  const last = (name: string) => name.split(/[:/]/).at(-1);
  const queues = Object.entries(workUrls) as [WorkQueue, string][];
  return { isSweep, queueOf: (arn) => queues.find(([, url]) => last(url) === last(arn))?.[0] };
}
