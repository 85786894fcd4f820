import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { forgetOldPackages } from '../../scripts/package.ts';

test('a package that somebody may use is kept, however many there are, and of the others the eight that were used last', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reseal-packages-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const use = (name: string, minutesAgo: number) => {
    const directory = path.join(folder, name);
    mkdirSync(directory);
    const at = new Date(Date.now() - minutesAgo * 60_000);
    utimesSync(directory, at, at);
  };
  for (let each = 0; each < 10; each += 1) use(`used-${each}`, each);
  for (let each = 0; each < 3; each += 1) use(`old-${each}`, 120 + each);
  await forgetOldPackages(folder);
  assert.deepEqual(
    readdirSync(folder).toSorted(),
    Array.from({ length: 10 }, (_, each) => `used-${each}`),
  );
  for (let each = 0; each < 10; each += 1) rmSync(path.join(folder, `used-${each}`), { recursive: true });
  for (let each = 0; each < 9; each += 1) use(`old-${each}`, 120 + each);
  await forgetOldPackages(folder);
  assert.equal(readdirSync(folder).length, 8);
});
