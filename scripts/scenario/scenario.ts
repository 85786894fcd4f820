import type { Progress } from '../progress.ts';
import type { Stage } from './stage.ts';

/** One act of a scenario. */
export interface ScenarioAct {
  /** What a person reads when it begins. */
  says?: string;
  /** As in "waiting for the sweeps". */
  for: string;
  /** The signal tells that nobody waits any more. */
  play: (over: AbortSignal) => Promise<unknown>;
}

/** What a scenario has shown. */
export interface Ending {
  /** What --json prints (docs/json.md). */
  result: object;
  forPeople: (columns: number) => string;
  /** What did not come as expected, in words, each with what was expected. */
  offences: string[];
}

/** A scenario that was begun: its acts, each after the one before, and then what they have shown. */
export interface Scenario {
  acts: readonly ScenarioAct[];
  /** How long one act, and the end, may take on a quiet machine: far longer than it does. */
  seconds: number;
  end: (startedMs: number) => Promise<Ending>;
}

/** What each scenario makes of a running embedded AWS. */
export interface ScenarioSetting {
  stage: Stage;
  progress: Progress;
}

/** Plays act by act. */
export async function playScenario({ acts, seconds, end }: Scenario, progress: Progress): Promise<Ending> {
  const startedMs = performance.now();
  for (const { says, for: what, play } of acts) {
    if (says !== undefined) progress.say(says);
    await progress.within({ for: what, seconds }, play);
  }
  return progress.within({ for: 'everything to be read back and compared', seconds }, () => end(startedMs));
}

/** Seconds since then, to a tenth. */
export function secondsSince(startedMs: number): number {
  return Math.round((performance.now() - startedMs) / 100) / 10;
}
