/** One client's process of ../connections.ts: reads the logging of so many buckets once, 64 at once, and tells what came back and the CPU time. */
import dns from 'node:dns';
import { GetBucketLoggingCommand, S3Client } from '@aws-sdk/client-s3';
import { lookup } from '../../local/loopback.mjs';
import { atOnce } from '../../src/at-once.ts';
import { createClients } from '../../src/runtime/clients.ts';
import { createConnections } from '../../src/runtime/connections.ts';

const AT_ONCE = 64;
const REGION = 'eu-west-1';
const [way, count] = process.argv.slice(2);

dns.lookup = lookup as typeof dns.lookup;
const s3 = clientOf();
await read('warm-up');
const names = Array.from({ length: Number(count) }, (_, index) => `bucket-${index}`);
const failed: Record<string, number> = {};
let answered = 0;
const before = process.cpuUsage();
await atOnce(names, AT_ONCE, readOne);
const { user, system } = process.cpuUsage(before);
process.send?.({ result: { answered, failed, cpuMs: (user + system) / 1_000 } }, () => process.exit());

function clientOf(): S3Client {
  if (way === 'deployed') return createClients(REGION).s3();
  return new S3Client({ region: REGION, requestHandler: way === 'hosts' ? createConnections() : {} });
}

async function readOne(name: string): Promise<void> {
  try {
    await read(name);
    answered += 1;
  } catch (error) {
    const code = String(error instanceof Error && 'code' in error ? error.code : error);
    failed[code] = (failed[code] ?? 0) + 1;
  }
}

async function read(bucket: string): Promise<void> {
  await s3.send(new GetBucketLoggingCommand({ Bucket: bucket }));
}
