import { createHash, randomUUID } from 'node:crypto';
import type { DeploymentTargets, StackSetOperationPreferences } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../errors.ts';
import type { Account, AccountChange } from '../organizations/account.ts';
import type { Organization } from '../organizations/organization.ts';
import type { CallAs } from '../world.ts';
import type { Place, Services } from './resource.ts';
import { type Group, type Instance, keyOf, type SetOperation, type StackSet } from './stack-set.ts';
import { runOperation, settle, type Work } from './stack-set-run.ts';
import { accountsOf, inOrder } from './stack-set-targets.ts';
import type { Stack } from './stack.ts';
import type { StackStore } from './stack-store.ts';

export interface StackSetsOptions {
  readonly services: Services;
  readonly stacks: StackStore;
  readonly organization: Organization;
  /** False deploys into every new account below the units, whatever the account filter says; AWS does not document which it is. */
  readonly filtersNewAccounts: boolean;
}

/** An operation, and when it has ended. */
interface Started {
  readonly operation: SetOperation;
  readonly ended: Promise<void>;
}

interface Asked {
  readonly instances: readonly Instance[];
  readonly work: Work;
  readonly retain?: boolean;
  /** What the caller calls the operation. */
  readonly id?: string | undefined;
}

/** To whom an organization delegates stack sets, and who assumes the role of each account. */
export const STACK_SETS_SERVICE = 'member.org.stacksets.cloudformation.amazonaws.com';

/** The service-managed stack sets of the organization: what deploys them, now and as accounts come and go. */
export class StackSets {
  readonly sets = new Map<string, StackSet>();
  #options: StackSetsOptions;
  #changes: Promise<unknown> = Promise.resolve();

  constructor(options: StackSetsOptions) {
    this.#options = options;
    options.organization.onChange((change) => this.#follow(change));
  }

  /** Deploys into the accounts of the targets; resolves with the operation once it has ended. */
  create(set: StackSet, group: Group, id?: string): Started {
    set.groups.push(group);
    return this.#create(set, group, this.#accountsOf(group.targets), id);
  }

  delete(
    set: StackSet,
    { targets, regions, preferences, retain }: Omit<Group, 'overrides'> & { readonly retain: boolean },
    id?: string,
  ): Started {
    const accounts = this.#accountsOf(targets).map(({ id }) => id);
    const isMeant = ({ account, region }: Instance): boolean => accounts.includes(account) && regions.includes(region);
    const instances = [...set.instances.values()].filter(isMeant);
    for (const group of set.groups.splice(0)) {
      const kept = group.regions.filter((region) => !regions.includes(region));
      if (kept.length > 0) set.groups.push({ ...group, regions: kept });
    }
    return this.#remove(set, instances, preferences, { retain, id });
  }

  /** Brings every instance to what the set is now. */
  update(set: StackSet, preferences: StackSetOperationPreferences, id?: string): Started {
    const instances = [...set.instances.values()];
    return this.#start(set, 'UPDATE', preferences, { instances, work: (one) => this.#redeploy(set, one), id });
  }

  #accountsOf(targets: DeploymentTargets, isNew = false): readonly Account[] {
    const { organization, filtersNewAccounts } = this.#options;
    const heedsFilter = !isNew || filtersNewAccounts;
    return accountsOf(heedsFilter ? targets : { ...targets, AccountFilterType: 'NONE' }, organization);
  }

  #create(set: StackSet, group: Group, accounts: readonly Account[], id?: string): Started {
    const instances = group.regions.flatMap((region) =>
      accounts.map(({ id }) => this.#instance(set, { account: id, region, overrides: group.overrides })),
    );
    return this.#start(set, 'CREATE', group.preferences, { instances, work: (one) => this.#deploy(set, one), id });
  }

