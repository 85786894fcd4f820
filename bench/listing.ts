/**
 * Lists a bucket of 10,000,000 keys in one range and in ranges that part themselves, as a job of our own copies does. S3 is stubbed at the SDK's client,
 * and time is simulated: a page takes 100 ms, the answer to a look for one key 30 ms, each by up to a half more or less, and a range that was parted
 * begins after 500 ms. What is done with the objects takes no time here. Prints medians of keys a second, and fails where a key is not listed once.
 */
import { createKeyRange } from '../src/aws/bucket/key-range.ts';
import { type KeyRange, MOST_RANGES } from '../src/policy/copy/range-halves.ts';
import { splitRange } from '../src/remediation/split-range.ts';
import { median } from './figures/median.ts';
import { createClock } from './listing/clock.ts';
import { type Shape, shapesOf } from './listing/shapes.ts';
import { stubbedBucket } from './listing/stubbed-bucket.ts';

const KEYS = Number(process.env['KEYS'] ?? 10_000_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const PAGE_MS = 100;
const LOOK_MS = 30;
const BEGIN_MS = 500;
const OWNED = { bucket: 'large-bucket', account: '111111111111' };

for (const shape of shapesOf(KEYS)) {
  // Over so many pages chance evens out.
  const serial = [await listed(shape, 1, 1)];
  const parallel: Listed[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) parallel.push(await listed(shape, MOST_RANGES, round));
  const [slow, fast] = [serial, parallel].map((runs) => median(runs.map(({ seconds }) => KEYS / seconds)));
  const of = (name: 'ranges' | 'looks' | 'pages' | 'seconds') => median(parallel.map((run) => run[name]));
  console.log(
    `${shape.name}: ${inWords(fast)} keys/s in parallel, ${inWords(slow)} one after the other: ${((fast ?? 0) / (slow ?? 1)).toFixed(1)} times that; ` +
      `${of('seconds').toFixed(0)} s, ${of('ranges')} ranges (at most ${MOST_RANGES} at once), ${of('pages')} pages, ${of('looks')} looks`,
  );
}

interface Listed {
  seconds: number;
  ranges: number;
  pages: number;
  looks: number;
}

async function listed(shape: Shape, most: number, seed: number): Promise<Listed> {
  const clock = createClock();
  const figures = { ranges: 0, pages: 0, looks: 0 };
  const chance = chanceOf(seed);
  const read = createKeyRange(
    stubbedBucket(shape, KEYS, (keys) => clock.wait((keys === 1 ? LOOK_MS : PAGE_MS) * (0.5 + chance()))),
  );
  const seen = new Uint8Array(KEYS);
  let open = 0;
  const listRange = async (begun: KeyRange) => {
    let range = begun;
    for (;;) {
      const { objects, done } = await read({ ...OWNED, ...range });
      figures.pages += 1;
      for (const { etag } of objects) seen[Number(etag)] = (seen[Number(etag)] ?? 0) + 1;
      if (done) break;
      range = { ...range, after: objects.at(-1)?.key ?? '' };
      if (open >= most) continue;
      // Taken before it is known whether the range can be parted.
      open += 1;
      const halves = await splitRange(range, async (after) => {
        figures.looks += 1;
        return (await read({ ...OWNED, ...range, after, atMost: 1 })).objects[0]?.key;
      });
      if (halves === undefined) open -= 1;
      else {
        range = halves.lower;
        begin(halves.upper, BEGIN_MS);
      }
    }
    open -= 1;
  };
  const failed: unknown[] = [];
  const begin = (range: KeyRange, inMs: number) => {
    figures.ranges += 1;
    clock
      .wait(inMs)
      .then(() => listRange(range))
      .catch((error: unknown) => failed.push(error));
  };
  open += 1;
  begin({ after: '' }, 0);
  await clock.run();
  if (failed.length > 0) throw failed[0];
  const wrong = seen.findIndex((times) => times !== 1);
  if (wrong >= 0) throw new Error(`${shape.keyAt(wrong)} was listed ${seen[wrong]} times`);
  return { seconds: clock.nowMs / 1_000, ...figures };
}

/** Numbers from 0 to 1, the same for the same seed. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function inWords(rate: number | undefined): string {
  return Math.round(rate ?? Number.NaN).toLocaleString('en-US');
}
