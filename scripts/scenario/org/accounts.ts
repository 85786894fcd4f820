import type { Place } from '../place.ts';

export const REGIONS = ['eu-west-1', 'us-east-1', 'ap-southeast-2'] as const;
/** Where the hub is, and the roles of every account are deployed. */
export const HOME = REGIONS[0];

export const MANAGEMENT = '999999999999';
export const HUB = '111111111111';
/** To whom nothing happens but what happens to their buckets. */
export const CALM = ['222222222222', '333333333333', '444444444444'] as const;
/** To whom something happens themselves. */
export const BROKEN = '555555555555';
export const SUSPENDED = '666666666666';
export const LEAVING = '777777777777';
export const TAKEN = '888888888888';
export const ADDED = '123456789012';

/** Every account, and what it is or what happens to it, in the words of the table. */
export const ACCOUNTS: ReadonlyMap<string, string> = new Map([
  [MANAGEMENT, 'management'],
  [HUB, 'hub'],
  ...CALM.map((account): [string, string] => [account, 'member']),
  [BROKEN, 'role broken, then restored'],
  [SUSPENDED, 'suspended, then reinstated'],
  [LEAVING, 'left in mid-repair, is back'],
  [TAKEN, 'half deployed, then mended'],
  [ADDED, 'created in the meantime'],
]);

/** Those that are in the organization before Reseal is deployed, beside the hub and the management account. */
export const MEMBERS = [...CALM, BROKEN, SUSPENDED, LEAVING, TAKEN] as const;

export const HUB_PLACE: Place = { account: HUB, region: HOME };

export const PLACES: readonly Place[] = [...ACCOUNTS.keys()].flatMap((account) =>
  REGIONS.map((region) => ({ account, region })),
);

/** Who is who in an organization, and where it is guarded: the first Region is the hub's. */
export interface Layout {
  management: string;
  hub: string;
  members: readonly string[];
  regions: readonly [string, ...string[]];
}

export const LAYOUT: Layout = { management: MANAGEMENT, hub: HUB, members: MEMBERS, regions: REGIONS };
