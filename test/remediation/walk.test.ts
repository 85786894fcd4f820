import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');
const WALK = PAGE.slice(PAGE.indexOf('## From the queue'), PAGE.indexOf('## After that'));

/** The file that each numbered step names first. */
const STEPS = [...WALK.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = '']) => file);

/** What it names of src/remediation on the way of a repair. */
const NAMED = [...WALK.slice(0, WALK.indexOf('Other stories')).matchAll(/`(src\/remediation\/[^`]+)`/g)].map(
  ([, file = '']) => file,
);

test('the walk names at most twelve files between the queue and the last queued job, each once, and each is there', () => {
  assert.ok(STEPS.length > 0 && STEPS.length <= 12, STEPS.join(', '));
  assert.equal(new Set(STEPS).size, STEPS.length);
  assert.deepEqual(
    STEPS.filter((file) => !existsSync(path.join(ROOT, file))),
    [],
  );
});

test('a repair runs no file of src/remediation that the walk does not name', () => {
  const ran = filesThatRan('test/remediation/one-repair.ts').filter((file) => file.startsWith('src/remediation/'));
  assert.deepEqual(
    ran.filter((file) => !NAMED.includes(file)),
    [],
    'shorten the walk, or name the file in docs/architecture.md',
  );
  // The walk is that of a repair, not of something else.
  const steps = STEPS.filter((file) => file.startsWith('src/remediation/'));
  assert.deepEqual(
    steps.filter((file) => !ran.includes(file)),
    [],
  );
});

interface Coverage {
  result: { url: string; functions: { ranges: { startOffset: number; count: number }[] }[] }[];
}

/** The files of which a function ran; being loaded is not enough. */
function filesThatRan(script: string): string[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'walk-'));
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: folder };
    const { status, stderr } = spawnSync(process.execPath, [path.join(ROOT, script)], { cwd: ROOT, env });
    assert.equal(status, 0, stderr.toString());
    const files = readdirSync(folder).flatMap((file) => {
      const { result }: Coverage = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
      return result.filter(({ functions }) => functions.some(({ ranges: [range] }) => hasRun(range)));
    });
    return files
      .filter(({ url }) => url.startsWith('file:'))
      .map(({ url }) => path.relative(ROOT, new URL(url).pathname));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The module itself is a function that begins at its first character. */
function hasRun(range: { startOffset: number; count: number } | undefined): boolean {
  return range !== undefined && range.startOffset > 0 && range.count > 0;
}
