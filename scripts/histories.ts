import { spawn } from 'node:child_process';
import path from 'node:path';
import { readCommandLine } from './command-line.ts';
import { statusOf } from './ending.ts';

readCommandLine({
  name: 'npm run histories',
  does: 'Plays 10,000 imagined histories of one bucket (npm test plays 1,000), and says how often what was seen in them.',
  options: {},
});
const child = spawn(process.execPath, ['--test', '--test-reporter=spec', 'test/remediation/histories.test.ts'], {
  cwd: path.resolve(import.meta.dirname, '..'),
  stdio: 'inherit',
  env: { ...process.env, RESEAL_HISTORIES: '10000' },
});
process.exitCode = (await statusOf(child)) ?? 1;
