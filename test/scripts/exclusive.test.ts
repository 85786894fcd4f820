import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { exclusively } from '../../scripts/exclusive.ts';

test('two pieces of work under one lock run one after the other', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
  const lock = path.join(folder.path, 'lock');
  const steps: string[] = [];
  const work = (name: string) =>
    exclusively(lock, async () => {
      steps.push(`${name} begins`);
      await new Promise(setImmediate);
      steps.push(`${name} ends`);
    });
  await Promise.all([work('a'), work('b')]);
  const [first, second] = steps[0] === 'a begins' ? ['a', 'b'] : ['b', 'a'];
  assert.deepEqual(steps, [`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
});

test('the lock is given back where the work fails', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
  const lock = path.join(folder.path, 'lock');
  await assert.rejects(
    exclusively(lock, () => Promise.reject(new Error('broken'))),
    { message: 'broken' },
  );
  assert.equal(existsSync(lock), false);
});

test('the lock of a process that is gone is taken over', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
  const lock = path.join(folder.path, 'lock');
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(lock, String(pid));
  assert.equal(await exclusively(lock, async () => 'done'), 'done');
});
