import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createKeyRange } from '../../src/aws/bucket/key-range.ts';
import type { KeyRange } from '../../src/policy/copy/range-halves.ts';
import { splitRange } from '../../src/remediation/split-range.ts';
import { ACCOUNT, openAws } from '../aws/fixture.ts';

test('a bucket is listed in ranges that are parted after each page: every key once', async () => {
  await using open = await openAws();
  const owned = { bucket: await open.bucket('example-bucket'), account: ACCOUNT };
  const keys = Array.from(
    { length: 60 },
    (_, at) => `día/2026-${String(1 + (at % 12)).padStart(2, '0')}/\u0001😀${at}`,
  );
  for (const Key of keys) await open.clients.s3.send(new PutObjectCommand({ Bucket: owned.bucket, Key, Body: 'x' }));
  const read = createKeyRange(open.clients.s3);
  const waiting: KeyRange[] = [{ after: '' }];
  const listed: string[] = [];
  let parted = 0;
  for (let range = waiting.shift(); range !== undefined; range = waiting.shift()) {
    const { objects, done } = await read({ ...owned, ...range, atMost: 5 });
    listed.push(...objects.map(({ key }) => key));
    if (done) continue;
    const rest = { ...range, after: objects.at(-1)?.key ?? '' };
    const halves = await splitRange(rest, async (after) => {
      const page = await read({ ...owned, ...rest, after, atMost: 1 });
      return page.objects[0]?.key;
    });
    parted += halves === undefined ? 0 : 1;
    waiting.push(...(halves === undefined ? [rest] : [halves.lower, halves.upper]));
  }
  assert.deepEqual(listed.toSorted(), keys.toSorted());
  assert.ok(parted > 0, String(parted));
});

test('a range that ended meanwhile is left whole', async () => {
  assert.equal(await splitRange({ after: 'a' }, async () => undefined), undefined);
});
