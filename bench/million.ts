/**
 * The function sweep and 1,000,000 buckets: 70 accounts of 10,000 in four Regions, and one of 300,000 in one, which goes on in parts; and how one begins with a
 * million in one account and Region. Two environments work, as deployed; they run the function's own code, whose SDK clients get their answers
 * without HTTP: calls, messages, CPU and memory are the function's own. Its ledger is the embedded one, and knows all buckets and some that are gone.
 */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalAws, startLocal } from '../local/start-local.ts';
import { localStack } from '../scripts/local-stack.ts';
import { HUB_PARAMETERS } from '../scripts/scenario/org/hub-stack.ts';
import { besideModel } from './figures/beside-model.ts';
import type { Told } from './million/environment.ts';
import { KNOWN_A_GONE_ONE, type StubbedOrganization } from './million/stubbed-aws.ts';
import { HEAP_OF_256_MB, HOME, HUB, REGIONS } from './organization/open-organization.ts';

/** The MaximumConcurrency of the queue's mapping (infra/triggers.yml). */
const ENVIRONMENTS = 2;
/** For who has the names of a million buckets: keeps it below 400 MB. */
const LARGE_HEAP = ['--max-old-space-size=256', '--max-semi-space-size=4'];
/** What the function sweep asks for alone; its reads of the ledger are partly the stub's. */
const BY_SWEEP = ['S3 lists', 'Organizations', 'Account Management', 'EventBridge', 'ledger writes', 'SQS'] as const;

const thousands = Number(process.env['THOUSANDS'] ?? 1_000);
const many = Math.round(thousands * 2.5);
const { deployer } = await localStack({ policy: 'reseal.yaml', settle: 0, parameters: { ...HUB_PARAMETERS } });
const taskRoot = mkdtempSync(path.join(os.tmpdir(), 'reseal-million-'));
mkdirSync(path.join(taskRoot, '.reseal'));
writeFileSync(path.join(taskRoot, '.reseal/accounts.json'), '[]');

const accounts = Array.from({ length: 70 }, (_, at) => String(200_000_000_000 + at));
const spread = accounts.flatMap((account) => REGIONS.map((region): [string, number] => [`${account}/${region}`, many]));
const only = process.env['ONLY'] ?? '';
await measure('an organization', Object.fromEntries([...spread, [`${HUB}/${HOME}`, thousands * 300]]), HEAP_OF_256_MB);
await measure('the beginning of one account and Region', { [`${HUB}/${HOME}`]: thousands * 1_000 }, LARGE_HEAP, 2);

/** Has everything swept, or so many messages worked on, and prints what it took. */
async function measure(what: string, buckets: Record<string, number>, heap: string[], most = Infinity): Promise<void> {
  if (!what.includes(only)) return;
  await using aws = await startLocal({ stack: deployer, deployOnFirstUse: false });
  await aws.deployer?.ensure(HUB, HOME);
  const organization = { id: HUB_PARAMETERS.OrganizationId, regions: REGIONS, buckets };
  const queue: (string | undefined)[] = [undefined];
  const environments: Environment[] = [];
  for (let at = 0; at < ENVIRONMENTS; at += 1)
    environments.push(await startEnvironment(aws, organization, heap, queue));
  const started = performance.now();
  const memory: number[] = [];
  const all = sum(Object.values(buckets));
  const gone = sum(Object.values(buckets).map((its) => Math.ceil(its / KNOWN_A_GONE_ONE)));
  try {
    await workOn(queue, environments, most, () => {
      const messages = sum(environments.map(({ told }) => told?.asked.messages ?? 0));
      const tenth = Math.floor((10 * messages) / all);
      if (tenth > memory.length) memory.length = tenth;
      const now = Math.max(...environments.map(({ told }) => told?.rssMb ?? 0));
      if (tenth > 0) memory[tenth - 1] = Math.max(memory[tenth - 1] ?? 0, now);
    });
    report(
      what,
      {
        all,
        filled: Object.keys(buckets).length,
        largest: Math.max(...Object.values(buckets)),
        gone,
        seconds: (performance.now() - started) / 1_000,
        memory,
        isWhole: most === Infinity,
      },
      environments,
    );
  } finally {
    for (const { end } of environments) end();
  }
}

interface Environment {
  /** Works on one message, or begins a sweep. */
  invoke: (body: string | undefined) => Promise<Told>;
  invocations: number;
  longest: number;
  told: Told | undefined;
  end: () => void;
}

