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

/** In one run: enough to see what is wrong, and few enough for one answer (Lambda quotas, 6 MB). Who wants more asks again. */
const MOST_LETTERS = 100;
const MOST_BODY = 1_000;
/** The letters that a run has taken come back by themselves only after it. */
const HIDDEN_SECONDS = 120;
const LOOKING_MS = 60_000;
const CALLS_AT_ONCE = 16;

/**
 * Shows the dead letters, and puts them back where they came from if that is asked for. A letter is sent before it is deleted, so that none is
 * lost; one that is sent twice is harmless, like any message of these queues.
 */
export async function replay({ replay: { queue, put } }: ReplayRequest, deps: ReplayDeps): Promise<ReplayAnswer> {
  const asked = queue === undefined ? DEAD_LETTER_QUEUES : [queue];
  const queues = await Promise.all(asked.map((each) => replayQueue(each, put, deps)));
  const counts = queues.map(({ queue: of, put: done, kept, failed }) => ({ queue: of, put: done, kept, failed }));
  deps.log.info('replayed', { asked: put ? 'to put back' : 'to show', queues: counts });
  return { replay: queues };
}

async function replayQueue(queue: DeadLetterQueue, put: boolean, deps: ReplayDeps): Promise<ReplayedQueue> {
  const url = deps.deadLetterUrls[queue];
  const kept = new Map<string, Kept>();
  const until = deps.now().getTime() + LOOKING_MS;
  let [done, more] = [0, true];
  // Those that stay are passed over, so that they do not stand before others that can be put back.
  while ((put ? done : kept.size) < MOST_LETTERS && deps.now().getTime() < until) {
    const taken = await deps.letterBox.take(url, HIDDEN_SECONDS);
    more = taken.length > 0;
    if (!more) break;
    const ends = await Promise.all(taken.map((letter) => endOf(letter, url, put, deps)));
    for (const end of ends) if (end !== 'put') kept.set(end.letter.id, end);
    done += ends.filter((end) => end === 'put').length;
  }
  const all = [...kept.values()];
  await atOnce(all, CALLS_AT_ONCE, ({ letter }) => giveBack(letter, url, deps));
  const failed = all.filter((end) => end.hasFailed);
  // What failed is told first.
  const told = [...failed, ...all.filter((end) => !end.hasFailed)].slice(0, MOST_LETTERS);
  return { queue, letters: told.map(shown), put: done, kept: all.length, failed: failed.length, more };
}

/** It comes back by itself a minute later too. */
async function giveBack({ id, receipt }: TakenLetter, url: string, { letterBox, log }: ReplayDeps): Promise<void> {
  try {
    await letterBox.giveBack(url, receipt);
  } catch (error) {
    log.warn('letter not given back', { letter: id, error: messageOf(error) });
  }
}

/** A letter that is in its queue afterwards too. */
interface Kept {
  letter: TakenLetter;
  read: DeadLetter;
  hasFailed: boolean;
}

async function endOf(letter: TakenLetter, url: string, put: boolean, deps: ReplayDeps): Promise<Kept | 'put'> {
  const read = readDeadLetter(letter, placesOf(deps));
  if (!put || read.back === undefined) return { letter, read, hasFailed: false };
  const { to, body } = read.back;
  try {
    const group = letter.group ?? accountIn(body) ?? deps.account;
    await deps.queues.sendAll(deps.workUrls[to], [{ body, group }]);
    await deps.letterBox.remove(url, letter.receipt);
    return 'put';
  } catch (error) {
    deps.log.error('letter not put back', { letter: letter.id, to, error: messageOf(error) });
    return { letter, read: { ...read, stays: `it could not be put back: ${messageOf(error)}` }, hasFailed: true };
  }
}

function placesOf({ workUrls, isSweep }: ReplayDeps): Places {
  const last = (name: string) => name.split(/[:/]/).at(-1);
  const queues = Object.entries(workUrls) as [WorkQueue, string][];
  return { isSweep, queueOf: (arn) => queues.find(([, url]) => last(url) === last(arn))?.[0] };
}

function shown({ letter: { id, sentAt, body }, read: { why, back, stays } }: Kept): ReplayedQueue['letters'][number] {
  return { id, sentAt, why, ...present({ to: back?.to, stays }), body: clipped(body, MOST_BODY) };
}
