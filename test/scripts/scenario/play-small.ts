import { startLocal } from '../../../local/start-local.ts';
import { localStack } from '../../../scripts/local-stack.ts';
import type { Progress } from '../../../scripts/progress.ts';
import { createStage } from '../../../scripts/scenario/embedded-stage.ts';
import type { ScenarioName, Size } from '../../../scripts/scenario/names.ts';
import { type Ending, playScenario } from '../../../scripts/scenario/scenario.ts';
import { stagedFor } from '../../../scripts/scenario/scenarios.ts';

/** A whole scenario takes seconds on a quiet machine; on a busy one it may take as many minutes. */
export const PATIENCE_MS = 900_000;

/** Notes what is said, and waits as long as it takes: the test itself has a limit. */
function noting(said: string[]): Progress {
  return {
    say: (line) => void said.push(line),
    pace: () => {},
    show: () => {},
    within: (_wait, work) => work(new AbortController().signal),
    [Symbol.dispose]: () => {},
  };
}

/** Plays a whole scenario in this process, under reseal.yaml. `changed` takes the packaged template for another one. */
export async function playSmall(
  name: ScenarioName,
  size: Size,
  changed: (packaged: string) => string = (packaged) => packaged,
): Promise<Ending & { said: string[] }> {
  const { settle, parameters, begin } = stagedFor(name, size);
  const { policy, deployer } = await localStack({ policy: 'reseal.yaml', settle: settle && 0, parameters });
  const stack = { ...deployer, template: changed(deployer.template) };
  await using local = await startLocal({ stack, deployOnFirstUse: false });
  const said: string[] = [];
  const progress = noting(said);
  const setting = { stage: createStage(local, deployer), progress };
  return { ...(await playScenario(begin(setting, policy, size), progress)), said };
}
