import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readCommandLine } from './command-line.ts';
import { statusOf } from './ending.ts';

const BENCH = path.resolve(import.meta.dirname, '../bench');

const known = (await readdir(BENCH)).filter((file) => file.endsWith('.ts')).map((file) => path.basename(file, '.ts'));
const { operands: wanted } = readCommandLine({
  name: 'npm run bench',
  does: `Prints measurements, one bench after the other. There are: ${known.join(', ')}.`,
  options: {},
  operands: 'NAME...',
});
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  throw new Error(`There is no bench named ${unknown.join(', ')}; there are: ${known.join(', ')}`);
}
for (const name of wanted.length > 0 ? wanted : known.sort()) {
  console.log(`# ${name}`);
  const child = spawn(process.execPath, [path.join(BENCH, `${name}.ts`)], { stdio: 'inherit' });
  if ((await statusOf(child)) !== 0) process.exitCode = 1;
}
