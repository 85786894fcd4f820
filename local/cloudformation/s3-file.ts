import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../errors.ts';
import type { CallAs, World } from '../world.ts';

interface Reader {
  readonly world: Pick<World, 'invoke'>;
  readonly as: CallAs;
}

/** An object as whoever makes the stack reads it. */
export async function readObject(Bucket: string, Key: string, { world, as }: Reader): Promise<Buffer> {
  const { Body: body }: { Body?: unknown } = Object(await world.invoke('s3', 'GetObject', { Bucket, Key }, as));
  if (Buffer.isBuffer(body)) return body;
  throw new AwsError('NoSuchKey', `s3://${Bucket}/${Key} has no body`, 404);
}

let folder: string | undefined;
let files = 0;

/** Path of a copy of the code of a function; it goes with the process. */
export async function codeFile(code: { S3Bucket: string; S3Key: string }, reader: Reader): Promise<string> {
  const body = await readObject(code.S3Bucket, code.S3Key, reader);
  folder ??= temporaryFolder();
  files += 1;
  const path = join(folder, `${files}.zip`);
  writeFileSync(path, body);
  return path;
}

function temporaryFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'reseal-code-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** https://s3.REGION.amazonaws.com/BUCKET/KEY, the same without the Region, or with the bucket in the host name. */
export function placeOfUrl(url: string): { bucket: string; key: string } {
  const { hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const bucket = /^(.+)\.s3[.-][^/]*$/.exec(hostname)?.[1];
  if (bucket !== undefined) return { bucket, key: path };
  const slash = path.indexOf('/');
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}
