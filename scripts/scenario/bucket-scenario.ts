import {
  type AccountPlayed,
  beforeReseal,
  expectedOf,
  openAccounts,
  readBack,
  resultOf,
  secondsFor,
} from './account-played.ts';
import { disturbed } from './act.ts';
import { bucketsForPeople } from './buckets-for-people.ts';
import { sweep } from './invoke-sweep.ts';
import { offencesOf } from './offences.ts';
import type { ScenarioOptions } from './options.ts';
import { KINDS } from './play.ts';
import type { Ending, Scenario, ScenarioAct, ScenarioSetting } from './scenario.ts';

/** Buckets of every kind in accounts that stand alone: they are broken before and while Reseal watches, and read back. */
export function bucketScenario(setting: ScenarioSetting, options: ScenarioOptions): Scenario {
  const played = openAccounts(setting, options, { kinds: KINDS, most: Infinity });
  return {
    acts: [...beforeReseal(played), ...underWatch(played), ...readBack(played)],
    seconds: secondsFor(played),
    end: (startedMs) => endingOf(played, startedMs),
  };
}

function underWatch(played: AccountPlayed): ScenarioAct[] {
  const { stage, progress, options, stacks } = played;
  return [
    {
      says: 'Reseal deployed; buckets are made, lose their encryption and get a weaker one',
      for: 'what happens to the buckets',
      play: () =>
        Promise.all(played.acts.map((act) => disturbed(act, { stack: stacks.get(act.play.place), progress }, options))),
    },
    { for: 'every event to be answered', play: () => stage.idle() },
    {
      says: 'every event is answered; a sweep looks at what no event named',
      for: 'the sweeps',
      play: () => {
        for (const act of played.acts) act.since ??= new Date();
        return Promise.all(played.scenes.map(({ place, clients }) => sweep(clients, stacks.get(place)?.sweepFunction)));
      },
    },
    { for: 'every bucket of the sweeps to be judged', play: () => stage.idle() },
  ];
}

async function endingOf(played: AccountPlayed, startedMs: number): Promise<Ending> {
  const { result, own } = await resultOf(played, startedMs);
  const forPeople = (columns: number) => bucketsForPeople(result, columns);
  return { result, forPeople, offences: offencesOf(result, expectedOf(played, own)) };
}
