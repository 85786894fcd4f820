import { packageStack } from '../../scripts/package.ts';
import { roundsOf, STORIES } from '../aws-calls/stories.ts';
import { bundleBytes, FUNCTIONS } from '../figures/bundle-bytes.ts';
import { allocatedBytes } from './allocated-bytes.ts';
import { BUCKETS, sweepAt } from './sweep-at-hosts.ts';
import { sweptAndJudged } from './swept-and-judged.ts';

/** By the name of what is counted. */
export type Counts = Readonly<Record<string, number>>;

/** Counts that are the same on every machine, and how they are taken. */
interface Measurement {
  names: readonly string[];
  /** One number for each name. */
  measure(): Promise<readonly number[]>;
}

const SWEEP = `a sweep of ${BUCKETS} buckets`;

const MEASUREMENTS: readonly Measurement[] = [
  ...STORIES.map((story) => ({
    names: [`calls of ${story.what}`, `rounds of ${story.what}`],
    measure: async () => {
      const rounds = await roundsOf(story);
      return [rounds.flat().length, rounds.length];
    },
  })),
  {
    names: ['calls', 'rounds', 'connections', 'connections at once'].map(
      (what) => `${what} of ${SWEEP} at one host name`,
    ),
    measure: async () => {
      const { calls, rounds, opened, most } = await sweepAt({ hostNames: false });
      return [calls, rounds, opened, most];
    },
  },
  {
    names: [`connections at once of ${SWEEP} at a host name each`],
    measure: async () => [(await sweepAt({ hostNames: true })).most],
  },
  {
    names: ['SSE-S3 buckets', 'buckets under a key'].map(
      (which) => `calls beside GetBucketLogging of ${BUCKETS} right ${which}, swept and judged`,
    ),
    measure: async () => [await sweptAndJudged({ isUnderKey: false }), await sweptAndJudged({ isUnderKey: true })],
  },
  {
    names: FUNCTIONS.map((name) => `bytes of the bundle of ${name}`),
    measure: async () => {
      const { directory } = await packageStack();
      return FUNCTIONS.map((name) => bundleBytes(directory, name));
    },
  },
  {
    names: ['kilobytes allocated by a verdict under 5,000 rules'],
    measure: async () => [Math.round(allocatedBytes() / 1_000)],
  },
];

/** What `measureCounts` counts, in the order of bench/counts.json. */
export const COUNTED: readonly string[] = MEASUREMENTS.flatMap(({ names }) => names).toSorted();

export async function measureCounts(): Promise<Counts> {
  const counts: [name: string, count: number][] = [];
  for (const measurement of MEASUREMENTS) {
    const { names } = measurement;
    const values = await measurement.measure();
    if (values.length !== names.length) throw new Error(`${values.length} numbers for: ${names.join(', ')}`);
    counts.push(...values.map((value, index): [string, number] => [names[index] ?? '', value]));
  }
  return Object.fromEntries(counts.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
