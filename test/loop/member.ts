import { makeStack, type Stack } from '../../local/cloudformation/stack.ts';
import type { LocalAws } from '../../local/start-local.ts';
import { type Clients, createClients } from '../local/clients.ts';
import { memberTemplate } from '../infra/member-template.ts';
import { ACCOUNT, REGION } from './deployed-stack.ts';

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
  { account, region, parameters = {} }: { account: string; region: string; parameters?: Record<string, string> },
): Promise<Member> {
  const deploy = (name: 'roles' | 'region', values: Record<string, string>) => {
    const { world, functions } = aws;
    const as = { caller: world.identity.administrator(account), region, invokedBy: 'cloudformation.amazonaws.com' };
    const tables = { invoke: () => Promise.reject(new Error('a member has no table')) };
    const place = { account, region, stackName: `reseal-${name}`, packageFolder: '', as };
    return makeStack(memberTemplate(name), values, { world, functions, tables, ...place });
  };
  const hub = { HubAccountId: ACCOUNT, HubRegion: REGION };
  const roles = await deploy('roles', { ...hub, ...parameters });
  await deploy('region', hub);
  const keyArn = aws.world.keys.create({ accountId: account, region, alias: 'alias/reseal' }).arn;
  const clients = createClients(aws, { account, region });
  return { account, region, clients, keyArn, roles, [Symbol.asyncDispose]: () => clients[Symbol.asyncDispose]() };
}
