// npm start [-- --json --buckets N --objects M]: packages Reseal, deploys it into the embedded AWS, and plays a scenario.
import { parseArgs } from 'node:util';
import { startLocal } from '../local/start-local.ts';
import { localStack, LOCAL_SETTLE_SECONDS, overridesLine } from './local-stack.ts';
import { readWhole, reported } from './options.ts';
import { createStage } from './scenario/embedded-stage.ts';
import { offencesOf } from './scenario/offences.ts';
import { scenarioOptions } from './scenario/options.ts';
import { showProgress } from './scenario/progress.ts';
import { renderReasons } from './scenario/reasons.ts';
import { summaryLine } from './scenario/result.ts';
import { runScenario } from './scenario/run.ts';
import { renderTable } from './scenario/table.ts';

try {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      buckets: { type: 'string', default: '8' },
      objects: { type: 'string', default: '5' },
    },
  });
  const buckets = readWhole('--buckets', values.buckets, { min: 1, max: 100_000 });
  const objects = readWhole('--objects', values.objects, { min: 0, max: 1_000_000 });
  // With --json, stdout carries one object and nothing else.
  const out = values.json ? process.stderr : process.stdout;
  process.exitCode = await start({ json: values.json, buckets, objects, out });
} catch (error) {
  process.exitCode = reported(error);
}

interface StartOptions {
  json: boolean;
  buckets: number;
  objects: number;
  out: NodeJS.WriteStream;
}

async function start({ json, buckets, objects, out }: StartOptions): Promise<number> {
  const { policy, deployer, packagedInSeconds } = await localStack({
    policy: process.env['RESEAL_POLICY'] ?? 'reseal.yaml',
    settle: LOCAL_SETTLE_SECONDS,
  });
  out.write(`packaged in ${packagedInSeconds.toFixed(1)} s; ${overridesLine(LOCAL_SETTLE_SECONDS)}\n`);
  await using local = await startLocal({ stack: deployer, deployOnFirstUse: false });
  const { result, expected } = await play(local);
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const parts = [renderTable(result.results), renderReasons(result.results), summaryLine(result)];
    out.write(`\n${parts.filter((part) => part !== '').join('\n\n')}\n`);
  }
  const offences = offencesOf(result, expected);
  for (const offence of offences) console.error(offence);
  return offences.length === 0 ? 0 : 1;

  async function play(embedded: typeof local) {
    const stage = createStage(embedded);
    using progress = showProgress(out, () => stage.counts());
    return await runScenario(stage, scenarioOptions(policy, { buckets, objects }), progress);
  }
}
