import { setImmediate as turn } from 'node:timers/promises';
import { makeStack, type Stack } from '../../local/cloudformation/stack.ts';
import type { LocalAws } from '../../local/start-local.ts';
import { type Clients, createClients } from '../local/clients.ts';
import { memberTemplate } from '../infra/member-template.ts';
import { ACCOUNT, type DeployOptions, deployStack, REGION } from './deployed-stack.ts';

export interface Member extends AsyncDisposable {
  readonly account: string;
  readonly region: string;
  /** Of its administrator. */
  readonly clients: Clients;
  /** ARN of alias/reseal there. */
  readonly keyArn: string;
  readonly roles: Stack;
}

/** Deploys both member templates, as they are, into another account and Region than the hub's. */
export async function joinMember(
  aws: LocalAws,
  {
    account,
    region,
    parameters = {},
  }: { account: string; region: string; parameters?: Readonly<Record<string, string>> },
): Promise<Member> {
  const hub = { HubAccountId: ACCOUNT, HubRegion: REGION };
  const { WatchWrites = 'false', ...ofRoles } = parameters;
  const roles = await deployTemplate(aws, { account, region }, 'roles', { ...hub, ...ofRoles });
  await deployTemplate(aws, { account, region }, 'region', { ...hub, WatchWrites });
  const keyArn = aws.world.keys.create({ accountId: account, region, alias: 'alias/reseal' }).arn;
  const clients = createClients(aws, { account, region });
  return { account, region, clients, keyArn, roles, [Symbol.asyncDispose]: () => clients[Symbol.asyncDispose]() };
}

/** Makes an organization of the hub's account and these. */
export function founding(...accounts: readonly string[]): (aws: LocalAws) => void {
  return ({ organization }) => {
    organization.found('999999999999');
    for (const account of [ACCOUNT, ...accounts]) organization.createAccount(account);
  };
}

/** The hub and a member, in one organization and deployed for it where nothing else is said. */
export async function openPair(place: { account: string; region: string }, options: DeployOptions = {}) {
  const { parameters = { OrganizationId: 'o-reseallocal' }, before = founding(place.account) } = options;
  const stack = await deployStack({ ...options, parameters, before });
  const member = await joinMember(stack.aws, { ...place, parameters });
  return {
    stack,
    member,
    [Symbol.asyncDispose]: async () => {
      await member[Symbol.asyncDispose]();
      await stack[Symbol.asyncDispose]();
    },
  };
}

/** A session that was refused is not asked for again for a moment, and here nobody waits: another process has asked for none. */
export async function endProcesses({ functions }: LocalAws, name: string): Promise<void> {
  const named = functions.list().filter(({ definition }) => definition.name.includes(name));
  const isThere = (pid: number, signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(pid, signal);
    } catch {
      return false;
    }
  };
  for (const { pid } of named.flatMap(({ figures }) => figures)) {
    if (pid === undefined) continue;
    isThere(pid, 'SIGKILL');
    while (isThere(pid, 0)) await turn();
  }
}

/** Deploys into one more Region of a member what it has there. */
export async function joinRegion(aws: LocalAws, place: { account: string; region: string }): Promise<void> {
  await deployTemplate(aws, place, 'region', { HubAccountId: ACCOUNT, HubRegion: REGION });
}

/** Deploys into the management account what it has: the roles, and in us-east-1 the rule that tells the hub what becomes of accounts. */
export async function joinManagement(
  aws: LocalAws,
  account: string,
  parameters: Record<string, string>,
): Promise<void> {
  const hub = { HubAccountId: ACCOUNT, HubRegion: REGION };
  const place = { account, region: 'us-east-1' };
  await deployTemplate(aws, place, 'roles', { ...hub, ...parameters });
  await deployTemplate(aws, place, 'management', hub);
}

function deployTemplate(
  { world, functions }: LocalAws,
  { account, region }: { account: string; region: string },
  name: 'roles' | 'region' | 'management',
  values: Record<string, string>,
): Promise<Stack> {
  const as = { caller: world.identity.administrator(account), region, invokedBy: 'cloudformation.amazonaws.com' };
  const tables = { invoke: () => Promise.reject(new Error('a member has no table')) };
  const place = { account, region, stackName: `reseal-${name}`, packageFolder: '', as };
  return makeStack(memberTemplate(name), values, { world, functions, tables, ...place });
}
