/**
 * The largest object that S3 takes, 50 TB in 10,000 parts, copied onto itself under a key by the engine of reencrypt-object, 20 ms away: the memory of one environment, the parts on their way at once, and the calls
 * of all invocations, each of which goes on where the one before stopped. The bytes are a pattern that costs no memory; that they, the parts and the checksum are the same is looked at behind the API.
 */
import { fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { describeObject } from '../local/s3/describe-object.ts';
import { startLocal } from '../local/start-local.ts';
import type { ObjectTask } from '../src/policy/copy/object-task.ts';
import type { CopyTold } from './large-object/environment.ts';

const MOST_MB = 150;
const PARTS = 10_000;
const PART_BYTES = 5_000_000_000;
const PLACE = { account: '111111111111', region: 'eu-west-1' };
const OBJECT = { bucket: 'large', key: 'object' };
const AWAY_MS = 20;
/** As much as a function of 256 MB leaves to its heap at most. */
const HEAP = ['--max-old-space-size=64', '--max-semi-space-size=2'];

const environment = await bundled();
await using aws = await startLocal();
const clientConfig = { ...aws.clientConfig(PLACE), forcePathStyle: true };
const s3 = new S3Client(clientConfig);
const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
await s3.send(new CreateBucketCommand({ Bucket: OBJECT.bucket, CreateBucketConfiguration }));
const keyArn = aws.world.keys.create({ accountId: PLACE.account, region: PLACE.region, alias: 'alias/reseal' }).arn;
for (const type of ['COMPOSITE', 'FULL_OBJECT'] as const) {
  aws.buckets.seedObject({
    ...OBJECT,
    body: { seed: type, sizeBytes: PARTS * PART_BYTES },
    partSizes: Array.from({ length: PARTS }, () => PART_BYTES),
    checksum: { algorithm: type === 'COMPOSITE' ? 'SHA256' : 'CRC64NVME', type },
  });
  const before = await look();
  const task: ObjectTask = {
    ...OBJECT,
    account: PLACE.account,
    etag: before.etag,
    target: { algorithm: 'aws:kms', keyArn, bucketKey: true },
    method: 'copy',
  };
  const id = aws.faults.add({ kind: 'slow', operation: '*', service: 's3', ms: AWAY_MS });
  const told = await runEnvironment(task);
  aws.faults.remove(id);
  const after = await look();
  const isSame = isDeepStrictEqual(before.kept, after.kept);
  console.log(
    `50 TB in ${PARTS} parts, checksum ${type}: ${told.outcome} in ${told.invocations} invocations, ${told.seconds.toFixed(0)} s, ${told.cpuSeconds.toFixed(0)} s of CPU; at most ${told.peakMb} MB (${MOST_MB}), ${told.startMb} MB before it began; ${told.mostAtOnce} parts at once; bytes, parts and checksum ${isSame ? 'the same' : 'DIFFER'}; ${after.encryption}`,
  );
  const calls = Object.entries(told.calls).toSorted(([, one], [, other]) => other - one);
  console.log(`  calls: ${calls.map(([name, times]) => `${name} ${times}`).join(', ')}`);
  if (!isSame || told.outcome !== '{"kind":"done","how":"copied"}') process.exitCode = 1;
}
s3.destroy();

/** As it would be deployed: sources and a whole SDK take 40 MB more. */
async function bundled(): Promise<string> {
  const outfile = path.join(mkdtempSync(path.join(os.tmpdir(), 'reseal-large-object-')), 'environment.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'large-object/environment.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
  });
  return outfile;
}

/** What must stay, and what must not. */
async function look() {
  const named = { Bucket: OBJECT.bucket, Key: OBJECT.key };
  const head = await s3.send(new HeadObjectCommand({ ...named, ChecksumMode: 'ENABLED' }));
  const { digest, parts, sizeBytes } = describeObject(aws.buckets, OBJECT);
  return {
    etag: head.ETag ?? '',
    encryption: `${head.ServerSideEncryption} ${head.SSEKMSKeyId === keyArn ? 'under the key' : ''}`.trim(),
    kept: [digest, parts, sizeBytes, head.ChecksumSHA256, head.ChecksumCRC64NVME, head.ChecksumType, head.Metadata],
  };
}

function runEnvironment(task: ObjectTask): Promise<CopyTold> {
  const { promise, resolve, reject } = Promise.withResolvers<CopyTold>();
  const child = fork(environment, {
    execArgv: HEAP,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'], WORK_MS: '6000', ASKED: JSON.stringify({ clientConfig, task }) },
  });
  child.on('message', (told: CopyTold) => resolve(told));
  child.once('exit', (code) => reject(new Error(`the environment ended with ${code}: more memory than it may take?`)));
  return promise;
}
