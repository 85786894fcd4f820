import { sweep } from '../invoke-sweep.ts';
import { deployOrganization, foundOrganization, memberInstances } from '../org/deploy.ts';
import type { ScenarioOptions } from '../options.ts';
import { type Ending, type Scenario, type ScenarioAct, type ScenarioSetting, secondsSince } from '../scenario.ts';
import type { FleetSize } from './fleet-cast.ts';
import { fleetForPeople } from './fleet-for-people.ts';
import {
  beginFleet,
  disturbFleet,
  finishFleet,
  type FleetPlayed,
  hubPlace,
  ledgerOf,
  openFleet,
  repairedIn,
} from './fleet-played.ts';
import { fleetOffences, fleetResult } from './fleet-result.ts';

/** An organization of many accounts: a tenth of its buckets drifts, some events are lost, and a sweep finds what they would have told. */
export function fleetScenario(
  setting: ScenarioSetting,
  size: FleetSize,
  standard: ScenarioOptions['standard'],
): Scenario {
  const played = openFleet(setting, size, standard);
  return {
    acts: [...founded(played), ...disturbed(played), ...swept(played)],
    seconds: 300 + size.buckets / 2 + size.accounts * 5,
    end: (startedMs) => endingOf(played, startedMs),
  };
}

function founded(played: FleetPlayed): ScenarioAct[] {
  const { stage, fleet, size } = played;
  const { layout, places, plays } = fleet;
  return [
    {
      says: `an organization of ${size.accounts} accounts in ${layout.regions.length} Regions with ${plays.length} buckets; seed ${size.seed}`,
      for: 'the accounts and their keys',
      play: async () => {
        foundOrganization(played, layout);
        // Whoever administers some service for the organization may list its accounts (docs/deploy.md).
        stage.organization.registerDelegate(layout.hub, 'config.amazonaws.com');
        await Promise.all(places.map((place) => stage.makeKeys(place)));
      },
    },
    { for: 'the buckets', play: () => beginFleet(played) },
    {
      says: 'deploying the hub, then organization.yml in the management account, and plain stacks where no stack set comes',
      for: 'the stack of the hub',
      play: async () => {
        played.hub = await stage.deploy(hubPlace(fleet));
      },
    },
    { for: 'the stack sets of the organization', play: () => deployed(played) },
  ];
}

async function deployed(played: FleetPlayed): Promise<void> {
  const { layout } = played.fleet;
  await deployOrganization(played, layout);
  const instances = await memberInstances(played, { account: layout.management, region: layout.regions[0] });
  const failed = instances.filter(({ StackInstanceStatus: status }) => status?.DetailedStatus !== 'SUCCEEDED');
  const [first] = failed;
  if (first !== undefined)
    throw new Error(
      `${failed.length} stacks of ${instances.length} failed, the first one in ${first.Account} ${first.Region}: ${first.StatusReason}`,
    );
}

function disturbed(played: FleetPlayed): ScenarioAct[] {
  const drifted = played.fleet.plays.filter(({ kind }) => kind !== 'already-right').length;
  return [
    {
      says: `deployed; ${drifted} buckets lose their encryption, get a weaker one or are made without, and some events are lost`,
      for: 'what happens to the buckets',
      play: () => disturbFleet(played),
    },
    {
      for: 'every event that arrives to be answered',
      play: async () => {
        await played.stage.settle();
        played.byEvents = await repairedIn(played);
      },
    },
  ];
}

function swept(played: FleetPlayed): ScenarioAct[] {
  const { stage, fleet, clients } = played;
  return [
    {
      says: 'a sweep of the organization finds what no event told',
      for: 'every bucket of the sweep to be judged',
      play: async () => {
        const startedMs = performance.now();
        await sweep(clients(hubPlace(fleet)), played.hub.sweepFunction);
        await stage.settle();
        played.sweepSeconds = secondsSince(startedMs);
      },
    },
    {
      says: 'the schedule asks for jobs that are still open: the sweep has started some itself, and the end of one may be lost too',
      for: 'the jobs that are still open',
      play: async () => {
        stage.fire(hubPlace(fleet), played.hub.openJobsRule);
        await stage.settle();
      },
    },
    {
      says: 'reading every bucket and object back',
      for: 'every bucket to be read back',
      play: () => finishFleet(played),
    },
  ];
}

async function endingOf(played: FleetPlayed, startedMs: number): Promise<Ending> {
  const { jobs } = await ledgerOf(played);
  const result = { ...fleetResult(played, jobs), seconds: secondsSince(startedMs) };
  return {
    result,
    forPeople: (columns) => fleetForPeople(result, columns),
    offences: fleetOffences(result, played.fleet),
  };
}
