/**
 * Reseal beside the bare SDKs and, where a folder with Cloud Custodian is named (`npm run bench -- --peers DIR`), beside that: in one run against one
 * embedded AWS, turn by turn, each turn in an account of its own. Prints medians of buckets per second, of time and of the process's own CPU.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { median } from './figures/median.ts';
import { type Contender, contendersHere } from './peers/contenders.ts';
import type { Contest, Result } from './peers/contest.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const CONTESTS = [
  {
    what: 'all compliant, SSE-S3 (Reseal: at least 75 % of the Node SDK floor by CPU)',
    algorithm: 'AES256',
    buckets: 300,
    passes: 12,
  },
  {
    what: 'half to repair, to a key, no objects (Reseal: at least 4 times the tuned peer)',
    algorithm: 'aws:kms',
    buckets: 1_200,
    passes: 1,
  },
] as const;

let accounts = 100_000_000_000;
const server = fork(new URL('peers/server.ts', import.meta.url));
try {
  const { endpoint } = await answer<{ endpoint: string }>();
  const { ready, missing } = contendersHere(process.argv[2]);
  for (const why of missing) console.log(why);
  for (const { what, ...contest } of CONTESTS) {
    const turns = ready.map((contender) => ({ contender, results: [] as Result[] }));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { contender, results } of turns) results.push(await turn(contender, contest, endpoint));
    }
    console.log(what);
    const rates = turns.map(({ contender: { name }, results }) => ({ name, ...ratesOf(results) }));
    for (const rate of rates) console.log(`  ${lineOf(rate, rates[0] ?? rate)}`);
  }
} finally {
  server.kill();
}

/** One contender, once, in an account that nobody has worked on. A fast wrong end is no end. */
async function turn(contender: Contender, about: Omit<Contest, 'account'>, endpoint: string): Promise<Result> {
  accounts += 1;
  const buckets = about.buckets * contender.share;
  const contest = { ...about, buckets, account: String(accounts) };
  const { keyArn } = await asked<{ keyArn: string }>({ furnish: contest });
  const result = await contender.run({ ...contest, keyArn, endpoint });
  const { right } = await asked<{ right: number }>({ count: contest });
  if (right === buckets) return result;
  throw new Error(`${contender.name} left ${buckets - right} of ${buckets} buckets below the standard`);
}

function asked<T>(message: object): Promise<T> {
  server.send(message);
  return answer();
}

async function answer<T>(): Promise<T> {
  const [message] = await once(server, 'message');
  return message;
}

interface Rates {
  perSecond: number;
  perCpuSecond: number;
}

function lineOf({ name, ...rates }: Rates & { name: string }, own: Rates): string {
  const said = (rate: keyof Rates) =>
    `${rates[rate].toFixed(0)} (Reseal ${(own[rate] / rates[rate]).toFixed(2)} times that)`;
  return `${name}: buckets/s ${said('perSecond')}, per CPU second ${said('perCpuSecond')}`;
}

function ratesOf(results: readonly Result[]): Rates {
  return {
    perSecond: median(results.map(({ buckets, seconds }) => buckets / seconds)),
    perCpuSecond: median(results.map(({ buckets, cpuSeconds }) => buckets / cpuSeconds)),
  };
}
