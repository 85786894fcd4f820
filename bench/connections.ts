/**
 * What connections cost a sweep at AWS's host names, where every bucket is a host: GetBucketLogging of 2,000 buckets over TLS, 64 at once, by a process
 * that may open 1,024 files, from a server that keeps idle connections for 20 s. Prints answers, connections and CPU a bucket of three clients. Needs openssl.
 */
import { execFileSync, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './figures/median.ts';

const BUCKETS = 2_000;
const RUNS = 3;
const WAYS = [
  { what: "before: a host a bucket, the SDK's own connections", way: 'sdk', files: 1_024 },
  { what: 'the same where 4,096 files may be open', way: 'sdk', files: 4_096 },
  { what: 'a host a bucket, connections as deployed', way: 'hosts', files: 1_024 },
  { what: 'as deployed: one host for all buckets', way: 'deployed', files: 1_024 },
];
type Way = (typeof WAYS)[number];

interface Measured {
  answered: number;
  failed: Record<string, number>;
  cpuMs: number;
  most: number;
}

const folder = mkdtempSync(path.join(tmpdir(), 'reseal-connections-'));
const [key, certificate] = ['key.pem', 'certificate.pem'].map((file) => path.join(folder, file));
makeCertificate();
const server = fork(here('connections/server.ts'), [String(key), String(certificate)]);
try {
  const port = await said(server, 'port');
  const runs = WAYS.map((way) => ({ way, measured: [] as Measured[] }));
  for (let run = 0; run < RUNS; run += 1) for (const { way, measured } of runs) measured.push(await measure(way, port));
  for (const { way, measured } of runs) report(way, measured);
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}

function report({ what }: Way, measured: Measured[]): void {
  const [{ failed, answered } = { failed: {}, answered: 0 }] = measured;
  const failures = Object.entries(failed).map(([name, times]) => `, ${times} ${name}`);
  const most = Math.max(...measured.map((each) => each.most));
  const cpu = median(measured.map(({ cpuMs }) => cpuMs / BUCKETS)).toFixed(2);
  console.log(`${what}: ${answered} answers${failures.join('')}; at most ${most} connections; ${cpu} ms CPU a bucket`);
}

async function measure({ way, files }: Way, port: number): Promise<Measured> {
  const command = [process.execPath, here('connections/client.ts'), way, String(BUCKETS)];
  const child = spawn('sh', ['-c', `ulimit -n ${files} && exec "$0" "$@"`, ...command], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: certificate,
      AWS_ENDPOINT_URL: `https://s3.localhost:${port}`,
      AWS_ACCESS_KEY_ID: '111111111111',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
  const result = await said<Omit<Measured, 'most'>>(child, 'result');
  server.send('most');
  return { ...result, most: await said(server, 'most') };
}

/** The value of that name in a message of the process. Rejects where it ends without one. */
function said<T = number>(child: ReturnType<typeof fork>, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a process ended with ${code} before it told its ${name}`));
    child.once('exit', ended);
    child.once('message', (message: Record<string, T>) => {
      child.off('exit', ended);
      resolve(message[name] as T);
    });
  });
}

function makeCertificate(): void {
  const names = 'subjectAltName=DNS:s3.localhost,DNS:*.s3.localhost';
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const files = ['-keyout', String(key), '-out', String(certificate)];
  const options = ['req', '-x509', ...curve, ...files, '-days', '1', '-subj', '/CN=s3.localhost', '-addext', names];
  execFileSync('openssl', options, { stdio: 'ignore' });
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
