// How large assess-bucket's bundle is, how long it takes from process start to its first `next`, and how much memory it needs.
import path from 'node:path';
import { startLocal } from '../local/start-local.ts';
import { localStack } from '../scripts/local-stack.ts';
import { LOCAL_SETTLE_SECONDS } from '../scripts/options.ts';
import { bundleBytes } from './figures/bundle-bytes.ts';
import { median } from './figures/median.ts';

const RUNS = 7;
const PLACE = { account: '111111111111', region: 'eu-west-1' };

const stack = await localStack({ policy: 'reseal.yaml', settle: LOCAL_SETTLE_SECONDS });
const initMs: number[] = [];
const peakMb: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  await using local = await startLocal({ stack: stack.deployer });
  await local.deployer?.ensure(PLACE.account, PLACE.region);
  const pool = local.functions.list().find(({ definition }) => definition.name.endsWith('assess-bucket'));
  if (pool === undefined) throw new Error('the stack has no function assess-bucket');
  const slot = await pool.acquire();
  const { failed, payload } = await slot.invoke(Buffer.from('{"Records":[]}'));
  slot.release();
  if (failed) throw new Error(`assess-bucket failed: ${payload.toString()}`);
  const [figures] = pool.figures;
  initMs.push(figures?.initMs ?? Number.NaN);
  peakMb.push((figures?.peakKb ?? Number.NaN) / 1000);
}
const bytes = bundleBytes(path.dirname(stack.deployer.template), 'assess-bucket');
console.log(`assess-bucket bundle: ${bytes} bytes minified, the SDK inside (at most 700000)`);
console.log(
  `assess-bucket init, process start to first next: ${median(initMs).toFixed(0)} ms, median of ${RUNS} (at most 160)`,
);
console.log(`assess-bucket peak RSS: ${median(peakMb).toFixed(0)} MB, median of ${RUNS} (at most 95)`);
