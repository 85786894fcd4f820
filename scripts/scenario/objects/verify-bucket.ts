import { spawn } from 'node:child_process';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Place } from '../place.ts';
import type { Naming } from './namings.ts';

/** What `reseal verify --out` says of one version (docs/status.md). */
interface Finding {
  key: string;
  versionId?: string;
  standing: 'below' | 'left' | 'unread';
  code: string;
}

const CLI = path.resolve(import.meta.dirname, '../../../cli/reseal.mjs');
/** Of the exit statuses these say that every object was read. */
const READ = [0, 2];

/** Has `reseal verify` read every version of a bucket, as a person would, and answers all that is not at the standard. Throws what it said where it could not read it all. */
export async function verifyBucket(
  bucket: string,
  { endpoint, place: { account, region }, policy }: { endpoint: string; place: Place; policy: string },
): Promise<Naming[]> {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'reseal-'));
  const out = path.join(folder.path, 'findings');
  const words = ['verify', bucket, '--policy', policy, '--region', region, '--versions', '--out', out];
  const env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const { status, said } = await run([CLI, ...words], env);
  if (!READ.includes(status ?? -1)) throw new Error(`reseal ${words.join(' ')} failed: ${said.trim()}`);
  const lines = (await readFile(out, 'utf8')).split('\n').filter((line) => line !== '');
  return lines
    .map((line) => JSON.parse(line) as Finding)
    .map(({ standing, code, key, versionId }) => ({
      by: standing === 'left' ? 'verify' : 'verify-below',
      code,
      bucket,
      key,
      ...(versionId === undefined ? {} : { versionId }),
    }));
}

function run(args: string[], env: NodeJS.ProcessEnv): Promise<{ status: number | null; said: string }> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, said }));
  });
}
