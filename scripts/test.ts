import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { answerQuestions } from './command-line.ts';
import { statusOf } from './ending.ts';
import { packageStack } from './package.ts';
import { showProgress } from './progress.ts';
import { paced } from './slowness.ts';
import { testGroups, TRACKING } from './test-groups.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** More than there are cores: some tests wait for a process that they have started. */
const CONCURRENCY = Math.min(6, os.availableParallelism() + 2);

/** A test that hangs is a test that fails. */
const TIMEOUT_MS = 120_000;

answerQuestions({
  name: 'npm test',
  does: 'Packages the functions where they changed, then runs every test, or those that the patterns name.',
  options: {},
  operands: '[OPTIONS OF node --test] PATTERN...',
});
await packaged();
const patterns = process.argv.slice(2);
process.exitCode = await runTests(patterns.length > 0 ? patterns : testGroups(ROOT, '.reseal/tests'));

async function packaged(): Promise<void> {
  using progress = showProgress(process.stderr);
  await paced(progress);
  const { seconds } = await packageStack({ progress });
  progress.say(`packaged in ${seconds.toFixed(1)} s`);
}

async function runTests(files: string[]): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', TRACKING, '--test', `--test-concurrency=${CONCURRENCY}`, `--test-timeout=${TIMEOUT_MS}`, ...files],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, NODE_COMPILE_CACHE: path.join(ROOT, '.reseal/compiled') } },
  );
  return (await statusOf(child)) ?? 1;
}
