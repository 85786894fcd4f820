import type { Organization } from '../organizations/organization.ts';
import type { ServiceDefinition } from '../service.ts';
import type { World } from '../world.ts';
import { createCloudFormation } from './definition.ts';
import { createDeployer, type Deployer, type DeployerOptions } from './deployer.ts';
import type { Services } from './resource.ts';
import { StackSets } from './stack-sets.ts';
import { StackStore } from './stack-store.ts';

export interface StacksOptions {
  readonly world: World;
  readonly wiring: { readonly resources: Omit<Services, 'world'> };
  readonly organization: Organization;
  readonly options: { readonly stack?: DeployerOptions; readonly stackSetsFilterNewAccounts?: boolean };
}

/** CloudFormation, and the deployer that makes the stack of a start. */
export function createStacks({ world, wiring, organization, options }: StacksOptions): {
  readonly deployer: Deployer | undefined;
  readonly service: ServiceDefinition;
} {
  const services = { world, ...wiring.resources };
  const stacks = new StackStore();
  const filtersNewAccounts = options.stackSetsFilterNewAccounts !== false;
  const stackSets = new StackSets({ services, stacks, organization, filtersNewAccounts });
  return {
    deployer: options.stack && createDeployer(services, stacks, options.stack),
    service: createCloudFormation({ stacks, services, stackSets, organization }),
  };
}
