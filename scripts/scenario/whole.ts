import { startLocal } from '../../local/start-local.ts';
import { functionsOn, localStack, overridesLine } from '../local-stack.ts';
import type { Progress } from '../progress.ts';
import { columnsOf } from '../wrapped.ts';
import { createStage } from './embedded-stage.ts';
import type { ScenarioName, Size } from './names.ts';
import { playScenario } from './scenario.ts';
import { stagedFor } from './scenarios.ts';

export interface WholeOptions extends Size {
  scenario: ScenarioName;
  /** One JSON object on standard output and nothing else. */
  json: boolean;
  slowness: number;
}

/** Packages, deploys, plays, and prints the result. Answers the exit status: 0 where everything came as expected. */
export async function playWhole(
  { scenario, json, slowness, ...size }: WholeOptions,
  progress: Progress,
): Promise<number> {
  const { policy: file, settle, parameters, begin } = stagedFor(scenario, size);
  const { policy, deployer, packagedInSeconds } = await localStack({ policy: file(), settle, parameters }, progress);
  progress.say(`packaged in ${packagedInSeconds.toFixed(1)} s; ${overridesLine(settle)}`);
  await using local = await startLocal({ stack: deployer, deployOnFirstUse: false, lambda: functionsOn(slowness) });
  const stage = createStage(local, deployer);
  progress.show(() => stage.counts());
  const { result, forPeople, offences } = await playScenario(begin({ stage, progress }, policy, size), progress);
  progress[Symbol.dispose]();
  process.stdout.write(`${json ? JSON.stringify(result) : `\n${forPeople(columnsOf(process.stdout))}`}\n`);
  for (const offence of offences) console.error(offence);
  return offences.length === 0 ? 0 : 1;
}
