import { styleText } from 'node:util';
import { startLocal } from '../../local/start-local.ts';
import { functionsOn, localStack, overridesLine } from '../local-stack.ts';
import { LOCAL_SETTLE_SECONDS } from '../options.ts';
import { isLive, type Progress } from '../progress.ts';
import { renderConclusion } from './conclusion.ts';
import { createStage } from './embedded-stage.ts';
import { offencesOf } from './offences.ts';
import { scenarioOptions } from './options.ts';
import { renderReasons } from './reasons.ts';
import type { ScenarioResult } from './result.ts';
import { runScenario } from './run.ts';
import { renderTable, verdictIn } from './table.ts';
import { columnsOf } from '../wrapped.ts';

export interface WholeOptions {
  /** One JSON object on standard output and nothing else. */
  json: boolean;
  buckets: number;
  objects: number;
  slowness: number;
}

/** Packages, deploys, plays, and prints the result. Answers the exit status: 0 where everything came as expected. */
export async function playWhole({ json, slowness, ...size }: WholeOptions, progress: Progress): Promise<number> {
  const { policy, deployer, packagedInSeconds } = await localStack(
    { policy: process.env['RESEAL_POLICY'] ?? 'reseal.yaml', settle: LOCAL_SETTLE_SECONDS },
    progress,
  );
  progress.say(`packaged in ${packagedInSeconds.toFixed(1)} s; ${overridesLine(LOCAL_SETTLE_SECONDS)}`);
  await using local = await startLocal({ stack: deployer, deployOnFirstUse: false, lambda: functionsOn(slowness) });
  const stage = createStage(local);
  progress.show(() => stage.counts());
  const { result, expected } = await runScenario(stage, scenarioOptions(policy, size), progress);
  progress[Symbol.dispose]();
  process.stdout.write(`${json ? JSON.stringify(result) : forPeople(result)}\n`);
  const offences = offencesOf(result, expected);
  for (const offence of offences) console.error(offence);
  return offences.length === 0 ? 0 : 1;
}

const COLOURS = { repair: 'green', hold: 'yellow', unreadable: 'red', exempt: 'cyan' } as const;

/** In colours on a terminal, unless NO_COLOR or the terminal says otherwise. */
function painted(table: string): string {
  if (!isLive(process.stdout)) return table;
  const lines = table.split('\n').map((line) => {
    const verdict = verdictIn(line);
    return verdict === undefined ? line : styleText(COLOURS[verdict], line, { validateStream: false });
  });
  return lines.join('\n');
}

function forPeople(result: ScenarioResult): string {
  const columns = columnsOf(process.stdout);
  const { results } = result;
  const table = painted(renderTable(results, columns));
  const parts = [table, renderReasons(results, columns), renderConclusion(result, columns)];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}`;
}
