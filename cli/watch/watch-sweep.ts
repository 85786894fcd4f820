import { setTimeout as sleep } from 'node:timers/promises';
import { ResealError } from '../../src/errors.ts';
import { inOneLine } from '../../src/problem.ts';
import { createSweepProgress } from '../../src/remediation/sweep-progress.ts';
import type { HubReader, OpenedHub } from '../../src/runtime/hub.ts';
import { columnsOf } from '../../scripts/wrapped.ts';
import { wordsOf } from '../../scripts/ending.ts';
import { commandsFor } from '../status/commands-for.ts';
import { needsOf } from '../status/needs.ts';
import { follow } from './follow.ts';
import { leaving } from '../interruption.ts';
import { liveBlock } from '../live-block.ts';
import { progressLines } from './progress-lines.ts';
import { needsOfSweep, sweepReport } from './sweep-report.ts';

const now = () => new Date();

/**
 * Follows a sweep of a hub (the newest where none is named) to its end, and prints what it came to. Exit status 0, or 2 where something needs a person. An
 * interruption leaves the sweep alone and says how to come back.
 */
export async function watchSweep(hub: OpenedHub['hub'], reader: HubReader, asked?: string): Promise<number> {
  const sweeps = sweepsOf(reader);
  const id = await sweeps.find(asked);
  const commands = commandsFor(hub);
  const back = `The sweep goes on without this command. To come back: ${commands.watch(id)}`;
  using block = liveBlock(process.stderr);
  using _ = leaving(() => block.say(back));
  try {
    const progress = await follow({
      read: () => sweeps.read(id),
      show: (each, pace) => block.show(progressLines(each, pace, columnsOf(process.stderr))),
      failed: (error) => block.say(`${inOneLine(wordsOf(error))}; it is tried again`),
      now,
      wait: (ms) => sleep(ms),
    });
    const ofBuckets = needsOf({ at: now().toISOString(), hub, tally: progress.tally, unread: [], odd: 0 });
    const needs = [...needsOfSweep(progress, commands), ...ofBuckets];
    console.log(sweepReport(progress, needs, columnsOf(process.stdout)));
    return needs.length === 0 ? 0 : 2;
  } catch (error) {
    block.say(back);
    throw error;
  }
}

/** The sweeps of a hub; the URL of their queue is looked up once. */
export function sweepsOf(reader: HubReader) {
  let url: Promise<string> | undefined;
  const waiting = async () => reader.depth(await (url ??= queueUrl(reader)));
  return createSweepProgress({ ...reader, waiting, now });
}

async function queueUrl(reader: HubReader): Promise<string> {
  const url = (await reader.queues()).get('SweepQueue');
  if (url !== undefined) return url;
  throw new ResealError('no-hub', 'the stack has no queue SweepQueue: is it a hub of another version?');
}
