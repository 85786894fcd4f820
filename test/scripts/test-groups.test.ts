import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { testGroups, TRACKING } from '../../scripts/test-groups.ts';

test('every test file is in one group, the one that waits most first, and hooks are of their own file', (t) => {
  const root = mkdtempSync(path.join(tmpdir(), 'reseal-groups-'));
  t.after(() => rmSync(root, { recursive: true }));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const head = "import { test, beforeEach } from 'node:test';\n";
  const many = Array.from({ length: 20 }, (_, at) => `test/many/${at}/a.test.ts`);
  for (const file of many) write(file, `${head}test(${JSON.stringify(file)}, () => {});`);
  write('test/one/with-hook.test.ts', `${head}beforeEach(() => { throw new Error('hook'); });`);
  write('test/one/without.test.ts', `${head}test('without', async () => { await null; });`);
  write('test/one/helper.ts', 'throw new Error("no test");');

  const groups = testGroups(root, 'groups');
  const listed = groups.map((group) => readFileSync(group, 'utf8').match(/test\/[^"]*\.test\.ts(?=", \{)/g) ?? []);
  assert.deepEqual(
    listed.flat().toSorted(),
    [...many, 'test/one/with-hook.test.ts', 'test/one/without.test.ts'].toSorted(),
  );
  assert.match(groups[0] ?? '', /one-1\.mjs$/);
  const { status, stdout } = spawnSync(process.execPath, ['--import', TRACKING, '--test', ...groups], {
    encoding: 'utf8',
    env: {},
  });
  assert.match(stdout, /pass 21\b/);
  assert.equal(status, 0, stdout);
});
