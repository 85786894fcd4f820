import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateStackCommand,
  DescribeStacksCommand,
  DescribeStackSetCommand,
  paginateListStackInstances,
  type StackInstanceSummary,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import { ORGANIZATION } from '../../package.ts';
import type { PlaceClients } from '../endpoint.ts';
import type { Place } from '../place.ts';
import type { Stage } from '../stage.ts';
import { HOME, type Layout, LAYOUT, MANAGEMENT, MEMBERS, REGIONS, TAKEN } from './accounts.ts';
import type { OrgPlayed } from './played.ts';

export const ORGANIZATION_STACK = 'reseal-organization';
const ROLES = 'reseal-roles';
const REGION = 'reseal-region';
const ACCOUNTS = 'reseal-management';
export const MANAGEMENT_PLACE: Place = { account: MANAGEMENT, region: HOME };
const TAKEN_NAME = 'reseal-track-job';
const TAKEN_PLACE: Place = { account: TAKEN, region: HOME };

/** A stack of a member template that no stack set deploys: StackSets skips the management account, and the hub's own has its roles already. */
interface PlainStack {
  name: typeof ROLES | typeof REGION | typeof ACCOUNTS;
  place: Place;
}

export function plainStacks({ management, hub, regions }: Layout): Record<'rules' | 'roles', readonly PlainStack[]> {
  const [home, ...others] = regions;
  return {
    rules: [
      ...regions.map((region): PlainStack => ({ name: REGION, place: { account: management, region } })),
      ...others.map((region): PlainStack => ({ name: REGION, place: { account: hub, region } })),
      // AWS Organizations writes its events there.
      { name: ACCOUNTS, place: { account: management, region: 'us-east-1' } },
    ],
    roles: [{ name: ROLES, place: { account: management, region: home } }],
  };
}

const parametersOf = (given: Record<string, string>) =>
  Object.entries(given).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

/** Somebody in one account has a role of a name that Reseal needs. */
export async function takeName({ clients }: OrgPlayed): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await clients(TAKEN_PLACE).iam.send(new CreateRoleCommand({ RoleName: TAKEN_NAME, AssumeRolePolicyDocument }));
}

/** An organization that is there, and who its administrators are. */
export interface Ground {
  stage: Stage;
  clients: (place: Place) => PlaceClients;
}

/** The management account, the hub's and the members, which are in a unit of their own. Answers its id. */
export function foundOrganization({ stage: { organization } }: Ground, layout: Layout): string {
  organization.found(layout.management);
  organization.createAccount(layout.hub);
  const unit = organization.createUnit('workloads');
  for (const account of layout.members) organization.createAccount(account, unit);
  return unit;
}

/** `aws cloudformation deploy` of organization.yml in the management account, and the plain stacks. */
export async function deployOrganization({ clients, stage }: Ground, layout: Layout): Promise<void> {
  const { id: OrganizationId, root } = stage.organization;
  const { management, regions } = layout;
  const [home] = regions;
  const hub = { HubAccountId: layout.hub, HubRegion: home };
  const { roles, rules } = plainStacks(layout);
  for (const { name, place } of [...roles, ...rules]) {
    const file = path.resolve(import.meta.dirname, `../../../infra/member/${name.replace('reseal-', '')}.yml`);
    const given = name === ROLES ? { ...hub, OrganizationId } : hub;
    await createStack(clients(place), { name, file, given });
  }
  const units = { OrganizationalUnitIds: root.id, Regions: regions.join(',') };
  const given = { ...hub, OrganizationId, ManagementAccountId: management, ...units };
  const file = path.join(stage.packageFolder, ORGANIZATION);
  await createStack(clients({ account: management, region: home }), { name: ORGANIZATION_STACK, file, given });
  await stage.settle();
}

