import { execFile, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { LocalAws } from '../../local/start-local.ts';
import { hasPython } from './has-python.ts';
import { shellOf } from './shell.ts';

/** The CLI of pip, version 1, can be called from Python; version 2 is a program of its own. */
const hasModule = hasPython('awscli.clidriver');

/** Why a test that needs the AWS CLI is skipped; false where it is there. */
export function cliMissing(): string | false {
  if (hasModule) return false;
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'the AWS CLI is not on the PATH';
  }
}

export interface CliAnswer {
  readonly status: number;
  /** What was printed as JSON; undefined where nothing was. */
  readonly output: unknown;
  readonly error: string;
}

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

type Run = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<Ended>;

/** Runs `aws ...` against the embedded AWS as README shows it: the endpoint, and the same address as HTTP_PROXY for host prefixes. */
export async function aws(
  local: LocalAws,
  args: readonly string[],
  place: { account?: string; region?: string } = {},
): Promise<CliAnswer> {
  const { account = '111111111111', region = 'eu-west-1' } = place;
  const env = shellOf(local, {
    HTTP_PROXY: `http://127.0.0.1:${local.port}`,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: region,
    AWS_MAX_ATTEMPTS: '1',
    AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: 'true',
  });
  const { status, stdout, stderr } = await awsAsTyped([...args, '--output', 'json'], env);
  return { status, output: stdout.trim() === '' ? undefined : readOutput(stdout), error: stderr.trim() };
}

/** The same, as it was typed and with the surroundings of a shell. */
export const awsAsTyped: Run = (args, env) => {
  run ??= hasModule ? inOneProcess() : asProgram;
  return run(args, env);
};

let run: Run | undefined;

/** To load the CLI takes longer than what it then does. */
function inOneProcess(): Run {
  const child = spawn('python3', [path.join(import.meta.dirname, 'aws-cli.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> => {
    child.stdin.write(`${JSON.stringify({ args, env })}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error('the process of the AWS CLI has ended');
    return JSON.parse(value);
  };
  for (const one of [child, child.stdout, child.stdin])
    if ('unref' in one && typeof one.unref === 'function') one.unref();
  return (args, env) => {
    const asked = last.then(() => ask(args, env));
    last = asked.catch(() => undefined);
    return asked;
  };
}

const asProgram: Run = (args, env) =>
  new Promise((resolve) => {
    execFile('aws', [...args], { env }, (problem, stdout, stderr) => {
      const status = typeof problem?.code === 'number' ? problem.code : problem === null ? 0 : 1;
      resolve({ status, stdout, stderr });
    });
  });

/** `aws s3 cp` and its kind print text. */
function readOutput(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return stdout;
  }
}
