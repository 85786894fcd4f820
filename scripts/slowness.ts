import { spawn } from 'node:child_process';
import { statusOf } from './ending.ts';
import type { Progress } from './progress.ts';

/** What a quiet laptop takes to start an empty process of Node.js. */
const QUIET_MS = 60;
const TRIES = 3;
/** What is slower still is stuck, and nobody wants to wait for hours until that is said. */
const SLOWEST = 20;

/**
 * How many times longer than on a quiet laptop things take on this machine now, from 1 to 20: by the median of three starts of an empty
 * process, because the functions' processes are what a busy machine makes wait longest.
 */
export async function measureSlowness(startMs: () => Promise<number> = startOfProcess): Promise<number> {
  const tookMs: number[] = [];
  while (tookMs.length < TRIES) tookMs.push(await startMs());
  const median = tookMs.toSorted((a, b) => a - b)[1] ?? 0;
  return Math.min(SLOWEST, Math.max(1, Math.ceil(median / QUIET_MS)));
}

/** Measures, and tells whoever waits. */
export async function paced(progress: Progress): Promise<number> {
  const wait = { for: 'three empty processes, to see how fast this machine is', seconds: 60 };
  const slowness = await progress.within(wait, () => measureSlowness());
  progress.pace(slowness);
  return slowness;
}

async function startOfProcess(): Promise<number> {
  const started = performance.now();
  await statusOf(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' }));
  return performance.now() - started;
}