async function createStack(
  { cloudFormation }: PlaceClients,
  { name: StackName, file, given }: { name: string; file: string; given: Record<string, string> },
): Promise<void> {
  const TemplateBody = readFileSync(file, 'utf8');
  const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
  await cloudFormation.send(
    new CreateStackCommand({ StackName, TemplateBody, Capabilities, Parameters: parametersOf(given) }),
  );
  const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  if (stack?.StackStatus !== 'CREATE_COMPLETE')
    throw new Error(`the stack ${StackName} is ${stack?.StackStatus}: ${stack?.StackStatusReason}`);
}

/** Every account has what it should, but the one where a name was taken, which CloudFormation names. */
export async function seeInstances(played: OrgPlayed): Promise<void> {
  const instances = await memberInstances(played, MANAGEMENT_PLACE);
  const failed = instances.filter(({ StackInstanceStatus: status }) => status?.DetailedStatus !== 'SUCCEEDED');
  const [half] = failed;
  const whole = MEMBERS.length * STACKS - 1;
  played.seen.push({
    what: 'the stack sets deployed, and half in one account',
    account: TAKEN,
    expected: `${whole} stacks, failed in ${TAKEN} for ${TAKEN_NAME}`,
    found: `${instances.length - failed.length} stacks, failed in ${failed.map(({ Account }) => Account).join(', ')}${
      half?.StatusReason?.includes(TAKEN_NAME) === true ? ` for ${TAKEN_NAME}` : ''
    }`,
    message: half?.StatusReason ?? '',
  });
}

/** What the stack sets have deployed, or tried to. */
export async function memberInstances({ clients }: Pick<Ground, 'clients'>, management: Place): Promise<Instance[]> {
  const { cloudFormation } = clients(management);
  const found: Instance[] = [];
  for (const kind of [ROLES, REGION]) {
    const pages = paginateListStackInstances({ client: cloudFormation }, { StackSetName: kind });
    for await (const { Summaries = [] } of pages) found.push(...Summaries.map((one) => ({ ...one, kind })));
  }
  return found;
}

type Instance = StackInstanceSummary & { kind: string };

/** Notes how many stacks of the stack sets an account has. */
export async function seeStacks(played: OrgPlayed, account: string, what: string, stacks: number): Promise<void> {
  const instances = await memberInstances(played, MANAGEMENT_PLACE);
  const its = instances.filter(
    ({ Account, StackInstanceStatus: status }) => Account === account && status?.DetailedStatus === 'SUCCEEDED',
  );
  played.seen.push({ what, account, expected: `${stacks} stacks`, found: `${its.length} stacks` });
}

/** How many stacks the stack sets give an account. */
export const STACKS = 1 + REGIONS.length;

/** Where every stack of a member template is, by the id that it keeps when it is gone. */
export async function memberStacks(played: OrgPlayed): Promise<{ kind: string; place: Place; id: string }[]> {
  const found = [];
  const instances = await memberInstances(played, MANAGEMENT_PLACE);
  for (const { kind, Account: account = '', Region: region = '', StackId: id = '' } of instances)
    found.push({ kind, place: { account, region }, id });
  const { rules, roles } = plainStacks(LAYOUT);
  for (const { name: kind, place } of [...rules, ...roles]) {
    const { cloudFormation } = played.clients(place);
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: kind }));
    found.push({ kind, place, id: stack?.StackId ?? '' });
  }
  return found;
}

/** The name is free again, and the stack set is deployed as it is, which mends the instance that failed. */
export async function mendHalfDeployed({ clients }: OrgPlayed): Promise<void> {
  await clients(TAKEN_PLACE).iam.send(new DeleteRoleCommand({ RoleName: TAKEN_NAME }));
  const { cloudFormation } = clients(MANAGEMENT_PLACE);
  const named = { StackSetName: ROLES };
  const { StackSet } = await cloudFormation.send(new DescribeStackSetCommand(named));
  const Parameters = StackSet?.Parameters?.map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true }));
  const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
  await cloudFormation.send(
    new UpdateStackSetCommand({ ...named, UsePreviousTemplate: true, Capabilities, Parameters }),
  );
}
