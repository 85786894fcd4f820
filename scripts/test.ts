// npm test [-- FILE...]: packages the functions where they changed, then runs every test in groups, or the files that are named in a process each.
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { packageStack } from './package.ts';
import { testGroups } from './test-groups.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Tests start functions as processes of their own, so a core runs one group of tests. */
const CONCURRENCY = Math.min(4, Math.max(2, os.availableParallelism()));

/** A test that hangs is a test that fails. */
const TIMEOUT_MS = 120_000;

const named = process.argv.slice(2);
try {
  const { seconds } = await packageStack();
  console.error(`packaged in ${seconds.toFixed(1)} s`);
  process.exitCode = await runTests(named.length > 0 ? named : testGroups(ROOT, '.reseal/tests'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function runTests(files: string[]): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--test', `--test-concurrency=${CONCURRENCY}`, `--test-timeout=${TIMEOUT_MS}`, ...files],
    { cwd: ROOT, stdio: 'inherit' },
  );
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (code) => resolve(code ?? 1)));
}
