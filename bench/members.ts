/**
 * What a thousand accounts cost one function's process: a bucket and a key are read in each, in one Region and then in two, with sessions and clients
 * as deployed, 64 accounts at once. STS, S3 and KMS are a process of their own that answers at once. Prints how often STS was asked, connections and memory.
 */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const server = fork(here('members/server.ts'));
try {
  const [port] = await once(server, 'message');
  for (const [accounts, regions] of [
    [100, 1],
    [1_000, 1],
    [1_000, 2],
  ] as const) {
    const env = {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: '111111111111',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    const limits = ['--max-old-space-size=160', '--max-semi-space-size=4'];
    spawnSync(process.execPath, [...limits, here('members/asked.ts'), String(accounts), String(regions)], {
      stdio: 'inherit',
      env,
    });
  }
} finally {
  server.kill();
}
