// How long `npm start` takes after packaging: until the first repaired bucket, and until the whole scenario is read back.
import { startLocal } from '../local/start-local.ts';
import { localStack } from '../scripts/local-stack.ts';
import { LOCAL_SETTLE_SECONDS } from '../scripts/options.ts';
import type { Progress } from '../scripts/progress.ts';
import { createStage } from '../scripts/scenario/embedded-stage.ts';
import { playScenario } from '../scripts/scenario/scenario.ts';
import { stagedFor } from '../scripts/scenario/scenarios.ts';
import { median } from './figures/median.ts';

const RUNS = 3;

const SILENT: Progress = {
  say: () => {},
  pace: () => {},
  show: () => {},
  within: (_wait, work) => work(new AbortController().signal),
  [Symbol.dispose]: () => {},
};

const { policy, deployer } = await localStack({ policy: 'reseal.yaml', settle: LOCAL_SETTLE_SECONDS });
const firstRepair: number[] = [];
const whole: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  const started = performance.now();
  await using local = await startLocal({ stack: deployer, deployOnFirstUse: false });
  let repairedMs: number | undefined;
  local.onOutcome(({ call, error }) => {
    const byReseal = call.operation === 'PutBucketEncryption' && call.caller.role !== undefined && error === undefined;
    if (byReseal) repairedMs ??= performance.now();
  });
  const setting = { stage: createStage(local, deployer), progress: SILENT };
  const { offences } = await playScenario(
    stagedFor('buckets').begin(setting, policy, { buckets: 1, objects: 5 }),
    SILENT,
  );
  const [offence] = offences;
  if (offence !== undefined) throw new Error(offence);
  firstRepair.push(((repairedMs ?? Number.NaN) - started) / 1000);
  whole.push((performance.now() - started) / 1000);
}
console.log(
  `npm start, after packaging, to the first repaired bucket: ${median(firstRepair).toFixed(1)} s, median of ${RUNS} (under 5)`,
);
console.log(
  `npm start, after packaging, the whole scenario: ${median(whole).toFixed(1)} s, median of ${RUNS} (under 20)`,
);
