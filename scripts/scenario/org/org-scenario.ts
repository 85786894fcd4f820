import { type Ending, type Scenario, type ScenarioAct, type ScenarioSetting, secondsSince } from '../scenario.ts';
import { HUB_PLACE, LAYOUT, MEMBERS, PLACES, REGIONS } from './accounts.ts';
import { CAST } from './cast.ts';
import { deployOrganization, foundOrganization, seeInstances, takeName } from './deploy.ts';
import { orgForPeople } from './org-for-people.ts';
import { beginAll, disturbAll, openPlayed, type OrgPlayed } from './played.ts';
import { orgOffences } from './org-offences.ts';
import { accountJobs, ledgerJobs, orgResult, readAll } from './read-back.ts';
import { removeAll } from './removal.ts';
import { breakRole, comeBack, deleteBuckets, join, leave, suspend } from './turns.ts';

/** An organization: deployed by organization.yml, disturbed in its buckets, accounts and roles, and removed. */
export function orgScenario(setting: ScenarioSetting, objects: number): Scenario {
  const played = openPlayed(setting, objects);
  return {
    acts: [...founded(played), ...watched(played), ...turned(played), ...ended(played)],
    seconds: 300 + CAST.length * (1 + objects / 20),
    end: (startedMs) => endingOf(played, startedMs),
  };
}

function founded(played: OrgPlayed): ScenarioAct[] {
  const { stage } = played;
  return [
    {
      says: `an organization: the management account, the hub's and ${MEMBERS.length} members in ${REGIONS.length} Regions`,
      for: 'the keys',
      play: async () => {
        played.unit = foundOrganization(played, LAYOUT);
        await Promise.all(PLACES.map((place) => stage.makeKeys(place)));
      },
    },
    { for: 'the buckets and their objects', play: () => beginAll(played) },
    {
      says: 'deploying the hub, then organization.yml in the management account, and plain stacks where no stack set comes',
      for: 'the stack of the hub',
      play: async () => {
        await takeName(played);
        played.hub = await stage.deploy(HUB_PLACE);
      },
    },
    {
      for: 'the stack sets of the organization',
      play: async () => {
        await deployOrganization(played, LAYOUT);
        await seeInstances(played);
      },
    },
  ];
}

function watched(played: OrgPlayed): ScenarioAct[] {
  return [
    {
      says: 'deployed; in every Region buckets are made, lose their encryption, get a weaker one, tags, policies, grants and logs',
      for: 'what happens to the buckets',
      play: () => disturbAll('watch', played),
    },
    { for: 'every event of the members to be answered', play: () => played.stage.settle() },
    { for: 'deleted buckets to be noticed', play: () => deleteBuckets(played) },
  ];
}

function turned(played: OrgPlayed): ScenarioAct[] {
  let restoreRole = async (): Promise<unknown> => undefined;
  return [
    {
      says: 'one account leaves while a repair is due, and its stacks go with it',
      for: 'the account that leaves',
      play: (over) => leave(played, over),
    },
    {
      says: 'one account is suspended while a repair is due, and the rest goes on',
      for: 'the account that is suspended',
      play: (over) => suspend(played, over),
    },
    {
      says: 'one role loses half of its rights',
      for: 'the account with the broken role',
      play: async () => {
        restoreRole = await breakRole(played);
      },
    },
    {
      says: 'one account is created, and the one that was deployed by half is mended',
      for: 'the account that is created',
      play: () => join(played),
    },
    {
      says: 'the role gets its rights back, the account is reinstated, the other one returns; sweeps try their buckets again',
      for: 'the accounts that come back',
      play: (over) => comeBack(played, restoreRole, over),
    },
  ];
}

function ended(played: OrgPlayed): ScenarioAct[] {
  return [
    { says: 'reading every object back', for: 'every object to be read back', play: () => readAll(played) },
    {
      says: 'removing all of it: rules first, roles last, and the hub after them',
      for: 'the removal',
      play: () => removeAll(played),
    },
  ];
}

async function endingOf(played: OrgPlayed, startedMs: number): Promise<Ending> {
  // The table is read after the removal: it was kept.
  const closed = (await ledgerJobs(played)).filter(({ isClosed }) => isClosed).map(({ jobId }) => jobId);
  const told = orgResult(played, await accountJobs(played), new Set(closed));
  const result = { ...told, seconds: secondsSince(startedMs) };
  return { result, forPeople: (columns) => orgForPeople(result, columns), offences: orgOffences(result) };
}
