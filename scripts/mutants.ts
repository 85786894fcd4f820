import { spawn } from 'node:child_process';
import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readCommandLine } from './command-line.ts';
import { statusOf } from './ending.ts';
import { importers } from './mutants/importers.ts';
import { readOutcome } from './mutants/outcome.ts';
import { SAMPLE } from './mutants/stryker-plugins.ts';
import { readWhole } from './options.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Inside the repository, so that a copy of it finds the installed packages; outside of git. */
const PLACE = '.reseal/mutants';
const UNDER = ['src/policy', 'src/iam', 'src/remediation', 'src/aws', 'src/intake'];
/** Tests that run src/ itself; the others run the packaged functions or look at the text of files. */
const TESTS = 'test/{announcements,aws,cli,iam,intake,ledger,policy,remediation,runtime,states}/**/*.test.ts';
const REPORT = `${PLACE}/report.json`;

const { values } = readCommandLine({
  name: 'npm run mutants',
  does: 'Breaks the code at random places, in a copy, and says what no test notices.',
  options: {
    under: { type: 'string', multiple: true, default: UNDER, value: 'PATH', help: 'which files; may be repeated' },
    count: { type: 'string', default: '240', value: 'NUMBER', help: 'how many mutants at most' },
    seed: { type: 'string', value: 'TEXT', help: 'repeats a run; printed at its start' },
  },
});
const count = readWhole('--count', values.count, { min: 1, max: 100_000 });
process.exitCode = await mutants({ under: values.under, count, seed: values.seed ?? String(Date.now()) });

interface Wanted {
  under: readonly string[];
  count: number;
  seed: string;
}

async function mutants({ under, count, seed }: Wanted): Promise<number> {
  process.chdir(ROOT);
  console.log(`seed ${seed}, at most ${count} mutants of ${under.join(', ')}`);
  const sources = await found(under.map((each) => (each.endsWith('.ts') ? each : `${each}/**/*.ts`)));
  const tests = importers(await found([TESTS]), sources);
  await mkdir(PLACE, { recursive: true });
  await writeFile(`${PLACE}/stryker.json`, JSON.stringify(configuration(sources, tests)));
  const env = { ...process.env, [SAMPLE.seed]: seed, [SAMPLE.count]: String(count) };
  const child = spawn('stryker', ['run', `${PLACE}/stryker.json`], {
    env,
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  const status = await statusOf(child);
  if (status !== 0) return 1;
  const report = JSON.parse(await readFile(REPORT, 'utf8'));
  const equivalent = JSON.parse(await readFile('test/mutants-equivalent.json', 'utf8'));
  const { survivors, caught, tried, unlike } = readOutcome(report, { seed, count, equivalent });
  for (const line of survivors) console.log(line);
  console.log(`${tried - unlike} that are equivalent (test/mutants-equivalent.json) do not count`);
  console.log(`caught ${caught} of ${unlike} (${((100 * caught) / Math.max(1, unlike)).toFixed(1)} %)`);
  return 0;
}

/**
 * Each mutant runs in a copy of the repository, against the test files that reach it, up to the first failure. A time limit follows from the run
 * without mutants. TypeScript is not asked: what only it would refuse counts as missed.
 */
function configuration(sources: readonly string[], tests: readonly string[]): object {
  return {
    mutate: sources,
    testRunner: 'tap',
    tap: { testFiles: tests, nodeArgs: ['--test-reporter=tap', '-r', '{{hookFile}}', '{{testFile}}'] },
    plugins: ['@stryker-mutator/tap-runner', path.resolve('scripts/mutants/stryker-plugins.ts')],
    checkers: ['sample'],
    ignorers: ['sentences'],
    coverageAnalysis: 'perTest',
    // A busy machine neither stops the run nor passes for a test that noticed something.
    dryRunTimeoutMinutes: 120,
    timeoutMS: 20_000,
    concurrency: 1,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: REPORT },
    tempDirName: `${PLACE}/copies`,
    ignorePatterns: ['.reseal'],
    // Node strips the types itself, and the compiler that Stryker would ask for has no such interface.
    disableTypeChecks: false,
    tsconfigFile: 'none',
    allowConsoleColors: false,
  };
}

async function found(patterns: string[]): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(patterns)) files.push(file);
  return files.toSorted();
}
