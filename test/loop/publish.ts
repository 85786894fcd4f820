import assert from 'node:assert/strict';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../cli/run-cli.ts';
import { ACCOUNT, type DeployedStack, REGION } from './deployed-stack.ts';

/** Puts a policy in force by the command, as an operator does, and returns what it prints. */
export async function publish(stack: DeployedStack, policy: string): Promise<string> {
  using folder = mkdtempDisposableSync(path.join(tmpdir(), 'reseal-policy-'));
  const file = path.join(folder.path, 'policy.yaml');
  writeFileSync(file, policy);
  const place = ['--bucket', stack.named('PolicyBucket'), '--table', stack.named('LedgerTable'), '--region', REGION];
  const env = { AWS_ENDPOINT_URL: stack.aws.endpoint, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'local' };
  const { status, stdout, stderr } = await runCli(['policy', 'publish', file, '--yes', ...place], env);
  assert.equal(status, 0, stderr);
  return stdout;
}
