import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import type { LocalAws } from '../../local/start-local.ts';
import { ORGANIZATION } from '../../scripts/package.ts';
import { directory } from '../infra/packaged-template.ts';
import { createClients } from '../local/clients.ts';
import { ACCOUNT, type DeployOptions, deployStack, REGION } from './deployed-stack.ts';
import { founding } from './member.ts';

export const MANAGEMENT = '999999999999';
export const REGIONS = [REGION, 'us-east-2'] as const;

/** The hub's account and two members below the root of one organization. */
export async function openOrganization(options: DeployOptions = {}) {
  const stack = await deployStack({
    ...options,
    parameters: { OrganizationId: 'o-reseallocal', ...options.parameters },
    before: async (aws) => {
      founding('222222222222', '333333333333')(aws);
      await options.before?.(aws);
    },
  });
  const management = createClients(stack.aws, { account: MANAGEMENT, region: REGION });
  return {
    stack,
    cloudFormation: management.cloudFormation,
    [Symbol.asyncDispose]: async () => {
      await management[Symbol.asyncDispose]();
      await stack[Symbol.asyncDispose]();
    },
  };
}

/** organization.yml with the parameters of that organization, and `more`. */
export function deployment({ organization }: LocalAws, more: Record<string, string> = {}): CreateStackCommand {
  const given = {
    HubAccountId: ACCOUNT,
    HubRegion: REGION,
    OrganizationId: organization.id,
    ManagementAccountId: MANAGEMENT,
    OrganizationalUnitIds: organization.root.id,
    Regions: REGIONS.join(','),
    ...more,
  };
  return new CreateStackCommand({
    StackName: 'reseal-organization',
    TemplateBody: readFileSync(path.join(directory, ORGANIZATION), 'utf8'),
    Parameters: Object.entries(given).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  });
}