  #remove(
    set: StackSet,
    instances: readonly Instance[],
    preferences: StackSetOperationPreferences,
    { retain, id }: { retain: boolean; id?: string | undefined },
  ): Started {
    const work: Work = (one) => this.#undeploy(set, one, retain);
    return this.#start(set, 'DELETE', preferences, { instances, work, retain, id });
  }

  #instance(set: StackSet, place: Pick<Instance, 'account' | 'region' | 'overrides'>): Instance {
    const known = set.instances.get(keyOf(place));
    const instance: Instance = known ?? {
      ...place,
      status: 'OUTDATED',
      detail: 'PENDING',
      reason: undefined,
      stack: undefined,
      operationId: '',
    };
    set.instances.set(keyOf(place), instance);
    return instance;
  }

  /** One operation after the other; without managed execution a second one is refused. */
  #start(
    set: StackSet,
    action: 'CREATE' | 'UPDATE' | 'DELETE',
    preferences: StackSetOperationPreferences,
    { instances, work, retain = false, id = randomUUID() }: Asked,
  ): Started {
    if (set.operations.some((each) => each.id === id))
      throw new AwsError('OperationIdAlreadyExistsException', `The operation ${id} is there already`, 409);
    const isBusy = set.operations.some(({ status }) => status === 'RUNNING' || status === 'QUEUED');
    if (isBusy && set.managedExecution.Active !== true)
      throw new AwsError(
        'OperationInProgressException',
        `Another Operation on StackSet ${set.arn} is in progress`,
        409,
      );
    const { activity, now } = this.#options.services.world;
    const about = { id, action, preferences, startedAt: now(), retain, results: [], endedAt: undefined };
    const operation: SetOperation = { ...about, status: isBusy ? 'QUEUED' : 'RUNNING' };
    set.operations.push(operation);
    for (const instance of instances) instance.operationId = operation.id;
    const over = activity.begin('job');
    const ended = set.queue.then(async () => {
      operation.status = 'RUNNING';
      await runOperation(operation, instances, work);
      operation.endedAt = now();
      over();
    });
    set.queue = ended;
    return { operation, ended };
  }

  async #deploy(set: StackSet, instance: Instance): Promise<string | undefined> {
    const { stacks, organization } = this.#options;
    if (!organization.isOpen(instance.account)) {
      Object.assign(instance, { detail: 'SKIPPED_SUSPENDED_ACCOUNT' });
      return undefined;
    }
    if (instance.stack !== undefined) return undefined;
    const stackName = `StackSet-${set.name}-${randomUUID()}`;
    return settle(instance, 'OUTDATED', async () => {
      const parameters = { ...set.parameters, ...instance.overrides };
      instance.stack = await stacks.make(set.template, parameters, this.#place(set, instance, stackName));
    });
  }

  async #redeploy(set: StackSet, instance: Instance): Promise<string | undefined> {
    const { stacks, organization } = this.#options;
    const record = instance.stack && stacks.find(instance, instance.stack.id);
    if (record === undefined || !organization.isOpen(instance.account)) return this.#deploy(set, instance);
    return settle(instance, 'OUTDATED', async () => {
      const recipe = { template: set.template, parameters: { ...set.parameters, ...instance.overrides } };
      const failed = await stacks.apply(record, recipe, this.#place(set, instance, record.name));
      if (failed !== undefined) throw failed;
      instance.stack = record.stack;
    });
  }

  #place(set: StackSet, instance: Instance, stackName: string): Place {
    const { account, region } = instance;
    return {
      ...this.#options.services,
      account,
      region,
      stackName,
      packageFolder: undefined,
      as: this.#as(set, instance),
    };
  }

  async #undeploy(set: StackSet, instance: Instance, retain: boolean): Promise<string | undefined> {
    const { stack } = instance;
    const failed = await settle(instance, 'INOPERABLE', async () => {
      if (stack !== undefined && !retain) await this.#drop(stack);
    });
    if (failed === undefined) set.instances.delete(keyOf(instance));
    return failed;
  }

  async #drop({ account, region, id }: Stack): Promise<void> {
    const { stacks, services } = this.#options;
    const record = stacks.find({ account, region }, id);
    if (record !== undefined) await stacks.remove(record, services);
  }

  /** The role that StackSets makes in each account: every service control policy binds it. */
  #as({ name }: StackSet, { account, region }: Instance): CallAs {
    const { identity } = this.#options.services.world;
    const role = `stacksets-exec-${createHash('md5').update(account).digest('hex')}`;
    const arn = `arn:aws:iam::${account}:role/${role}`;
    const trust = {
      Statement: [{ Effect: 'Allow', Principal: { Service: STACK_SETS_SERVICE }, Action: 'sts:AssumeRole' }],
    };
    const all = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    identity.putRole({ arn, name: role, trust, policies: [all] });
    const { caller } = identity.startSession(arn, name.slice(0, 64), { service: STACK_SETS_SERVICE });
    return { caller, region, invokedBy: 'cloudformation.amazonaws.com' };
  }

  /** Auto-deployment: an account that came below the units gets its instances, one that went loses them; one change after the other. */
  #follow({ kind, accountId }: AccountChange): void {
    if (kind === 'region' || kind === 'state') return;
    const over = this.#options.services.world.activity.begin('job');
    this.#changes = this.#changes.then(async () => {
      const failed = new Set<string>();
      for (const set of inOrder([...this.sets.values()])) {
        const isHeld = set.autoDeployment.DependsOn?.some((arn) => failed.has(arn)) === true;
        if (set.autoDeployment.Enabled !== true || isHeld) continue;
        const operations = this.#adjust(set, accountId);
        await Promise.all(operations.map(({ ended }) => ended));
        if (operations.some(({ operation }) => operation.status === 'FAILED')) failed.add(set.arn);
      }
      over();
    });
  }

  #adjust(set: StackSet, accountId: string): Started[] {
    const wanted = new Set<string>();
    const started = set.groups.flatMap((group) => {
      const account = this.#accountsOf(group.targets, true).find(({ id }) => id === accountId);
      if (account === undefined) return [];
      const regions = group.regions.filter((region) => !set.instances.has(keyOf({ account: accountId, region })));
      for (const region of group.regions) wanted.add(keyOf({ account: accountId, region }));
      return regions.length === 0 ? [] : [this.#create(set, { ...group, regions }, [account])];
    });
    const gone = [...set.instances.values()].filter((one) => one.account === accountId && !wanted.has(keyOf(one)));
    if (gone.length === 0) return started;
    const [preferences = {}] = set.groups.map((group) => group.preferences);
    const retain = set.autoDeployment.RetainStacksOnAccountRemoval === true;
    return [...started, this.#remove(set, gone, preferences, { retain })];
  }
}
