import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { ClassResult } from '../../../../scripts/scenario/objects/check-versions.ts';
import {
  objectsForPeople,
  objectsOffences,
  type ObjectsResult,
  objectsResult,
  objectsSummary,
} from '../../../../scripts/scenario/objects/objects-result.ts';
import type { JobRecord } from '../../../../scripts/scenario/objects/read-namings.ts';

const ONE: ClassResult = {
  class: 'other-key-no-bucket-key',
  expected: 'updated',
  objects: 5,
  updated: 5,
  copied: 0,
  kept: 0,
  named: 0,
  silent: 0,
  codes: [],
};
const NAMED: ClassResult = { ...ONE, class: 'sse-c', expected: 'named', updated: 0, named: 5, codes: ['sse-c'] };

const TOLD = {
  faults: [{ kind: 'throttle', operation: 'CreateJob', played: 3 }],
  meddled: { cancelled: { tried: 2, of: 80 }, replaced: 20, confirmed: 1 },
  mostJobs: 6,
  sweeps: 4,
  seconds: 60,
};

const job = (changes: Partial<JobRecord>) => ({ token: 't', closedAt: 'now', ...changes }) as JobRecord;

function resultOf(changes: Partial<ObjectsResult> = {}): ObjectsResult {
  return { ...objectsResult({ classes: [ONE, NAMED], offences: [] }, [job({})], TOLD), ...changes };
}

function offencesOf(changes: Partial<ObjectsResult>, offences: string[] = []): string[] {
  return objectsOffences(resultOf(changes), { classes: [], offences }, { maxActiveJobs: 6 });
}

describe('the result of the scenario objects', () => {
  test('is the sum of its classes', () => {
    const { objects, updated, named, silent, jobs, jobsClosed } = resultOf();
    assert.deepEqual(
      { objects, updated, named, silent, jobs, jobsClosed },
      {
        objects: 10,
        updated: 5,
        named: 5,
        silent: 0,
        jobs: 1,
        jobsClosed: 1,
      },
    );
    assert.deepEqual(offencesOf({}), []);
  });

  test('ends with one line', () => {
    assert.equal(
      objectsSummary(resultOf()),
      "reseal: 2 classes, 10 objects, 5 updated in place, 0 copied, 0 right already, 5 named, 0 left without a word, 1 job (0 of Reseal's own with 0 objects), 6 at once, 4 sweeps, 60 s",
    );
  });

  test('is shown in as many columns as there are', () => {
    for (const columns of [40, 72, 80, 120]) {
      const lines = objectsForPeople(resultOf(), columns).split('\n');
      assert.deepEqual(
        lines.filter(({ length }) => length > columns),
        [],
      );
    }
  });

  test('names codes in full in 80 columns, beside the longest class', () => {
    const classes = [{ ...NAMED, class: ONE.class, codes: ['AccessDenied', 'SlowDown'] }];
    assert.match(objectsForPeople(resultOf({ classes }), 80), /AccessDenied SlowDown\n/);
  });

  test('has every member in docs/json.md', () => {
    const page = readFileSync(new URL('../../../../docs/json.md', import.meta.url), 'utf8');
    const result = resultOf();
    const members = [result, result.classes[0], result.faults[0], result.meddled, result.meddled.cancelled];
    assert.deepEqual(
      members.flatMap((one) => Object.keys(one ?? {})).filter((name) => !page.includes(`\`${name}\``)),
      [],
    );
  });
});

describe('an offence', () => {
  test('is told in a few lines of each class', () => {
    const offences = ['sse-s3: one', 'sse-s3: two', 'sse-s3: three', 'sse-s3: four', 'dsse: one'];
    assert.deepEqual(offencesOf({}, offences), [
      'sse-s3: one',
      'sse-s3: two',
      'sse-s3: and 2 more such offences',
      'dsse: one',
    ]);
  });

  test('is a job that stays open, one too many at once, a fault that nothing met, and people who did nothing', () => {
    const meddled = { cancelled: { tried: 0, of: 0 }, replaced: 0, confirmed: 0 };
    const faults = [{ kind: 'reset', operation: 'CreateJob', played: 0 }];
    assert.deepEqual(offencesOf({ jobsClosed: 0, mostJobs: 7, faults, meddled }), [
      'jobs: expected all of them closed, found 0 of 1',
      'jobs: expected 6 at once at most, found 7',
      'faults: expected reset of CreateJob, found that nothing called it',
      'people: expected a job cancelled in the middle, found none',
      'people: expected objects written anew while their job ran, found none',
      'people: expected a job above its ceiling to be confirmed, found none',
    ]);
  });
});
