import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';

const PRELOAD = pathToFileURL(path.resolve(import.meta.dirname, '../../scripts/exit-when-failed.mjs')).href;

/** How a process ends whose program goes on for ever: its exit code. */
function ended(program: string): Promise<number | null> {
  const child = spawn(process.execPath, ['--import', PRELOAD, '--eval', program], { stdio: 'ignore' });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
}

test('a process that failed ends with its code, although something keeps it alive', async () => {
  assert.equal(await ended('process.exitCode = 3; setInterval(() => {}, 1000)'), 3);
});

test('a process that did not fail ends by itself', async () => {
  assert.equal(await ended('setTimeout(() => {}, 500)'), 0);
});
