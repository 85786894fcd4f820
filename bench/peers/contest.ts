import { writeSync } from 'node:fs';

/** One account, furnished for one contender: so many buckets, and the standard that all of them are to have. */
export interface Contest {
  account: string;
  buckets: number;
  algorithm: 'AES256' | 'aws:kms';
  /** How often each bucket is looked at: those who compile while they run need many looks until they are as fast as they get. */
  passes: number;
}

/** What a contender was measured at: its first buckets, which warm it up, do not count. */
export interface Result {
  buckets: number;
  seconds: number;
  cpuSeconds: number;
}

/** Lambda hands assess-bucket batches of ten, and two of them at once (the parameter SweepConcurrency). */
export const BATCH = 10;
/** How many buckets a contender works on at once. */
export const AT_ONCE = 2 * BATCH;

/** A bucket's name is one for all accounts. */
export function bucketNames({ account, buckets }: Pick<Contest, 'account' | 'buckets'>): string[] {
  return Array.from({ length: buckets }, (_, index) => `bucket-${account}-${index}`);
}

/** The contest of this process, as its parent tells it. */
export function ownContest(): Contest & { keyArn: string } {
  return JSON.parse(process.env['CONTEST'] ?? '{}');
}

/** Runs a contender on all buckets of its account and tells the parent. */
export async function contend(run: (buckets: readonly string[]) => Promise<void>): Promise<void> {
  const contest = ownContest();
  const names = Array.from({ length: contest.passes }, () => bucketNames(contest)).flat();
  const warm = Math.floor(names.length / 5 / AT_ONCE) * AT_ONCE;
  await run(names.slice(0, warm));
  const [startedMs, before] = [performance.now(), process.cpuUsage()];
  await run(names.slice(warm));
  const { user, system } = process.cpuUsage(before);
  const result: Result = {
    buckets: names.length - warm,
    seconds: (performance.now() - startedMs) / 1_000,
    cpuSeconds: (user + system) / 1e6,
  };
  writeSync(3, JSON.stringify(result));
  process.exit();
}
