import { dirname } from 'node:path';
import { AwsError } from '../errors.ts';
import type { Services } from './resource.ts';
import { makeStack } from './stack.ts';
import type { Stack } from './stack.ts';
import { readTemplateFile } from './template.ts';
import type { Template } from './template.ts';

export interface DeployerOptions {
  /** Path of the packaged template; the zips are beside it. */
  readonly template: string;
  readonly stackName: string;
  /** Parameter overrides, for example SettleSeconds. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** alias/NAME of keys to make in every account and Region before the stack. */
  readonly keyAliases?: readonly string[];
}

export interface Deployer {
  /** Deploys into an account and Region unless that was done or is under way. */
  ensure(account: string, region: string): Promise<Stack>;
  /** Every stack so far. */
  readonly stacks: readonly Stack[];
}

/** Deploys one packaged template into accounts and Regions of the embedded AWS. */
export function createDeployer(services: Services, options: DeployerOptions): Deployer {
  const underWay = new Map<string, Promise<Stack>>();
  const stacks: Stack[] = [];
  let template: Template | undefined;

  const deploy = async (account: string, region: string): Promise<Stack> => {
    template ??= readTemplateFile(options.template);
    const { identity } = services.world;
    (options.keyAliases ?? []).forEach((alias) => ensureKey(services, { alias, account, region }));
    const stack = await makeStack(template, options.parameters ?? {}, {
      ...services,
      account,
      region,
      stackName: options.stackName,
      packageFolder: dirname(options.template),
      as: { caller: identity.administrator(account), region, invokedBy: 'cloudformation.amazonaws.com' },
    });
    stacks.push(stack);
    return stack;
  };

  return {
    stacks,
    ensure: (account, region) => {
      const place = `${account} ${region}`;
      const stack = underWay.get(place) ?? deploy(account, region);
      underWay.set(place, stack);
      return stack;
    },
  };
}

function ensureKey({ world: { keys } }: Services, { alias, account, region }: { alias: string; account: string; region: string }): void {
  try {
    keys.resolve(alias, account, region);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'NotFoundException') {
      throw error;
    }
    keys.create({ accountId: account, region, alias });
  }
}
