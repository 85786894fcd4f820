import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { explain } from '../../../cli/explain/explain.ts';
import { checkState } from '../../../cli/explain/state-file.ts';
import { bucketOfStateFile } from '../../../cli/explain/state-file-bucket.ts';
import { ResealError } from '../../../src/errors.ts';
import { parsePolicy } from '../../../src/policy/document/document.ts';
import { STATES } from '../../states/explained-state.ts';

const POLICY = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' } });
const WRONG = [null, [], {}, 'x', 7];

/** Between them these have most members that a state file can have. */
const FILES = [
  'replication-bucket-key-admitted',
  'access-point-delegation',
  'cloudfront-logs-acl',
  'flapping',
  'website',
];

describe('a member of a wrong shape is named, or judged, and never breaks anything', () => {
  for (const name of FILES) {
    test(name, async (t) => {
      const state: unknown = JSON.parse(readFileSync(path.join(STATES, `${name}.json`), 'utf8'));
      const told = { refused: 0, judged: 0 };
      for (const place of placesIn(state)) {
        for (const wrong of WRONG) told[await outcomeOf(replaced(state, place, wrong))] += 1;
      }
      assert.ok(told.refused > 0);
      t.diagnostic(`${told.refused} were refused, ${told.judged} judged`);
    });
  }
});

async function outcomeOf(state: unknown): Promise<'refused' | 'judged'> {
  const checked = checkState(state);
  if ('problems' in checked) {
    for (const { expected, found } of checked.problems) assert.ok(expected !== '' && found !== '');
    return 'refused';
  }
  const { asked, deps } = bucketOfStateFile(checked.state);
  try {
    await explain(asked, POLICY, deps);
  } catch (error) {
    if (!(error instanceof ResealError)) throw error;
  }
  return 'judged';
}

type Place = readonly (string | number)[];

/** Every place of a document but those inside policies, which have tests of their own. */
function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null || at.includes('Statement')) return [at];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [at, ...steps.flatMap((step) => placesIn(Reflect.get(value, step), [...at, step]))];
}

function replaced(value: unknown, [step, ...rest]: Place, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.with(Number(step), replaced(value[Number(step)], rest, by));
  return { ...Object(value), [step]: replaced(Reflect.get(Object(value), step), rest, by) };
}
