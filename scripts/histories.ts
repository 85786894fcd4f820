import { spawn } from 'node:child_process';
import path from 'node:path';
import { readCommandLine } from './command-line.ts';
import { statusOf } from './ending.ts';
import { readWhole } from './options.ts';

const { values } = readCommandLine({
  name: 'npm run histories',
  does: 'Plays 10,000 imagined histories of one bucket, its objects and its jobs (npm test plays 1,000), and says how often what was seen in them, and their seed.',
  options: {
    seed: { type: 'string', value: 'NUMBER', help: 'plays other histories; by default those of the recorded seed' },
  },
});
const seed = values.seed === undefined ? undefined : readWhole('--seed', values.seed, { min: 0, max: 2 ** 31 - 1 });
const child = spawn(process.execPath, ['--test', '--test-reporter=spec', 'test/remediation/histories.test.ts'], {
  cwd: path.resolve(import.meta.dirname, '..'),
  stdio: 'inherit',
  env: { ...process.env, RESEAL_HISTORIES: '10000', ...(seed !== undefined && { RESEAL_SEED: String(seed) }) },
});
process.exitCode = (await statusOf(child)) ?? 1;
