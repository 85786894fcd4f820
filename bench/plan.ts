/**
 * `reseal plan` as a person runs it, start-up and all, over 1,000 buckets of an AWS that answers each call after 20 ms, and, where a folder with Cloud
 * Custodian is named (`npm run bench -- --peers DIR`), its dry run of one policy with the filter bucket-encryption, as its own command line runs it.
 * Turn by turn in one run. Prints medians: buckets per second (at least 10 times the dry run's), and CPU time for each call to AWS (at most 2.4 ms).
 */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ACCOUNT, REGION } from '../test/aws/fixture.ts';
import { median } from './figures/median.ts';
import { type Timed, timed } from './plan/timed.ts';

const BUCKETS = Number(process.env['BUCKETS'] ?? 1_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const LATENCY_MS = 20;
const ROOT = path.resolve(import.meta.dirname, '..');
/** What Custodian reads of each bucket before its filters: all that it reads by itself but two calls that the embedded AWS does not have, and nothing. */
const AUGMENTS = {
  'as it is': ['Location', 'Tags', 'Policy', 'Acl', 'Replication', 'Versioning', 'Website', 'Logging'],
  tuned: 'none',
};
const [custodian] = process.argv.slice(2);

const folder = mkdtempSync(path.join(tmpdir(), 'reseal-plan-'));
const server = fork(new URL('plan/server.ts', import.meta.url), [String(BUCKETS), String(LATENCY_MS)]);
try {
  const [endpoint] = await once(server, 'message');
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
  };
  const turns = [{ name: 'reseal plan', run: () => resealPlan(env), runs: [] as (Timed & { calls: number })[] }];
  if (custodian !== undefined && canImport(custodian))
    for (const [how, keys] of Object.entries(AUGMENTS))
      turns.push({ name: `custodian run --dryrun, ${how}`, run: () => dryRun(env, custodian, keys), runs: [] });
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { run, runs } of turns) {
      const before = await callsOf(endpoint);
      const ended = await run();
      runs.push({ ...ended, calls: (await callsOf(endpoint)) - before });
    }
  const [own] = turns.map(({ runs }) => rateOf(runs));
  for (const { name, runs } of turns) {
    const calls = median(runs.map((run) => run.calls));
    const cpuMs = median(runs.map(({ cpuSeconds, calls: made }) => (cpuSeconds * 1_000) / made));
    const times = name === 'reseal plan' ? '' : ` (reseal plan: ${((own ?? 0) / rateOf(runs)).toFixed(1)} times that)`;
    console.log(
      `${name}: ${rateOf(runs).toFixed(0)} buckets/s${times}, ${calls} calls, ${cpuMs.toFixed(2)} ms of CPU a call`,
    );
  }
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}

async function resealPlan(env: NodeJS.ProcessEnv): Promise<Timed> {
  const policy = path.join(folder, 'reseal.yaml');
  writeFileSync(policy, 'version: 1\nstandard:\n  algorithm: AES256\n');
  const hook = path.join(ROOT, 'local/loopback-hook.mjs');
  const command = [
    '--import',
    hook,
    path.join(ROOT, 'cli/reseal.mjs'),
    'plan',
    '--policy',
    policy,
    '--summary',
    'verdict',
  ];
  const ended = await timed([process.execPath, ...command], env);
  checkCount(ended.stdout);
  return ended;
}

/** A fast plan of less is none. */
function checkCount(stdout: string): void {
  const [, found] = /^compliant +([\d,]+)/m.exec(stdout) ?? [];
  if (found?.replaceAll(',', '') !== String(BUCKETS))
    throw new Error(`expected ${BUCKETS} compliant buckets, found:\n${stdout}`);
}

function dryRun(env: NodeJS.ProcessEnv, custodianFolder: string, keys: unknown): Promise<Timed> {
  const policy = path.join(folder, 'custodian.yml');
  const policies = [
    {
      name: 'plan',
      resource: 'aws.s3',
      query: [{ 'augment-keys': keys }],
      filters: [{ type: 'bucket-encryption', state: false, crypto: 'AES256' }],
    },
  ];
  writeFileSync(policy, JSON.stringify({ policies }));
  const main = 'from c7n.cli import main; main()';
  const args = ['run', '--dryrun', '--cache-period', '0', '--region', REGION, '-s', folder, policy];
  return timed(['python3', '-c', main, ...args], { ...env, PYTHONPATH: pathOf(custodianFolder) });
}

function canImport(custodianFolder: string): boolean {
  const env = { ...process.env, PYTHONPATH: pathOf(custodianFolder) };
  const { status, stderr } = spawnSync('python3', ['-c', 'import c7n.cli, c7n.resources.s3'], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) console.log(`Cloud Custodian is left out: ${stderr.trim().split('\n').at(-1)}`);
  return status === 0;
}

/** What it needs itself may lie elsewhere. */
function pathOf(custodianFolder: string): string {
  return [path.resolve(custodianFolder), process.env['PYTHONPATH'] ?? '']
    .filter((each) => each !== '')
    .join(path.delimiter);
}

async function callsOf(endpoint: string): Promise<number> {
  const answer = await fetch(`${endpoint}/_local/faults`);
  const { faults } = JSON.parse(await answer.text());
  return faults[0].played;
}

function rateOf(runs: readonly Timed[]): number {
  return median(runs.map(({ seconds }) => BUCKETS / seconds));
}
