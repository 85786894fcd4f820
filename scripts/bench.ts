// npm run bench [-- NAME...]: runs bench/NAME.ts, or every one of them, one after the other.
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

const BENCH = path.resolve(import.meta.dirname, '../bench');

const known = (await readdir(BENCH)).filter((file) => file.endsWith('.ts')).map((file) => path.basename(file, '.ts'));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));

if (unknown.length > 0) {
  console.error(`There is no bench named ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  process.exitCode = 1;
} else {
  for (const name of wanted.length > 0 ? wanted : known.sort()) {
    console.log(`# ${name}`);
    if ((await run(name)) !== 0) process.exitCode = 1;
  }
}

async function run(name: string): Promise<number | null> {
  const child = spawn(process.execPath, [path.join(BENCH, `${name}.ts`)], { stdio: 'inherit' });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
}
