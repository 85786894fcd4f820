import assert from 'node:assert/strict';
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { backfillForPeople, planForPeople } from '../../../scripts/scenario/backfill/backfill-for-people.ts';
import {
  backfillOffences,
  type BackfillResult,
  comparedWith,
  methodsOf,
  planOf,
} from '../../../scripts/scenario/backfill/backfill-result.ts';
import { invokeCommand } from '../../../scripts/scenario/invoke-sweep.ts';
import { type LedgerJob, type LedgerView, UNKNOWN } from '../../../scripts/scenario/ledger-view.ts';
import { compilePolicyFile } from '../../../cli/policy-file.ts';
import { templateWithout, templateWithPolicy } from '../../loop/changed-template.ts';
import { PATIENCE_MS, playSmall } from './play-small.ts';

const view = (verdict: string, price?: string): LedgerView => ({
  ...UNKNOWN,
  verdict,
  ...(price === undefined ? {} : { price }),
});

describe('the plan', () => {
  test('adds up the prices of the ledger by the cent', () => {
    const views = new Map([
      ['some', view('repair', 'At most $0.10 once. 1 job at $0.25')],
      ['large', view('repair', 'At least $1,234.20 once for the jobs alone')],
      ['fine', view('compliant')],
    ]);
    assert.deepEqual(planOf(views), {
      buckets: [
        { bucket: 'fine', verdict: 'compliant', usd: 0, atLeast: false },
        { bucket: 'large', verdict: 'repair', usd: 1234.2, atLeast: true },
        { bucket: 'some', verdict: 'repair', usd: 0.1, atLeast: false },
      ],
      usd: 1234.3,
      atLeast: true,
    });
  });

  test('is a line for each bucket, and its price in all', () => {
    const plan = planOf(new Map([['some', view('repair', 'At most $0.50 once.')]]));
    assert.deepEqual(planForPeople(plan, 80), [
      '  bucket verdict price',
      '  some   repair  $0.50',
      'The plan: 1 of 1 buckets are repaired, for at most $0.50 in all.',
    ]);
  });
});

const job = (changes: Partial<LedgerJob>): LedgerJob => ({
  jobId: 'id',
  bucket: 'some',
  account: '111111111111',
  region: 'eu-west-1',
  isClosed: true,
  status: 'complete',
  method: 'copy',
  succeeded: 1,
  ...changes,
});

test('jobs are counted by what they did, and one without an object has not failed', () => {
  const jobs = [job({}), job({ method: 'update-encryption', succeeded: 0, status: 'nothing-to-do' })];
  assert.deepEqual(methodsOf(jobs), [
    { method: 'update', jobs: 1, nothingToDo: 1, objects: 0 },
    { method: 'copy', jobs: 1, nothingToDo: 0, objects: 1 },
  ]);
});

test('jobs of buckets without a price are told apart', () => {
  const plan = planOf(new Map([['some', view('repair', 'At most $0.26 once.')]]));
  assert.deepEqual(comparedWith(plan, [job({}), job({ bucket: 'fine' })]), {
    unplanned: { buckets: ['fine'], jobs: 1 },
    plannedUsd: 0.25,
  });
});

test('the command is what a person types', () => {
  const place = { account: '111111111111', region: 'eu-west-1' };
  assert.equal(
    invokeCommand({ sweepFunction: 'reseal-prod-sweep', payload: { observe: true }, place }),
    `aws lambda invoke --region eu-west-1 --function-name reseal-prod-sweep --payload '{"observe":true}' answer.json`,
  );
});

const SIZE = { objects: 2 };

describe('the scenario backfill', () => {
  test(
    'ends with every object at the standard or named, by update and by copy, for the price that it said',
    { timeout: PATIENCE_MS },
    async () => {
      const { result, offences, said, forPeople } = await playSmall('backfill', SIZE);
      assert.deepEqual(offences, []);
      const { plan, methods, plannedUsd, objectsBelowStandard, objectsReencrypted } = result as BackfillResult;
      assert.equal(objectsBelowStandard, 0);
      assert.ok(plan.usd >= plannedUsd && plannedUsd > 0);
      assert.ok(methods.every(({ objects }) => objects > 0));
      assert.ok(objectsReencrypted > 0);
      assert.ok(said.some((line) => line.startsWith('$ aws lambda invoke ')));
      assert.ok(said.some((line) => line.startsWith('The plan: 3 of ')));
      for (const columns of [60, 80])
        assert.deepEqual(
          forPeople(columns)
            .split('\n')
            .filter((line) => line.length > columns && !/\S{30}/.test(line)),
          [],
        );
      const page = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8');
      const members = [result, plan, plan.buckets[0], methods[0], (result as BackfillResult).unplanned];
      assert.deepEqual(
        members.flatMap((one) => Object.keys(one ?? {})).filter((name) => !page.includes(`\`${name}\``)),
        [],
      );
      assert.match(backfillForPeople(result as BackfillResult, 80), /0 objects below\s+standard$/);
    },
  );

  test(
    'names the objects of which a role with too few rights has not taken care',
    { timeout: PATIENCE_MS },
    async () => {
      using template = templateWithout('CopyBatchRole', 'kms:GenerateDataKey');
      const { offences } = await playSmall('backfill', SIZE, (packaged) => template.of(packaged));
      assert.deepEqual(offences, [
        'existing-objects-1: 2 objects below standard',
        'storage-classes-2: 10 objects below standard',
        'jobs: expected objects by copy jobs, found none',
      ]);
    },
  );

  test(
    'names every bucket that a policy which only observes has left as it was',
    { timeout: PATIENCE_MS },
    async () => {
      const observing = readFileSync('reseal.yaml', 'utf8').replace('mode: enforce', 'mode: observe');
      using folder = mkdtempDisposableSync(path.join(tmpdir(), 'reseal-'));
      const file = path.join(folder.path, 'observe.yaml');
      writeFileSync(file, observing);
      using template = templateWithPolicy(compilePolicyFile(file).json);
      const { offences } = await playSmall('backfill', SIZE, (packaged) => template.of(packaged));
      assert.deepEqual(
        offences.filter((one) => one.includes('only judged')),
        ['existing-objects-1', 'storage-classes-2', 'object-lock-3'].map(
          (bucket) => `${bucket}: expected to be repaired, found that it was only judged`,
        ),
      );
    },
  );
});

test('what differs from the plan is named', () => {
  const plan = planOf(new Map([['some', view('compliant')]]));
  const told = { results: [], broken: [], jobs: 1, objectsRead: 1, plannedUsd: 1, methods: methodsOf([]), plan };
  assert.deepEqual(backfillOffences(told as unknown as BackfillResult, new Map([['some', 'repair']])), [
    'some: expected the plan to say repair, found compliant',
    'price: expected 0 US dollars at most, as planned, found 1',
    'jobs: expected all of them closed, found 0 of 1',
    'jobs: expected objects by update jobs, found none',
    'jobs: expected objects by copy jobs, found none',
  ]);
});
