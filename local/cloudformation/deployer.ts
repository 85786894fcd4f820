import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { AwsError } from '../errors.ts';
import type { Place, Services } from './resource.ts';
import type { StackStore } from './stack-store.ts';
import type { Stack } from './stack.ts';
import { readTemplateFile, readTemplateText } from './template.ts';
import type { Template } from './template.ts';

export interface DeployerOptions {
  /** Path of the packaged template; the zips are beside it. */
  readonly template: string;
  readonly stackName: string;
  /** Path of the template for the other Regions of an account that has the stack; without one they get nothing. */
  readonly otherRegions?: string;
  /** Parameter overrides, for example SettleSeconds. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Keys to make before the stack: alias/NAME in every account and Region, a key ARN in its own. */
  readonly keys?: readonly string[];
}

export interface Deployer {
  /** Deploys into an account and Region unless that was done or is under way. */
  ensure(account: string, region: string): Promise<Stack>;
  /** Deploys into the Region of an account that was used first, because roles have one name in an account, and `otherRegions` into any other. */
  ensureAccount(account: string, region: string): Promise<void>;
  /** Makes the keys of the options that belong there, unless they are there. */
  makeKeys(account: string, region: string): void;
  /** Every stack so far. */
  readonly stacks: readonly Stack[];
}

/** Deploys one packaged template into accounts and Regions of the embedded AWS. */
export function createDeployer(services: Services, stackStore: StackStore, options: DeployerOptions): Deployer {
  const underWay = new Map<string, Promise<Stack>>();
  const homes = new Map<string, string>();
  const stacks: Stack[] = [];
  let template: Template | undefined;

  const makeKeys = (account: string, region: string): void => {
    for (const key of options.keys ?? []) ensureKey(services, { key, account, region });
  };
  const deploy = async (account: string, region: string): Promise<Stack> => {
    template ??= readTemplateFile(options.template);
    makeKeys(account, region);
    const place = placeFor(services, options, { account, region, stackName: options.stackName });
    const stack = await stackStore.make(template, options.parameters ?? {}, place);
    stacks.push(stack);
    return stack;
  };
  /** The hub's own account has members' roles already. */
  const extend = async (account: string, region: string, home: string): Promise<void> => {
    if (options.otherRegions === undefined) return;
    const text = readFileSync(options.otherRegions, 'utf8');
    const place = placeFor(services, options, { account, region, stackName: `${options.stackName}-region` });
    await stackStore.make(readTemplateText(text), { HubAccountId: account, HubRegion: home }, place);
  };

  const deployer: Deployer = {
    stacks,
    makeKeys,
    ensureAccount: async (account, region) => {
      makeKeys(account, region);
      const home = homes.get(account) ?? region;
      homes.set(account, home);
      await deployer.ensure(account, home);
      if (region !== home) await extend(account, region, home);
    },
    ensure: (account, region) => {
      const place = `${account} ${region}`;
      const known = underWay.get(place);
      if (known !== undefined) return known;
      // A deployment that failed is no deployment: the next call tries again.
      const stack = deploy(account, region).catch((error: unknown) => {
        underWay.delete(place);
        throw error;
      });
      underWay.set(place, stack);
      return stack;
    },
  };
  return deployer;
}

function placeFor(
  services: Services,
  { template }: DeployerOptions,
  at: { account: string; region: string; stackName: string },
): Place {
  const caller = services.world.identity.administrator(at.account);
  const as = { caller, region: at.region, invokedBy: 'cloudformation.amazonaws.com' };
  return { ...services, ...at, packageFolder: dirname(template), as };
}

const KEY_ARN = /^arn:[^:]+:kms:(?<region>[^:]+):(?<account>\d{12}):key\/(?<id>.+)$/;

function ensureKey(
  { world: { keys } }: Services,
  { key, account, region }: { key: string; account: string; region: string },
): void {
  const named = KEY_ARN.exec(key)?.groups;
  if (named !== undefined && (named['account'] !== account || named['region'] !== region)) return;
  try {
    keys.resolve(key, account, region);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'NotFoundException') {
      throw error;
    }
    keys.create({
      accountId: account,
      region,
      ...(named?.['id'] === undefined ? { alias: key } : { id: named['id'] }),
    });
  }
}
