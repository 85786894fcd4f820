import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { sampleOfFiles } from '../../../src/aws/job/report-sample.ts';
import { columnsOf } from '../../../src/aws/job/report-rows.ts';
import { randomOf } from '../../../src/policy/plan/proof.ts';
import { recordCalls } from '../../remediation/recorded-calls.ts';
import { type Fixture, openAws } from '../fixture.ts';

async function put(local: Fixture, files: Record<string, string>): Promise<void> {
  await local.bucket('reports');
  for (const [Key, Body] of Object.entries(files)) {
    await local.clients.s3.send(new PutObjectCommand({ Bucket: 'reports', Key, Body }));
  }
}

const rowOf = (key: string) => `data,${key},,succeeded,200,,"Successful"\n`;
const keysOf = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `key-${from + at}`);

const sample = async ({ clients }: Fixture, keys: string[], count: number, seed = 'seed') =>
  (await sampleOfFiles(clients.s3, { bucket: 'reports', columns: columnsOf(), keys }, count, randomOf(seed))).map(
    ({ keyCell }) => keyCell,
  );

test('a short report is read as a whole: each row at most once, the same ones for the same seed', async () => {
  await using local = await openAws();
  await put(local, { 'a.csv': keysOf(0, 40).map(rowOf).join(''), 'b.csv': keysOf(40, 60).map(rowOf).join('') });
  const files = ['a.csv', 'b.csv'];
  const first = await sample(local, files, 25);
  assert.equal(new Set(first).size, 25);
  assert.ok(first.every((key) => keysOf(0, 60).includes(key)));
  assert.deepEqual(await sample(local, files, 25), first);
  assert.notDeepEqual(await sample(local, files, 25, 'another seed'), first);
  assert.deepEqual((await sample(local, files, 1_000)).toSorted(), keysOf(0, 60).toSorted());
  assert.deepEqual(await sample(local, [], 10), []);
});

test('of a long report only some places are read, in every file, and whole rows of them', async () => {
  await using local = await openAws();
  const long = 'k'.repeat(2_000);
  await put(local, {
    'a.csv': keysOf(0, 2_000)
      .map((key) => rowOf(`${key}${long}`))
      .join(''),
    'b.csv': keysOf(2_000, 4_000)
      .map((key) => rowOf(`${key}${long}`))
      .join(''),
  });
  const calls = recordCalls(local.clients);
  const found = await sample(local, ['a.csv', 'b.csv'], 50);
  const gets = calls.filter(({ operation }) => operation === 'GetObject');
  assert.equal(gets.length, 50);
  assert.ok(gets.every(({ input }) => /^bytes=\d+-\d+$/.test(String(Reflect.get(input, 'Range')))));
  assert.ok(found.length > 40 && new Set(found).size === found.length, String(found.length));
  assert.ok(found.every((key) => /^key-\d+k{2000}$/.test(key)));
  const numbers = found.map((key) => Number(/\d+/.exec(key)?.[0]));
  assert.ok(numbers.some((at) => at < 2_000) && numbers.some((at) => at >= 2_000));
  assert.deepEqual(await sample(local, ['a.csv', 'b.csv'], 50), found);
});
