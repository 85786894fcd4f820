import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { ACCOUNT, openAws, REGION } from '../../aws/fixture.ts';
import { ROOT } from '../run-cli.ts';
import { written } from '../written.ts';

test('Ctrl-C prints what was judged and that it is not all, and waits for nobody', async (t) => {
  await using open = await openAws();
  for (const name of ['bucket-a', 'bucket-b', 'bucket-c']) await open.bucket(name);
  // Its answer does not come before the test has ended.
  const fault = { kind: 'timeout', operation: 'GetBucketEncryption', bucket: 'bucket-b', ms: 600_000 };
  await fetch(`${open.aws.endpoint}/_local/faults`, { method: 'POST', body: JSON.stringify(fault) });
  const policy = written(t, 'version: 1\nstandard:\n  algorithm: AES256\n');
  const hook = ['--import', './local/loopback-hook.mjs', 'cli/reseal.mjs'];
  const child = spawn(process.execPath, [...hook, 'plan', '--policy', policy, '--region', REGION, '--json'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: open.aws.endpoint,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const lines: { bucket?: string; totals?: { buckets: number; ended: object } }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(line));
    if (lines.length === 2) child.kill('SIGINT');
  }
  assert.deepEqual((await ended)[0], 130);
  const { totals } = lines.pop() ?? {};
  assert.deepEqual(
    lines.map(({ bucket = '' }) => bucket).toSorted((a, b) => a.localeCompare(b)),
    ['bucket-a', 'bucket-c'],
  );
  assert.deepEqual([totals?.buckets, totals?.ended], [2, { kind: 'interrupted', why: 'it was interrupted' }]);
});
