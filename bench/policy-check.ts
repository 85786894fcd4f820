// How long `reseal policy check` takes for 5,000 rules, from process start to exit, and what a verdict costs under them.
import { spawnSync } from 'node:child_process';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compilePolicyFile } from '../cli/policy-file.ts';
import { median } from './figures/median.ts';
import { verdictElsewhere } from './figures/verdict-elsewhere.ts';

const RUNS = 5;
const VERDICTS = 101;
const RULES = 5000;
const HEAD = 'version: 1\nstandard:\n  algorithm: aws:kms\n  key: alias/reseal\nrules:\n';
const ROOT = path.resolve(import.meta.dirname, '..');

using folder = mkdtempDisposableSync(path.join(tmpdir(), 'reseal-bench-'));
const plain = written('plain.yaml', (n) => [
  `name: team-${n}`,
  `when: { buckets: [team-${n}-*] }`,
  `standard: { key: alias/team-${n} }`,
]);
const rich = written('rich.yaml', (n) => [
  `name: team-${n}`,
  `when:\n      accounts: ['${100_000_000_000 + (n % 700)}']\n      buckets: [team-${n}-*, legacy-${n}-?]\n      tags: [{ key: team, value: t${n} }]`,
  `standard:\n      key: alias/team-${n}\n      blockSseC: on`,
]);
const tagged = written('tagged.yaml', (n) => [`name: team-${n}`, `when: { tags: [{ key: team, value: t${n} }] }`]);

console.log(`policy check of ${RULES} rules with a name each: ${checkMs(plain)} ms, median of ${RUNS} (at most 1000)`);
console.log(`policy check of ${RULES} rules with four conditions each: ${checkMs(rich)} ms, median of ${RUNS}`);
for (const [told, file] of [
  ['with a name each that all miss', plain],
  ['with four conditions each that all miss', rich],
  ['that all ask for a tag first', tagged],
] as const) {
  console.log(`a verdict under ${RULES} rules ${told}: ${verdictMs(file)} ms, median of ${VERDICTS} (at most 1)`);
}

function written(name: string, rule: (n: number) => string[]): string {
  const file = path.join(folder.path, name);
  const rules = Array.from({ length: RULES }, (_, n) => `  - ${rule(n).join('\n    ')}\n`);
  writeFileSync(file, HEAD + rules.join(''));
  return file;
}

function checkMs(file: string): string {
  return measured(RUNS, () => {
    const { status, stderr } = spawnSync(process.execPath, ['cli/reseal.mjs', 'policy', 'check', file], { cwd: ROOT });
    if (status !== 0) throw new Error(`policy check failed: ${stderr.toString()}`);
  });
}

function verdictMs(file: string): string {
  const policy = compilePolicyFile(file).document;
  return measured(VERDICTS, () => verdictElsewhere(policy));
}

function measured(runs: number, work: () => void): string {
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return median(times).toFixed(2);
}
