/**
 * GetBucketEncryption calls per second that the embedded AWS answers over raw keep-alive HTTP: the server in one process, the load in this one,
 * the caller a role whose policies are checked. Prints each run and the median of five.
 */
import { fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { startRawClient } from './local-throughput/raw-client.ts';

const RUNS = 5;
const RUN_MS = 2000;
const CONNECTIONS = 16;

const server = fork(new URL('local-throughput/server.ts', import.meta.url));
try {
  const { port, accessKeyId } = await readyServer();
  await measure(port, accessKeyId);
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const rate = await measure(port, accessKeyId);
    rates.push(rate);
    console.log(`run ${run + 1}: ${Math.round(rate)} GetBucketEncryption/s`);
  }
  const median = rates.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
  console.log(
    `median: ${Math.round(median)} GetBucketEncryption/s (${CONNECTIONS} connections, policy checks on, goal 3000)`,
  );
} finally {
  server.kill();
}

function readyServer(): Promise<{ port: number; accessKeyId: string }> {
  return new Promise((resolve, reject) => {
    server.once('message', (message: { port: number; accessKeyId: string }) => resolve(message));
    server.once('exit', (code) => reject(new Error(`the server's process ended with ${code} before it was ready`)));
  });
}

async function measure(port: number, accessKeyId: string): Promise<number> {
  const request = [
    'GET /bench?encryption= HTTP/1.1',
    'host: localhost',
    `authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260501/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
    '\r\n',
  ].join('\r\n');
  let problem: Error | undefined;
  const fail = (error: Error): void => void (problem ??= error);
  const clients = Array.from({ length: CONNECTIONS }, () =>
    startRawClient({ port, request, expected: '<SSEAlgorithm>AES256', fail }),
  );
  const started = performance.now();
  await delay(RUN_MS);
  const seconds = (performance.now() - started) / 1000;
  const answered = clients.reduce((sum, client) => sum + client.answered, 0);
  for (const client of clients) client.stop();
  if (problem !== undefined) throw problem;
  return answered / seconds;
}
