import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { castFleet, DRIFTS } from '../../../scripts/scenario/fleet/fleet-cast.ts';
import { fleetForPeople, regionTable } from '../../../scripts/scenario/fleet/fleet-for-people.ts';
import { fleetOffences, type FleetResult, fleetResult } from '../../../scripts/scenario/fleet/fleet-result.ts';
import type { LedgerJob } from '../../../scripts/scenario/ledger-view.ts';
import type { BucketResult } from '../../../scripts/scenario/result.ts';
import { PATIENCE_MS, playSmall } from './play-small.ts';

const SIZE = { accounts: 50, buckets: 2000, objects: 5, seed: 1 };
const FLEET = castFleet(SIZE);

describe('the cast of a fleet', () => {
  test('has a tenth of its buckets drift, each way in turn, and a twentieth of what tells it lost', () => {
    const kinds = Map.groupBy(FLEET.plays, ({ kind }) => kind);
    assert.deepEqual(
      [...Object.keys(DRIFTS), 'already-right'].map((kind) => kinds.get(kind as 'new')?.length),
      [67, 67, 66, 1800],
    );
    assert.deepEqual([FLEET.silent.size, FLEET.unheard.size], [10, 10]);
    for (const bucket of [...FLEET.silent, ...FLEET.unheard])
      assert.notEqual(FLEET.plays.find((play) => play.bucket === bucket)?.kind, 'already-right');
  });

  test('spreads them over every account in four Regions', () => {
    const places = new Set(FLEET.plays.map(({ place }) => `${place.account} ${place.region}`));
    assert.equal(places.size, 200);
    assert.equal(FLEET.layout.members.length, 48);
  });

  test('is the same for a seed, and another one for another', () => {
    assert.deepEqual(castFleet(SIZE), FLEET);
    assert.notDeepEqual(castFleet({ ...SIZE, seed: 2 }).silent, FLEET.silent);
  });

  test('has each way of drifting, and something lost, in the smallest too', () => {
    const { plays, silent } = castFleet({ ...SIZE, accounts: 3, buckets: 12 });
    assert.equal(plays.filter(({ kind }) => kind !== 'already-right').length, 3);
    assert.equal(silent.size, 1);
  });
});

const RESULTS = FLEET.plays.map(({ bucket, place, expected }): BucketResult => {
  const told = { reasons: [], rule: 'default', before: 'SSE-S3', after: 'SSE-KMS (standard key)' };
  const objects = { total: 1, identical: 1, reencrypted: 1, below: 0, excused: 0 };
  return { bucket, ...place, verdict: expected, ...told, objects };
});

const JOB: LedgerJob = {
  jobId: 'id',
  bucket: 'bucket-00001',
  account: '111111111111',
  region: 'eu-west-1',
  isClosed: true,
  status: 'complete',
  method: 'copy',
  succeeded: 1,
};

/** A fleet in which all came as it should. */
function good(changes: Partial<FleetResult> = {}): FleetResult {
  const drifted = FLEET.plays.filter(({ kind }) => kind !== 'already-right').map(({ bucket }) => bucket);
  const events = new Map([['CreateBucket', { event: 'CreateBucket', sent: 200, lost: 10 }]]);
  const byEvents = new Set(drifted.filter((bucket) => !FLEET.silent.has(bucket)));
  const told = { fleet: FLEET, size: SIZE, results: RESULTS, events, byEvents, sweepSeconds: 7 };
  return { ...fleetResult(told, [JOB]), seconds: 30, ...changes };
}

describe('what came in another way than expected', () => {
  test('is nothing where all did', () => {
    const { drifted, foundByEvents, foundBySweep, repaired, named, eventsLost } = good();
    assert.deepEqual([drifted, foundByEvents, foundBySweep, repaired, named, eventsLost], [200, 190, 10, 200, 0, 10]);
    assert.deepEqual(fleetOffences(good(), FLEET), []);
  });

  test('is told with what was expected, and not two thousand times', () => {
    const [first, second, third, ...others] = RESULTS;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const reasons = [{ code: 'key-not-found', message: 'no key' }];
    const results = [
      { ...first, after: 'SSE-S3' },
      { ...second, after: 'SSE-S3', verdict: 'hold', reasons },
      ...others,
    ];
    assert.deepEqual(fleetOffences(good({ results, jobsClosed: 0, eventsLost: 0 }), FLEET), [
      'bucket-00003: expected to be read back, found no such bucket',
      'bucket-00001: expected its standard, SSE-KMS (standard key), or a reason, found SSE-S3',
      'bucket-00002: expected the verdict compliant, found hold',
      'jobs: expected all of them closed, found 0 of 1',
      'events: expected at least 10 lost, found 0',
    ]);
    const none = fleetOffences(good({ results: [] }), FLEET);
    assert.equal(none.length, 21);
    assert.equal(none.at(-1), 'and 1980 more such offences; --json has every bucket');
  });
});

describe('what a person reads of it', () => {
  for (const columns of [40, 72, 80])
    test(`is no wider than ${columns} columns`, () => {
      const lines = fleetForPeople(good(), columns).split('\n');
      assert.deepEqual(
        lines.filter((line) => line.length > columns),
        [],
      );
    });

  test('has a line for each Region and one for their sum', () => {
    assert.deepEqual(regionTable(good(), 80).split('\n').slice(-1), [
      '4 Regions         2000     200      190       10      200    0    1',
    ]);
  });
});

test('docs/json.md names every member of the result of a fleet', () => {
  const page = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8');
  const { regions, events } = good();
  const members = [good(), regions[0], events[0]].flatMap((one) => Object.keys(one ?? {}));
  assert.deepEqual(
    members.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

test('of a small fleet the sweep finds what the lost events would have told', { timeout: PATIENCE_MS }, async () => {
  const { result, offences, said } = await playSmall('org', { accounts: 3, buckets: 12, objects: 1 });
  assert.deepEqual(offences, []);
  const { drifted, repaired, foundBySweep, jobs, jobsClosed, objectsBelowStandard } = result as FleetResult;
  assert.deepEqual([drifted, repaired, foundBySweep, objectsBelowStandard], [3, 3, 1, 0]);
  assert.equal(jobsClosed, jobs);
  assert.equal(said[0], 'an organization of 3 accounts in 4 Regions with 12 buckets; seed 1');
});
