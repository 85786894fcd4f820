import type { Overview } from '../../../src/remediation/overview.ts';
import type { OrganizationSweep } from '../../../src/ledger/sweep-item.ts';
import { addToTally, emptyTally, type Tally, tallied } from '../../../src/ledger/tally.ts';

export const AT = '2026-11-30T16:45:00.000Z';
export const HUB = '111122223333';
export const MEMBER = '444455556666';
export const REGION = 'eu-west-1';

/** A sweep of everything that has ended. */
export const ENDED_SWEEP: OrganizationSweep = {
  sweep: 'sweep-2',
  at: '2026-11-30T03:00:00.000Z',
  observe: false,
  scope: {},
  accounts: 2,
  accountsDone: 2,
  endedAt: '2026-11-30T03:12:00.000Z',
  buckets: 9,
  unlisted: 0,
  logTargets: 0,
  loggingUnread: { buckets: 0, first: [] },
  found: [],
  missing: [],
  unreached: { accounts: 0, first: [] },
};

/** Overview of a hub that guards two accounts, where all is well; `over` replaces its parts. */
export function overviewWith(
  over: Partial<Overview> = {},
  parameters: Readonly<Record<string, string>> = {},
): Overview {
  const account = (id: string, name: string) => ({
    account: id,
    name,
    state: 'ACTIVE',
    ouPath: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/',
    readAt: AT,
    role: { there: true, at: AT },
    rev: 1,
  });
  const place = (id: string, region: string) => ({
    account: id,
    region,
    sweptAt: '2026-11-30T03:12:00.000Z',
    buckets: 3,
    rule: 'ENABLED',
    reports: true,
    heardAt: '2026-11-30T13:40:00.000Z',
  });
  return {
    at: AT,
    hub: {
      stack: 'reseal-prod',
      region: REGION,
      account: HUB,
      version: '0.2.0',
      table: 'ledger',
      sweepFunction: 'reseal-prod-sweep',
      outputs: new Map(),
      parameters: new Map(Object.entries({ SweepWithinHours: '30', OrganizationId: 'o-a1b2c3d4e5', ...parameters })),
    },
    accounts: [account(HUB, 'security'), account(MEMBER, 'shop')],
    places: [place(HUB, REGION), place(MEMBER, REGION), place(MEMBER, 'us-east-1')],
    sweeps: [ENDED_SWEEP],
    tally: tallyOf([...bucketsOf(7, 'compliant'), ...bucketsOf(2, 'repair')]),
    deadLetters: new Map([
      ['assess', 0],
      ['run', 0],
    ]),
    unread: [],
    odd: 0,
    ...over,
  };
}

export function tallyOf(items: readonly object[]): Tally {
  const tally = emptyTally();
  for (const item of items) addToTally(tally, tallied(Object.fromEntries(Object.entries(item))), '2026-11-16');
  return tally;
}

/** So many items of buckets under one verdict and code. */
export function bucketsOf(count: number, verdict: string, code?: string, more: object = {}): object[] {
  return Array.from({ length: count }, (_, at) => ({
    sk: 'STATE',
    account: MEMBER,
    region: REGION,
    bucket: `${code ?? verdict}-${at}`,
    verdict,
    reasons: code === undefined ? [] : [{ code, message: 'why' }],
    ...more,
  }));
}
