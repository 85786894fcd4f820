import { execFile, execFileSync } from 'node:child_process';
import type { LocalAws } from '../../local/start-local.ts';

/** Why a test that needs the AWS CLI is skipped; false where it is on the PATH. */
export function cliMissing(): string | false {
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

/** Runs `aws ...` against the embedded AWS as README shows it: the endpoint, and the same address as HTTP_PROXY for host prefixes. */
export function aws(
  local: LocalAws,
  args: readonly string[],
  place: { account?: string; region?: string } = {},
): Promise<CliAnswer> {
  const { account = '111111111111', region = 'eu-west-1' } = place;
  const address = `http://127.0.0.1:${local.port}`;
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_ENDPOINT_URL: address,
    HTTP_PROXY: address,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
  return new Promise((resolve) => {
    execFile('aws', [...args, '--output', 'json'], { env }, (problem, stdout, stderr) => {
      const status = typeof problem?.code === 'number' ? problem.code : problem === null ? 0 : 1;
      resolve({ status, output: stdout.trim() === '' ? undefined : readOutput(stdout), error: stderr.trim() });
    });
  });
}

/** `aws s3 cp` and its kind print text. */
function readOutput(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return stdout;
  }
}
