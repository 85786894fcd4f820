import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { statusOf } from '../../scripts/ending.ts';
import { functionEnvironment } from '../../test/runtime/function-environment.ts';
import { REGION } from '../../test/aws/fixture.ts';
import type { Contest, Result } from './contest.ts';

/** A contest with what its contender must know of the embedded AWS. */
interface Furnished extends Contest {
  keyArn: string;
  endpoint: string;
}

export interface Contender {
  name: string;
  /** The part of the buckets that it gets: whoever does not compile while running is as fast with fewer. */
  share: number;
  run: (contest: Furnished) => Promise<Result>;
}

const here = (file: string) => path.join(import.meta.dirname, file);
const node = (file: string) => [process.execPath, '--import', here('../../local/loopback-hook.mjs'), here(file)];

/** Who can run here, Reseal and its floor first; and who cannot, with what is missing. `custodian` is a folder that has the package c7n. */
export function contendersHere(custodian: string | undefined): { ready: Contender[]; missing: string[] } {
  const ready: Contender[] = [
    { name: 'Reseal', share: 1, run: (contest) => result(node('reseal.ts'), contest, assessEnvironment(contest)) },
    { name: 'Node SDK floor', share: 1, run: (contest) => result(node('floor.ts'), contest) },
  ];
  const missing: string[] = [];
  const python = (name: string, file: string, needs: string, own: Record<string, string> = {}) => {
    const lack = lackOf(needs, own);
    if (lack !== undefined) missing.push(`${name} is left out: python3 cannot import ${needs} (${lack})`);
    else ready.push({ name, share: 0.25, run: (contest) => result(['python3', here(file)], contest, own) });
  };
  python('boto3 floor', 'boto_floor.py', 'boto3');
  if (custodian !== undefined) {
    const own = custodianIn(custodian);
    python('Cloud Custodian, tuned', 'custodian.py', 'c7n.policy, c7n.resources.s3', own);
  }
  return { ready, missing };
}

/** Where Python finds the package c7n. */
const custodianIn = (folder: string) => ({ PYTHONPATH: path.resolve(folder) });

/** The peer's encrypt-keys on one bucket; as a text why it cannot run here. */
export function encryptKeys(folder: string): string | ((asked: ObjectsContest) => Promise<{ seconds: number }>) {
  const lack = lackOf('c7n.policy, c7n.resources.s3', custodianIn(folder));
  if (lack !== undefined) return `encrypt-keys is left out: python3 cannot import c7n.policy from ${folder} (${lack})`;
  return (asked) => result(['python3', here('custodian_objects.py')], asked, custodianIn(folder));
}

interface ObjectsContest extends Pick<Furnished, 'account' | 'endpoint' | 'keyArn'> {
  bucket: string;
}

/** What keeps Python from importing these modules: its last line, as ModuleNotFoundError names the module. */
function lackOf(modules: string, own: Record<string, string>): string | undefined {
  const { error, status, stderr } = spawnSync('python3', ['-c', `import ${modules}`], {
    env: { ...process.env, ...own },
    encoding: 'utf8',
  });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim().split('\n').at(-1);
}

/** Runs one process to its end. It tells its result on descriptor 3. */
async function result<Told = Result>(
  [command = '', ...args]: string[],
  contest: Pick<Furnished, 'account' | 'endpoint'>,
  own = {},
): Promise<Told> {
  const env = {
    PATH: process.env['PATH'],
    ...functionEnvironment(contest.endpoint, {
      AWS_ACCESS_KEY_ID: contest.account,
      AWS_DEFAULT_REGION: REGION,
      ACCOUNT_ID: contest.account,
      CONTEST: JSON.stringify(contest),
    }),
    ...own,
  };
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const told = text(child.stdio[3] as Readable);
  const complaint = text(child.stderr as Readable);
  const status = await statusOf(child);
  if (status !== 0) throw new Error(`${args.at(-1)} ended with ${status}:\n${await complaint}`);
  return JSON.parse(await told);
}

/** What the stack sets for assess-bucket. */
export function assessEnvironment({
  account,
  algorithm,
}: Pick<Contest, 'account' | 'algorithm'>): Record<string, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'reseal-peers-'));
  const standard = algorithm === 'AES256' ? { algorithm } : { algorithm, key: 'alias/reseal' };
  writeFileSync(path.join(folder, 'policy.json'), JSON.stringify({ version: 1, standard }));
  const role = (name: string) => `arn:aws:iam::{account}:role/${name}`;
  const queue = (name: string) => `https://sqs.${REGION}.amazonaws.com/${account}/${name}`;
  return {
    LAMBDA_TASK_ROOT: folder,
    POLICY_FILE: 'policy.json',
    // Our own prices.
    PRICES_FILE: '',
    OWN_BUCKETS: 'the-policies',
    MEMBER_ROLE: role('member'),
    BATCH_ROLE: role('batch'),
    COPY_BATCH_ROLE: role('copy-batch'),
    OWN_COPY_ROLE: role('own-copy'),
    REPORTS_BUCKET_PREFIX: 'the-reports',
    ORGANIZATION_ID: '',
    MEMBERSHIP_QUEUE_URL: queue('membership'),
    AGAIN_QUEUE_URL: queue('again'),
    WRITE_QUEUE_ARN: '',
    JOB_QUEUE_URL: queue('jobs'),
    DEAD_LETTER_QUEUE_URL: queue('dead'),
    UNREADABLE_RETRY_SECONDS: '60',
  };
}
