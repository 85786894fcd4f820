/**
 * How long a sweep takes and how much memory it needs, by the number of buckets. S3 and SQS are stubbed behind the SDK and answer at once, so the times are the CPU
 * time of Reseal and of the SDK, beside the bare SDK that asks as many buckets; the ledger is the embedded one in a process of its own. One line for each number, swept in parts of 50,000 as deployed.
 */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A heap that keeps the process below 200 MB: what needs more fails. */
const HEAP = ['--max-old-space-size=96', '--max-semi-space-size=4'];

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const ledger = fork(here('sweep/ledger.ts'));
try {
  const [endpoint] = await once(ledger, 'message');
  for (const buckets of [10_000, 50_000, 100_000]) {
    const script = [...HEAP, here('sweep/swept.ts'), String(buckets), String(endpoint)];
    spawnSync(process.execPath, script, { stdio: 'inherit' });
  }
} finally {
  ledger.kill();
}