/** With the settings of the deployed function, and the administrator's credentials. */
async function startEnvironment(
  aws: LocalAws,
  organization: StubbedOrganization,
  heap: string[],
  queue: (string | undefined)[],
): Promise<Environment> {
  const definition = aws.functions.list().find(({ definition: { name } }) => name.endsWith('-sweep'))?.definition;
  if (definition === undefined) throw new Error('the stack has no function sweep');
  const child = fork(fileURLToPath(new URL('million/environment.ts', import.meta.url)), {
    execArgv: heap,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      ...definition.environment,
      LAMBDA_TASK_ROOT: taskRoot,
      AWS_LAMBDA_FUNCTION_NAME: definition.name,
      AWS_REGION: HOME,
      AWS_ACCESS_KEY_ID: HUB,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: 'true',
      ORGANIZATION: JSON.stringify(organization),
    },
  });
  const told = Promise.withResolvers<void>();
  let answered = told;
  const environment: Environment = {
    invocations: 0,
    longest: 0,
    told: undefined,
    invoke: async (body) => {
      answered = Promise.withResolvers<void>();
      child.send(body === undefined ? {} : { body });
      await answered.promise;
      if (environment.told === undefined) throw new Error('an environment told nothing');
      environment.invocations += 1;
      environment.longest = Math.max(environment.longest, environment.told.seconds);
      return environment.told;
    },
    end: () => child.disconnect(),
  };
  child.on('message', (message: { work?: string[]; told?: Told }) => {
    if (message.work !== undefined) return void queue.push(...message.work);
    if (message.told !== undefined) environment.told = message.told;
    answered.resolve();
  });
  child.once('exit', (code) =>
    answered.reject(new Error(`an environment ended with ${code}: more memory than it may take?`)),
  );
  await told.promise;
  return environment;
}

/** As Lambda does: each environment gets the next message when it is done with the one before. */
async function workOn(
  queue: (string | undefined)[],
  environments: readonly Environment[],
  most: number,
  onDone: () => void,
): Promise<void> {
  let begun = 0;
  const idle = [...environments];
  const working = new Set<Promise<void>>();
  while ((queue.length > 0 && begun < most) || working.size > 0) {
    while (queue.length > 0 && begun < most) {
      const environment = idle.pop();
      if (environment === undefined) break;
      begun += 1;
      const work = environment.invoke(queue.shift()).then(({ answer }) => {
        if (answer.why !== undefined || answer.accountsUnread !== undefined) throw new Error(JSON.stringify(answer));
        working.delete(work);
        idle.push(environment);
        onDone();
      });
      working.add(work);
    }
    await Promise.race(working);
  }
}

interface Measured {
  all: number;
  filled: number;
  largest: number;
  gone: number;
  seconds: number;
  memory: number[];
  isWhole: boolean;
}

function report(
  what: string,
  { all, filled, largest, gone, seconds, memory, isWhole }: Measured,
  environments: readonly Environment[],
): void {
  const tolds = environments.flatMap(({ told }) => told ?? []);
  const messages = sum(tolds.map(({ asked }) => asked.messages));
  if (isWhole && messages !== all + gone)
    throw new Error(`${messages} messages about ${all} buckets and ${gone} that are gone`);
  const calls: Record<string, number> = {};
  for (const { asked } of tolds)
    for (const [name, times] of Object.entries(asked.calls)) calls[name] = (calls[name] ?? 0) + times;
  const cpu = sum(tolds.map(({ cpuSeconds }) => cpuSeconds));
  const peak = Math.max(...tolds.map(({ peakMb }) => peakMb));
  console.log(
    `${what}, ${all} buckets: ${messages} messages in ${seconds.toFixed(0)} s (under 480), ${cpu.toFixed(0)} s of CPU, ${((1_000 * cpu) / all).toFixed(2)} ms a bucket; ${sum(environments.map(({ invocations }) => invocations))} invocations, the longest ${Math.max(...environments.map(({ longest }) => longest)).toFixed(0)} s (900); at most ${peak} MB (${isWhole ? 256 : 400})`,
  );
  const byTimes = Object.entries(calls).toSorted(([, one], [, other]) => other - one);
  console.log(`  calls: ${byTimes.map(([name, times]) => `${name} ${times}`).join(', ')}`);
  if (!isWhole) return;
  const organization = {
    accounts: accounts.length + 1,
    regions: REGIONS.length,
    buckets: all,
    largest,
    filled,
    isUnderKey: true,
    looks: 0,
  };
  console.log(`  ${besideModel(organization, new Map(Object.entries(calls)), BY_SWEEP)}`);
  const [first, second] = [memory.slice(0, 5), memory.slice(5)].map((half) => Math.max(0, ...half.map(Number)));
  console.log(
    `  MB by tenth of the messages: ${memory.join(' ')}; at most ${first} in the first half, ${second} in the second`,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
