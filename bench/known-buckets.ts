/**
 * What it takes to know the buckets of one place by the ledger, and to begin a sweep of them, by their number: calls and memory. DynamoDB and
 * S3 are stubbed and answer at once. To know them takes the same memory whatever their number; the beginning of a sweep has the names that S3 lists.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('known-buckets/begun.ts', import.meta.url));

/** Megabytes of heap: what needs more fails. A function has 512 MB. */
const HEAPS = { known: 96, sweep: 256 };

for (const [what, heap] of Object.entries(HEAPS)) {
  for (const buckets of [10_000, 100_000, 1_000_000]) {
    const limits = [`--max-old-space-size=${heap}`, '--max-semi-space-size=4'];
    spawnSync(process.execPath, [...limits, script, String(buckets), what], { stdio: 'inherit' });
  }
}
