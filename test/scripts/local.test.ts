import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { createClients } from '../local/clients.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

function npmRunLocal(...options: string[]) {
  const args = ['scripts/run.mjs', 'scripts/local.ts', '--port', '0', ...options];
  return spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
}

test('npm run local -- --empty starts an AWS without Reseal, in which an account stays as it is', async (t) => {
  const local = npmRunLocal('--empty');
  t.after(() => local.kill());
  let port = 0;
  for await (const line of createInterface({ input: local.stdout })) {
    port = Number(/^ready .*:(\d+)$/.exec(line)?.[1] ?? 0);
    if (port > 0) break;
  }
  const endpoint = `http://127.0.0.1:${port}`;
  const clientConfig = ({ account = '', region = '' }) => ({
    endpoint,
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'any' },
    forcePathStyle: true,
  });
  await using clients = createClients({ clientConfig }, { account: '111111111111', region: 'eu-west-1' });
  assert.deepEqual((await clients.s3.send(new ListBucketsCommand())).Buckets ?? [], []);
  assert.deepEqual((await clients.cloudFormation.send(new DescribeStacksCommand({}))).Stacks ?? [], []);
  local.kill('SIGTERM');
  assert.deepEqual(await once(local, 'close'), [0, null]);
});

test('what the stack would need is refused where there is none', async () => {
  const local = npmRunLocal('--empty', '--settle', '900');
  const [said] = await Promise.all([text(local.stderr), once(local, 'close')]);
  assert.match(said, /--empty deploys nothing: --policy and --settle belong to the stack that it leaves out/);
  assert.doesNotMatch(said, / at /);
});
