import { readBucketItem } from '../../../src/ledger/bucket-item.ts';
import { MOST_ATTEMPTS } from '../../../src/ledger/job-item.ts';
import { undoneOf } from './job-ledger.ts';
import { confirmJobs } from './acts.ts';
import { type History, Play, type Played, type Stories } from './play.ts';
import { brokenPromises, isAnswer } from './promises.ts';
import type { World } from './world.ts';

export interface Ended extends Played {
  broken: string[];
}

const LONG_MS = 2_000_000;
const HOUR_MS = 3_600_000;
/** At once, an hour later, and when the windows are forgotten. */
const REPLAYS_MS = [0, HOUR_MS, 31 * 24 * HOUR_MS];

/** Plays a history to its end: then nothing goes wrong any more, two sweeps come by, and everything is told once more. */
export async function played(history: History, stories: Stories): Promise<Ended> {
  const play = new Play(history, stories);
  const { world } = play;
  await play.untilQuiet();
  world.keyEnabled = true;
  await sweep(play);
  await sweep(play);
  const broken = heldForAnother(world);
  if (isHeld(world)) {
    await play.acknowledge();
    await sweep(play);
  }
  // What jobs have left undone each sweep asks for, until they have been tried often enough: first those of current objects, then those of old versions.
  for (let more = 0; more < 2 * MOST_ATTEMPTS && undoneOf(world).length > 0; more += 1) await sweep(play);
  broken.push(...brokenPromises(world, history), ...(await toldAgain(play, history)));
  play.count(world.exists ? 'ended with a bucket' : 'ended without a bucket');
  play.count(world.batch.size === 0 ? 'no job' : 'jobs');
  const done = [...world.batch.values()].filter((job) => job.done.length > 0);
  if (done.some(({ input }) => input.Operation?.S3PutObjectCopy !== undefined)) play.count('objects copied');
  if (done.some(({ input }) => input.Manifest?.Spec?.Fields?.includes('VersionId'))) play.count('old versions updated');
  if (world.ownWrites.length > 0) play.count('objects by our own function');
  const stopped = [...world.jobItems.values()].filter((job) => job['status'] === 'superseded' && job['pieces']);
  if (stopped.length > 0) play.count('own job stopped for another standard');
  return { world, seen: play.seen, trace: play.trace, broken };
}

async function sweep(play: Play): Promise<void> {
  play.world.nowMs += LONG_MS;
  play.sweep();
  await play.untilQuiet({ calm: true });
  confirmJobs(play.world, play);
  await play.untilQuiet({ calm: true });
  play.askForOpenJobs();
  await play.untilQuiet({ calm: true });
}

function isHeld({ item }: World): boolean {
  const { rolledBack, rollingBack, flappingSince } = readBucketItem(structuredClone(item ?? {}));
  return (rolledBack ?? rollingBack ?? flappingSince) !== undefined;
}

/** A bucket that was made anew begins anew, where somebody heard that the old one was deleted, or saw it. */
function heldForAnother({ item, changes, life, handled, exists, events }: World): string[] {
  const { rolledBack } = readBucketItem(structuredClone(item ?? {}));
  const madeMs = changes.find((each) => each.life === life)?.atMs ?? 0;
  if (!exists || rolledBack === undefined || Date.parse(rolledBack.at) > madeMs) return [];
  const since = rolledBack.at;
  const wasTold = events.some(
    ({ cause, at, causeId }) =>
      cause === 'deleted' &&
      at > since &&
      handled.some((each) => each.causeId === causeId && each.outcome !== 'ignored'),
  );
  return wasTold ? [`held for the rollback of ${since} of a bucket that is not there any more`] : [];
}

/**
 * Everything that was ever told and answered comes again, in another order: nobody pays for it twice, and no bucket is written. (What
 * was only observed, exempt or answered under a policy without jobs may still have its one job.)
 */
async function toldAgain(play: Play, { replay }: History): Promise<string[]> {
  const { world } = play;
  const broken: string[] = [];
  const answered = world.events.filter(({ causeId }) =>
    world.handled.some((each) => each.causeId === causeId && isAnswer(each)),
  );
  const order = answered.map((event, at) => ({ event, rank: replay[at] ?? 0 }));
  const events = order.toSorted((a, b) => a.rank - b.rank).map(({ event }) => event);
  for (const laterMs of REPLAYS_MS) {
    world.nowMs += laterMs;
    play.note(`REPLAY after ${laterMs}`);
    const [jobs, writes] = [world.batch.size, writesOf(world)];
    for (const event of events) play.tell(event);
    await play.untilQuiet({ calm: true });
    if (world.batch.size > jobs)
      broken.push(`${world.batch.size - jobs} jobs for events that were told again after ${laterMs} ms`);
    if (writesOf(world) > writes) broken.push(`written for events that were told again after ${laterMs} ms`);
  }
  return broken;
}

function writesOf({ changes }: World): number {
  return changes.filter(({ by }) => by === 'guardrail').length;
}
