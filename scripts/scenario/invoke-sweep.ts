import { spawn } from 'node:child_process';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { PlaceClients } from './endpoint.ts';
import type { Place } from './place.ts';

/** Where a sweep is invoked, and by whom. */
export interface Invocation {
  endpoint: string;
  place: Place;
  clients: Pick<PlaceClients, 'lambda'>;
  sweepFunction: string;
  payload: object;
}

/** The command as a person types it. */
export function invokeCommand({ sweepFunction, payload, place }: Omit<Invocation, 'endpoint' | 'clients'>): string {
  return ['aws', ...argumentsOf({ sweepFunction, payload, place }), 'answer.json']
    .map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`))
    .join(' ');
}

/**
 * Invokes a sweep with the AWS CLI, or with the SDK where this machine has none. Answers by which of them, and what the function answered.
 * Throws where the function or the CLI failed.
 */
export async function invokeSweep(invocation: Invocation): Promise<{ by: 'the AWS CLI' | 'the SDK'; answer: string }> {
  const answer = await answerToCli(invocation);
  if (answer !== undefined) return { by: 'the AWS CLI', answer };
  return { by: 'the SDK', answer: await sweep(invocation.clients, invocation.sweepFunction, invocation.payload) };
}

/** Invokes a sweep with the SDK, and answers what the function answered. Throws where that failed. */
export async function sweep(
  { lambda }: Pick<PlaceClients, 'lambda'>,
  sweepFunction: string | undefined,
  payload: object = {},
): Promise<string> {
  const { FunctionError, Payload = new Uint8Array() } = await lambda.send(
    new InvokeCommand({ FunctionName: sweepFunction, Payload: JSON.stringify(payload) }),
  );
  const text = Buffer.from(Payload).toString('utf8');
  if (FunctionError !== undefined) throw new Error(`the sweep failed: ${text}`);
  return text;
}

function argumentsOf({ sweepFunction, payload, place }: Omit<Invocation, 'endpoint' | 'clients'>): string[] {
  const named = ['--function-name', sweepFunction, '--payload', JSON.stringify(payload)];
  return ['lambda', 'invoke', '--region', place.region, ...named];
}

async function answerToCli(invocation: Invocation): Promise<string | undefined> {
  const { endpoint, place } = invocation;
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'reseal-'));
  const config = path.join(folder.path, 'config');
  // Version 2 takes a payload for base64 unless it is told otherwise; version 1 does not know the setting.
  await writeFile(config, '[default]\ncli_binary_format = raw-in-base64-out\n');
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_PAGER: '',
    AWS_ACCESS_KEY_ID: place.account,
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_ENDPOINT_URL: endpoint,
    NO_PROXY: '*',
  };
  const version = await run(['--version'], env);
  if (version?.status !== 0) return undefined;
  const file = path.join(folder.path, 'answer.json');
  const ended = await run([...argumentsOf(invocation), file], env);
  if (ended?.status !== 0) throw new Error(`the AWS CLI failed: ${ended?.said.trim()}`);
  const answer = await readFile(file, 'utf8');
  if (ended.said.includes('FunctionError')) throw new Error(`the sweep failed: ${answer}`);
  return answer;
}

/** Undefined where there is no such program. */
async function run(
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ status: number | null; said: string } | undefined> {
  const child = spawn('aws', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.on('close', (status) => resolve({ status, said }));
  });
}
