import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRunSpending } from '../../../src/aws/ledger/run-spending.ts';
import { openAws, TABLE } from '../fixture.ts';

const AT = '2026-11-30T10:00:00.000Z';

test('the plans of a run spend up to its ceiling, each once, and a smaller one may fit where a larger one did not', async () => {
  await using fixture = await openAws();
  const spend = createRunSpending(fixture.clients.dynamoDb, TABLE);
  const plan = (name: string, usd: number, run = 'sweep-1') => spend({ run, plan: name, usd, ceilingUsd: 1, at: AT });
  assert.equal(await plan('a', 0.6), true);
  assert.equal(await plan('a', 0.6), true);
  assert.equal(await plan('b', 0.5), false);
  assert.equal(await plan('c', 0.4), true);
  assert.equal(await plan('d', 0.01), false);
  assert.equal(await plan('b', 0.5, '2026-11-30'), true);
  assert.equal(await plan('too much', 1.01, 'sweep-2'), false);
});

test('plans that spend at once never go above the ceiling together', async () => {
  await using fixture = await openAws();
  const spend = createRunSpending(fixture.clients.dynamoDb, TABLE);
  const plans = Array.from({ length: 20 }, (_, plan) =>
    spend({ run: 'sweep-1', plan: String(plan), usd: 0.25, ceilingUsd: 2, at: AT }),
  );
  assert.equal((await Promise.all(plans)).filter(Boolean).length, 8);
});
