import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marshall } from '@aws-sdk/util-dynamodb';
import { showProgress } from '../../../scripts/progress.ts';
import { whenTold } from '../../../scripts/scenario/act.ts';
import type { LedgerView } from '../../../scripts/scenario/ledger-view.ts';

const place = { account: '111111111111', region: 'eu-west-1' };

/** A bucket whose ledger is read again and again. */
function bucketOf(ledger: () => object) {
  const dynamoDb = { send: async () => ledger() };
  const play = { kind: 'flapping', bucket: 'invoices', place, expected: 'hold' };
  return { play, scene: { place, clients: { dynamoDb } } } as unknown as Parameters<typeof whenTold>[0];
}

test('a repair that takes 70 s is waited for', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
  const said: string[] = [];
  const out = { isTTY: false, write: (text: string) => said.push(text), on: () => out, off: () => out };
  using progress = showProgress(out as never);
  const from = Date.now();
  const item = { verdict: 'repair', reasons: [], repairs: [] };
  const act = bucketOf(() => ({ Item: marshall(item), Items: [] }));
  let holds = (_view: LedgerView) => Date.now() - from >= 70_000;
  const told = whenTold(act, { stack: undefined, progress }, { is: 'repaired 1 times', holds: (view) => holds(view) });
  while (Date.now() - from < 71_000) {
    t.mock.timers.tick(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await told;
  assert.match(
    said[0] ?? '',
    /^ {2}waiting for bucket invoices to be repaired 1 times, until \d\d:\d\d:\d\d at most\n$/,
  );
  assert.ok(said.length >= 70 / 10, 'one line in ten seconds');

  holds = () => false;
  const inVain = whenTold(
    act,
    { stack: undefined, progress },
    { is: 'repaired 2 times', holds: (view) => holds(view) },
  );
  const words = assert.rejects(inVain, {
    message: /^Waited 180 s for bucket invoices to be repaired 2 times, in vain\./,
  });
  t.mock.timers.tick(180_000);
  await words;
});
