/**
 * A sweep of an organization by the deployed functions, every call 20 ms away: one that repairs a tenth of the buckets, of which no event told, and another one that finds
 * all of them right. Prints buckets per second, calls a bucket by operation, CPU and memory, beside what the model of docs/scale.md says.
 */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { LocalAws } from '../local/start-local.ts';
import { createClients } from '../test/local/clients.ts';
import { besideModel, far } from './figures/beside-model.ts';
import { CPU_MS } from '../scripts/scale/pace.ts';
import { ON_BY_DEFAULT } from '../scripts/scale/scale-page.ts';
import { SERVICES } from '../scripts/scale/sweep-work.ts';
import { countFigures, type Figures } from './organization/figures.ts';
import { HOME, HUB, openOrganization, REGIONS } from './organization/open-organization.ts';

const LATENCY_MS = 20;
/** What else runs on the machine costs a function CPU too. How long it takes is not compared: here the embedded AWS takes most of the machine. */
const CPU_MARGIN = 0.5;
const buckets = Number(process.env['BUCKETS'] ?? 10_000);
const ACCOUNTS = Number(process.env['ACCOUNTS'] ?? 20);
/** Operations that more than one function asks for. */
const SHARED = ['GetItem', 'Query', 'UpdateItem', 'AssumeRole', 'GetBucketEncryption'];

for (const wanted of [
  { accounts: ACCOUNTS, buckets, drifted: 0.1, algorithm: 'aws:kms' },
  { accounts: ACCOUNTS, buckets: Math.ceil(buckets / 5), drifted: 0, algorithm: 'AES256' },
] as const) {
  await using aws = await openOrganization(wanted);
  aws.faults.add({ kind: 'slow', operation: '*', ms: LATENCY_MS });
  const under = wanted.algorithm === 'AES256' ? 'SSE-S3' : 'a key';
  const head = `${wanted.buckets} buckets in ${wanted.accounts} accounts under ${under}`;
  report(`${head}, ${100 * wanted.drifted} % drifted`, await measured(aws));
  const { calls, functions } = report(`${head}, all right and known`, await measured(aws));
  const isUnderKey = wanted.algorithm !== 'AES256';
  const its = new Map([...timesOf('sweep', calls), ...timesOf('assess-bucket', calls)]);
  for (const operation of SHARED) its.set(operation, sum(calls, operation));
  const looked = its.get('GetBucketEncryption') ?? 0;
  const filled = Math.min(ACCOUNTS * REGIONS.length, looked);
  const organization = { accounts: ACCOUNTS, regions: ON_BY_DEFAULT, buckets: looked, filled, isUnderKey };
  // The sessions of the sweep before are still good.
  const asked = SERVICES.filter((service) => service !== 'STS');
  console.log(`  ${besideModel(organization, its, asked)}`);
  const model = {
    'assess-bucket': CPU_MS[isUnderKey ? 'lookUnderKey' : 'look'] * looked,
    'announce-change': CPU_MS.recorded * looked,
    sweep: CPU_MS.listedBucket * looked + CPU_MS.place * ACCOUNTS * ON_BY_DEFAULT,
  };
  const beside = Object.entries(model).map(([name, ms]) => {
    const seconds = functions.get(name)?.cpuSeconds ?? 0;
    return `${name} ${seconds.toFixed(1)} s, model ${(ms / 1_000).toFixed(1)} s${far(1_000 * seconds, ms, CPU_MARGIN)}`;
  });
  console.log(`  CPU beside the model (${100 * CPU_MARGIN} %): ${beside.join('; ')}`);
}

type Measured = Figures & { seconds: number };

/** A sweep by hand, until nothing is under way any more. */
async function measured(aws: LocalAws): Promise<Measured> {
  const counting = countFigures(aws);
  const startedMs = performance.now();
  await sweep(aws);
  while (!(await aws.world.activity.idle(60_000)));
  const seconds = (performance.now() - startedMs) / 1_000;
  return { seconds, ...counting.end() };
}

function report(what: string, figures: Measured): Measured {
  const { seconds, calls, functions } = figures;
  const looked = sum(calls, 'GetBucketLogging');
  const looks = total(timesOf('assess-bucket', calls)) + sum(calls, 'SendMessageBatch');
  console.log(
    `${what}, and ${looked} with those for reports: ${seconds.toFixed(1)} s, ${(looked / seconds).toFixed(0)} buckets/s, ${(looks / looked).toFixed(2)} calls a bucket beside GetBucketLogging and what an account and Region costs`,
  );
  for (const [name, its] of calls) {
    const byTimes = [...its].toSorted(([, one], [, other]) => other - one);
    const { cpuSeconds = 0, peakMb = 0 } = functions.get(name) ?? {};
    const took = `${cpuSeconds.toFixed(1)} s of CPU, ${((1_000 * cpuSeconds) / looked).toFixed(2)} ms a bucket, at most ${peakMb} MB (256)`;
    console.log(`  ${name}: ${took}; ${byTimes.map(([operation, times]) => `${operation} ${times}`).join(', ')}`);
  }
  return figures;
}

function timesOf(name: string, calls: Figures['calls']): ReadonlyMap<string, number> {
  return calls.get(name) ?? new Map();
}

function total(times: ReadonlyMap<string, number>): number {
  return [...times.values()].reduce((all, each) => all + each, 0);
}

/** Of what these functions ask for together: announce-change reads what it has announced of each bucket that was looked at. */
function sum(calls: Figures['calls'], operation: string): number {
  return ['sweep', 'assess-bucket', 'announce-change'].reduce(
    (all, name) => all + (timesOf(name, calls).get(operation) ?? 0),
    0,
  );
}

/** By hand, as `aws lambda invoke` does. */
async function sweep(aws: LocalAws): Promise<void> {
  await using clients = createClients(aws, { account: HUB, region: HOME });
  const FunctionName = aws.functions.list().find(({ definition: { name } }) => name.endsWith('-sweep'))
    ?.definition.name;
  const { FunctionError, Payload } = await clients.lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
  if (FunctionError !== undefined) throw new Error(`the sweep failed: ${Buffer.from(Payload ?? []).toString()}`);
}
