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
  /** Keys to make before the stack: alias/NAME in every account and Region, a key ARN in its own. */
  readonly keys?: readonly string[];
}

export interface Deployer {
  /** Deploys into an account and Region unless that was done or is under way. */
  ensure(account: string, region: string): Promise<Stack>;
  /** Makes the keys of the options that belong there, unless they are there. */
  makeKeys(account: string, region: string): void;
  /** Every stack so far. */
  readonly stacks: readonly Stack[];
}

/** Deploys one packaged template into accounts and Regions of the embedded AWS. */
export function createDeployer(services: Services, options: DeployerOptions): Deployer {
  const underWay = new Map<string, Promise<Stack>>();
  const stacks: Stack[] = [];
  let template: Template | undefined;

  const makeKeys = (account: string, region: string): void => {
    for (const key of options.keys ?? []) ensureKey(services, { key, account, region });
  };
  const deploy = async (account: string, region: string): Promise<Stack> => {
    template ??= readTemplateFile(options.template);
    const { identity } = services.world;
    makeKeys(account, region);
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
    makeKeys,
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
