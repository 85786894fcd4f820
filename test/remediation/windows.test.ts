import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { imagineWindows, RULES_PUT } from './imagined-windows.ts';

/** Recorded, so that a failure is the same failure tomorrow. `npm run histories` plays more. */
const SEED = 20_261_130;
const RUNS = Math.min(2_000, Number(process.env['RESEAL_HISTORIES'] ?? 200));

const DAY_S = 24 * 3_600;
const NAMES = Object.keys(RULES_PUT) as (keyof typeof RULES_PUT)[];

/** When CloudTrail's copies of one event come: behind the settle delay, in any order, once or twice. */
const lateness = fc.array(
  fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 60, max: 200 }) }, fc.integer({ min: 60, max: 20_000 })),
  { minLength: 1, maxLength: 2 },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put'), rule: fc.constantFrom(...NAMES), late: lateness }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete'), late: lateness }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('upload'),
      completes: fc.boolean(),
      afterSeconds: fc.oneof(
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 0, max: 6 * DAY_S }),
        fc.integer({ min: 8 * DAY_S, max: 9 * DAY_S }),
        fc.constant(Infinity),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep') }) },
);
const pause = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 600 }));
/** How far the clock of the first look is from AWS's: S3 takes no request beyond a quarter of an hour. */
const skewSeconds = fc.integer({ min: -890, max: 890 });

type Step = {
  kind: string;
  rule?: keyof typeof RULES_PUT;
  late?: number[];
  completes?: boolean;
  afterSeconds?: number;
};

async function played(skew: number, steps: readonly [Step, number][]) {
  const world = imagineWindows();
  world.skew(skew);
  world.sweep();
  await world.pass(1_000);
  world.skew(0);
  for (const [{ kind, rule, late = [], completes = true, afterSeconds = 0 }, seconds] of steps) {
    if (kind === 'put') world.put(rule, late);
    if (kind === 'delete') world.put(undefined, late);
    if (kind === 'write') world.write();
    if (kind === 'upload') world.write({ completes, afterSeconds });
    if (kind === 'sweep') world.sweep();
    await world.pass(seconds);
  }
  for (let day = 1; day <= 12; day += 1) {
    world.sweep();
    await world.pass(DAY_S);
  }
  return world;
}

test('whatever is put in whatever order its events come, and whenever uploads end, no object stays below unnamed', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      skewSeconds,
      fc.array(fc.tuple(step, pause), { minLength: 2, maxLength: 14 }),
      async (skew, steps) => {
        const world = await played(skew, steps);
        const left = world.objects.filter((object) => object.state === 'there' && world.isBelow(object));
        // What completes after it was given up is named.
        const isLate = ({ begunMs, endedMs = begunMs }: (typeof left)[0]) => endedMs - begunMs > 7 * DAY_S * 1_000;
        const isNamed = world.named.includes('uploads-given-up');
        assert.deepEqual(
          left.filter((object) => !isNamed || !isLate(object)),
          [],
        );
        const { belowSince, pending, openUploads, claimOwner } = world.item();
        assert.deepEqual({ belowSince, pending, openUploads, claimOwner }, NOTHING_OPEN);
        for (const code of new Set(world.named)) seen.set(code, (seen.get(code) ?? 0) + 1);
      },
    ),
    { seed: SEED, numRuns: RUNS },
  );
  for (const code of ['uploads-open', 'uploads-given-up']) {
    assert.ok((seen.get(code) ?? 0) > RUNS / 100, `${code} is seldom seen: ${seen.get(code)}`);
  }
});

const NOTHING_OPEN = { belowSince: undefined, pending: undefined, openUploads: undefined, claimOwner: undefined };

test('a drift that no event told is found from its beginning, although a clock that was ahead saw the bucket right last', async () => {
  const world = imagineWindows();
  world.skew(600);
  world.sweep();
  await world.pass(60);
  world.skew(0);
  world.put('weak', []);
  world.write();
  await world.pass(3_600);
  world.sweep();
  await world.pass(60);
  assert.deepEqual(world.objects.map(world.isBelow), [false]);
});
