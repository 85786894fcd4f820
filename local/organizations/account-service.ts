import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { ServiceDefinition } from '../service.ts';
import { onlySupported, rightsByName, type SupportedMembers } from '../supported-members.ts';
import type { Organization } from './organization.ts';
import { OPT_IN_REGIONS } from './regions.ts';

const SUPPORTED: SupportedMembers = {
  ListRegions: ['AccountId', 'MaxResults', 'NextToken', 'RegionOptStatusContains'],
  GetRegionOptStatus: ['AccountId', 'RegionName'],
  EnableRegion: ['AccountId', 'RegionName'],
  DisableRegion: ['AccountId', 'RegionName'],
};

interface Asked {
  readonly AccountId?: string;
  readonly RegionName?: string;
}

interface Listed extends Asked {
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly RegionOptStatusContains?: readonly string[];
}

/** AWS Account Management: the Regions of an account. A change is done at once, without the hours that AWS takes. */
export function createAccountService(
  organization: Organization,
  sdk: Readonly<Record<string, unknown>>,
): ServiceDefinition {
  const statusOf = (accountId: string, region: string): string => {
    if (!OPT_IN_REGIONS.includes(region)) return 'ENABLED_BY_DEFAULT';
    return organization.isRegionOn(accountId, region) ? 'ENABLED' : 'DISABLED';
  };
  const turn = (status: 'ENABLED' | 'DISABLED') => (input: Asked, call: Call) => {
    organization.setRegion(targetOf(organization, input, call), input.RegionName ?? '', status);
    return {};
  };
  const operations = {
    ListRegions: (input: Listed, call: Call) => {
      const { MaxResults: most = 50, NextToken: token = '0', RegionOptStatusContains: wanted = [] } = input;
      const account = targetOf(organization, input, call);
      const regions = [...organization.defaultRegions, ...OPT_IN_REGIONS]
        .toSorted()
        .map((RegionName) => ({ RegionName, RegionOptStatus: statusOf(account, RegionName) }))
        .filter(({ RegionOptStatus }) => wanted.length === 0 || wanted.includes(RegionOptStatus));
      const to = Number(token) + most;
      const next = to < regions.length ? { NextToken: String(to) } : {};
      return { Regions: regions.slice(Number(token), to), ...next };
    },
    GetRegionOptStatus: (input: Asked, call: Call) => {
      const { RegionName = '' } = input;
      if (![...organization.defaultRegions, ...OPT_IN_REGIONS].includes(RegionName))
        throw new AwsError('ValidationException', `${RegionName} is not a Region`);
      return { RegionName, RegionOptStatus: statusOf(targetOf(organization, input, call), RegionName) };
    },
    EnableRegion: turn('ENABLED'),
    DisableRegion: turn('DISABLED'),
  };
  return {
    id: 'account',
    signingName: 'account',
    protocol: 'restJson1',
    sdk,
    operations: onlySupported('account', operations, SUPPORTED),
    permissions: rightsByName(
      'account',
      SUPPORTED,
      ({ AccountId }: Asked, { caller }) => `arn:aws:account::${AccountId ?? caller.accountId}:account`,
    ),
  };
}

/** Another account's Regions are those of a member, for the management account or a delegate; its own it asks for without naming itself. */
function targetOf(organization: Organization, { AccountId: asked }: Asked, { caller: { accountId } }: Call): string {
  if (asked === undefined) return accountId;
  const isAllowed =
    asked !== organization.managementId &&
    organization.organizationOf(asked) !== undefined &&
    organization.administers(accountId, 'account.amazonaws.com');
  if (isAllowed) return asked;
  throw new AwsError(
    'AccessDeniedException',
    `User: ${accountId} is not authorized to perform this on account ${asked}`,
    403,
  );
}
