import assert from 'node:assert/strict';
import { test } from 'node:test';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import { createJobWishes } from '../../../src/aws/ledger/job-wishes.ts';
import { jobKey } from '../../../src/ledger/job-item.ts';
import type { WishedFor } from '../../../src/ledger/job-item.ts';
import { openAws, TABLE } from '../fixture.ts';
import { itemOf } from './ledger-item-of.ts';

const PLACE = { bucket: 'b', account: '111111111111', region: 'eu-west-1' };
const ENDED = { jobId: 'j', closedAt: '2026-11-02T10:00:00.000Z' };

test('a wish is written where it makes sense as the job stands, and nowhere else', async () => {
  await using open = await openAws();
  const { dynamoDb } = open.clients;
  const wish = createJobWishes(dynamoDb, TABLE);
  const rows: [item: object, makeSense: WishedFor[]][] = [
    [{ status: 'queued' }, ['cancel']],
    [{ status: 'queued', needsConfirmation: 'dear' }, ['confirm', 'cancel']],
    [{ status: 'open', jobId: 'j' }, ['cancel']],
    [{ status: 'open', jobId: 'j', needsConfirmation: 'dear' }, ['confirm', 'cancel']],
    [{ status: 'suspended', jobId: 'j' }, ['confirm', 'cancel']],
    [{ status: 'failed', ...ENDED }, ['retry']],
    [{ status: 'expired', ...ENDED }, ['retry']],
    [{ status: 'complete', ...ENDED }, []],
    [{ status: 'nothing-to-do', ...ENDED }, []],
    [{ status: 'failed', ...ENDED, nextToken: 'n' }, []],
    [{ status: 'suspended', jobId: 'j', wish: { what: 'cancel', by: 'x', at: 'y' } }, []],
  ];
  for (const [index, [item, makeSense]] of rows.entries())
    for (const what of ['confirm', 'cancel', 'retry'] as const) {
      const token = `${index}-${what}`;
      await update(dynamoDb, { table: TABLE, key: jobKey(token), set: { token, ...PLACE, ...item } });
      const asked = { what, by: 'arn:eva', at: '2026-11-30T16:00:00.000Z' };
      const wished = await wish(token, asked);
      const { wish: stands } = (await itemOf(dynamoDb, jobKey(token))) ?? {};
      assert.equal(wished.written, makeSense.includes(what), `${JSON.stringify(item)} ${what}`);
      if (wished.written) assert.deepEqual(stands, asked);
      else assert.equal(wished.job?.token, token);
    }
  for (const what of ['confirm', 'cancel', 'retry'] as const)
    assert.deepEqual(await wish('nobody', { what, by: 'x', at: 'y' }), { written: false, job: undefined });
});
