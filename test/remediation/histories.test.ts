import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Ended, played } from './histories/ends.ts';
import { imaginedHistory } from './histories/imagined-history.ts';
import { STORIES } from './histories/stories.ts';

/** Recorded, so that a failure is the same failure tomorrow. `npm run histories` and `npm run check` play 10,000. */
const SEED = Number(process.env['RESEAL_SEED'] ?? 20_261_130);
const RUNS = Number(process.env['RESEAL_HISTORIES'] ?? 1_000);

/** They take seconds on a quiet machine; on a busy one they may take as many minutes. */
const PATIENCE_MS = 1_800_000;

/** The net is wide: each of these is seen in 1 of 100 histories at least. */
const WANTED = [
  'aimed die-after',
  'aimed lose',
  'aimed overwrite',
  'aimed remove',
  'act cancel-job',
  'act create',
  'act delete',
  'act delete-encryption',
  'act overwrite',
  'act publish',
  'act put',
  'act remove',
  'act rollback',
  'invocation died',
  'invocation failed',
  'job asked',
  'job closed',
  'job closed-before',
  'job confirmed',
  'job launched',
  'jobs',
  'objects copied',
  'old versions updated',
  'older policy',
  'objects by our own function',
  'outcome compliant',
  'outcome deferred',
  'outcome exempt',
  'outcome hold',
  'outcome repair',
  'outcome unreadable',
  'piece-done',
  'piece-goes-on',
  'rollback done',
  'skewed clock',
  'twist act',
  'twist lose',
  'twist other',
  'twist slow',
  'twist twice',
];

describe('whatever happens to a bucket, to its policy and to each call', () => {
  test(
    'in the end it has its standard, nothing is lost or changed, nothing is left, and nothing is paid twice',
    { timeout: PATIENCE_MS },
    async (t) => {
      const seen = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(imaginedHistory, async (history) => {
          const ended = await played(history, STORIES);
          for (const [what, times] of ended.seen) seen.set(what, (seen.get(what) ?? 0) + times);
          if (ended.broken.length > 0) assert.fail(inLines(ended));
        }),
        { seed: SEED, numRuns: RUNS },
      );
      t.diagnostic(`${RUNS} histories, seed ${SEED}`);
      if (RUNS > 1_000) console.log(told(seen));
      assert.deepEqual(
        WANTED.filter((what) => (seen.get(what) ?? 0) < RUNS / 100),
        [],
        told(seen),
      );
    },
  );
});

function inLines({ broken, trace }: Ended): string {
  return [...broken, ...trace].join('\n');
}

function told(seen: ReadonlyMap<string, number>): string {
  const lines = [...seen].toSorted(([a], [b]) => a.localeCompare(b)).map(([what, times]) => `${times} ${what}`);
  return `${RUNS} histories, seed ${SEED}\n${lines.join('\n')}`;
}
