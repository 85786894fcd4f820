import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { scenarioOptions } from '../../scripts/scenario/options.ts';
import { pictureOf } from '../../scripts/scenario/picture.ts';
import { placesFor } from '../../scripts/scenario/place.ts';
import { plays } from '../../scripts/scenario/play.ts';
import type { ScenarioResult } from '../../scripts/scenario/result.ts';
import { compilePolicyFile } from '../../cli/policy-file.ts';
import { explainedState } from '../states/explained-state.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const RECORDED: ScenarioResult = JSON.parse(read('result.json'));

/** The names of all members, without those inside of what belongs to somebody else. */
function membersOf(value: unknown, skipped: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => membersOf(one, skipped));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    name,
    ...(skipped.includes(name) ? [] : membersOf(member, skipped)),
  ]);
}

describe('docs/json.md', () => {
  const page = read('json.md');
  const missing = (value: unknown) =>
    [...new Set(membersOf(value, ['statement', 'standard', 'found', 'write', 'cost']))].filter(
      (name) => !page.includes(`\`${name}\``),
    );

  test('names every member of a result', () => assert.deepEqual(missing(RECORDED), []));

  test('names every member of an explanation', async () => {
    for (const name of ['alias-in-rule', 'cloudtrail-not-granted'])
      assert.deepEqual(missing(await explainedState(name)), [], name);
  });

  test('would be found to lack one', () => assert.deepEqual(missing({ unheardOf: 1 }), ['unheardOf']));
});

describe('the picture in README', () => {
  test('shows the recorded result as npm start shows it today', () =>
    assert.equal(read('result.svg'), pictureOf(RECORDED)));

  test('is of a run as it is played today, with the verdicts of today', () => {
    const { document } = compilePolicyFile('reseal.yaml');
    const options = scenarioOptions(document, { buckets: 8, objects: 5 });
    const cast = plays({ ...options, places: placesFor(options.standard.key), algorithm: options.standard.algorithm });
    const told = RECORDED.results.map(({ bucket, account, region, verdict }) => ({ bucket, account, region, verdict }));
    const expected = cast.map(({ bucket, place: { account, region }, expected: verdict }) => ({
      bucket,
      account,
      region,
      verdict,
    }));
    assert.deepEqual(told.slice(0, expected.length), expected);
    assert.deepEqual([RECORDED.objectsBelowStandard, RECORDED.broken], [0, []]);
  });
});
