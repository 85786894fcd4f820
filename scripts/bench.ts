import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { COUNTING } from '../bench/gate/compared.ts';
import { UsageError } from '../cli/usage-error.ts';
import { readCommandLine } from './command-line.ts';
import { statusOf } from './ending.ts';

const BENCH = path.resolve(import.meta.dirname, '../bench');

const known = (await readdir(BENCH)).filter((file) => file.endsWith('.ts')).map((file) => path.basename(file, '.ts'));
const { values, operands: wanted } = readCommandLine({
  name: 'npm run bench',
  does: `Prints measurements, one bench after the other. There are: ${known.join(', ')}.`,
  options: {
    gate: {
      type: 'boolean',
      help: 'only counts what is the same on every machine, and exits 1 where bench/counts.json says less',
    },
    write: { type: 'boolean', help: 'with --gate: writes bench/counts.json instead' },
    peers: {
      type: 'string',
      value: 'DIR',
      help: 'only peers, plan and inline-lane, beside the Cloud Custodian (the package c7n) in DIR',
    },
  },
  operands: 'NAME...',
});
const { gate = false, write = false, peers } = values;
if ((gate && wanted.length > 0) || (write && !gate)) {
  throw new UsageError('--gate counts everything and takes no NAME; --write is an option of --gate');
}
if (peers !== undefined && wanted.length > 0) {
  throw new UsageError(`--peers runs peers, plan and inline-lane and takes no NAME, found ${wanted.join(', ')}`);
}
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  throw new UsageError(`There is no bench named ${unknown.join(', ')}; there are: ${known.join(', ')}`);
}
if (gate) process.exitCode = await passGate();
else if (peers !== undefined) await runAll(['peers', 'plan', 'inline-lane'], [peers]);
else await runAll(wanted.length > 0 ? wanted : known.sort());

/** The gate brings the whole product with it, so only those who ask for it load it. */
async function passGate(): Promise<number> {
  console.error(COUNTING);
  const counts = await import('../bench/gate/gate.ts');
  return write ? counts.writeCounts() : counts.gate();
}

async function runAll(names: readonly string[], args: readonly string[] = []): Promise<void> {
  for (const name of names) {
    console.log(`# ${name}`);
    const child = spawn(process.execPath, [path.join(BENCH, `${name}.ts`), ...args], { stdio: 'inherit' });
    if ((await statusOf(child)) !== 0) process.exitCode = 1;
  }
}
