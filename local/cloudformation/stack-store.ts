import { randomUUID } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { Place, Step } from './resource.ts';
import { stackId } from './scope.ts';
import { makeStack, removeAll, type Stack } from './stack.ts';
import type { Template } from './template.ts';

interface Where {
  readonly account: string;
  readonly region: string;
}

/** A stack with its life: it may not have been made yet, or be gone. */
export interface StackRecord extends Where {
  readonly name: string;
  readonly id: string;
  /** How many stacks of this name there were here before. */
  readonly generation: number;
  status: string;
  reason: string | undefined;
  readonly createdAt: Date;
  updatedAt: Date | undefined;
  /** What it was made of last. */
  recipe: Recipe | undefined;
  /** The newest last. */
  readonly events: StackEvent[];
  /** Undefined before the first change set was executed, and after a creation that failed. */
  stack: Stack | undefined;
}

export interface StackEvent extends Step {
  readonly id: string;
  readonly at: Date;
}

/** What a stack is made of. */
export interface Recipe {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** The text of the template, for a stack that was made by call. */
  readonly body?: string | undefined;
  /** What is taken over instead of being made: its name by logical id. */
  readonly imports?: ReadonlyMap<string, string>;
}

/** Every stack of every account and Region, whoever made it. */
export class StackStore {
  #records: StackRecord[] = [];

  /** A stack that is only reviewed so far. Throws AlreadyExistsException. */
  open({ account, region, stackName, world }: Place): StackRecord {
    const known = this.find({ account, region }, stackName);
    if (known !== undefined) throw new AwsError('AlreadyExistsException', `Stack [${stackName}] already exists`);
    const generation = this.#records.filter(
      (each) => each.account === account && each.region === region && each.name === stackName,
    ).length;
    const record: StackRecord = {
      account,
      region,
      name: stackName,
      id: stackId({ account, region, stackName, generation }),
      generation,
      status: 'REVIEW_IN_PROGRESS',
      reason: undefined,
      createdAt: world.now(),
      updatedAt: undefined,
      recipe: undefined,
      events: [],
      stack: undefined,
    };
    this.#records.push(record);
    return record;
  }

  /** Throws AlreadyExistsException, or what a resource was refused with; then nothing of the stack is left. */
  async make(template: Template, parameters: Readonly<Record<string, string>>, place: Place): Promise<Stack> {
    const record = this.open(place);
    const failed = await this.apply(record, { template, parameters }, place);
    if (failed !== undefined) {
      this.#records = this.#records.filter((each) => each !== record);
      throw failed;
    }
    if (record.stack === undefined) throw new Error(`${record.name} was made and is not there`);
    return record.stack;
  }

  /** Makes or changes the stack; what it failed with is in its status and its events, and is returned. */
  async apply(record: StackRecord, recipe: Recipe, place: Place): Promise<Error | undefined> {
    const { stack: before } = record;
    const { tags = {}, imports } = recipe;
    const verb = imports !== undefined ? 'IMPORT' : before === undefined ? 'CREATE' : 'UPDATE';
    const report = this.#reporter(record, place);
    const whole = { ...place, generation: record.generation, tags, report, ...(imports && { imports }) };
    this.#turn(record, `${verb}_IN_PROGRESS`, place);
    try {
      record.stack = await makeStack(recipe.template, recipe.parameters, whole, before);
      record.recipe = recipe;
      if (before !== undefined) record.updatedAt = place.world.now();
      this.#turn(record, `${verb}_COMPLETE`, place);
      return undefined;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const reason = error.message;
      const rolledBack = verb === 'CREATE' ? 'ROLLBACK' : `${verb}_ROLLBACK`;
      this.#turn(record, `${rolledBack}_IN_PROGRESS`, place, reason);
      this.#turn(record, `${rolledBack}_COMPLETE`, place);
      record.reason = reason;
      return error;
    }
  }

  /** Throws what a resource could not be deleted with; the stack is DELETE_FAILED then. */
  async remove(record: StackRecord, place: Pick<Place, 'world'>): Promise<void> {
    this.#turn(record, 'DELETE_IN_PROGRESS', place);
    try {
      await removeAll(record.stack?.made ?? new Map(), { report: this.#reporter(record, place) });
    } catch (error) {
      this.#turn(record, 'DELETE_FAILED', place, error instanceof Error ? error.message : String(error));
      throw error;
    }
    this.#turn(record, 'DELETE_COMPLETE', place);
  }

  /** Those that are not gone. */
  list({ account, region }: Where): readonly StackRecord[] {
    return this.#records.filter(
      (each) => each.account === account && each.region === region && each.status !== 'DELETE_COMPLETE',
    );
  }

  /** By name or id; by its id also one that is gone. */
  find(where: Where, nameOrId: string): StackRecord | undefined {
    const there = this.list(where).find(({ name, id }) => nameOrId === name || nameOrId === id);
    return there ?? this.#records.findLast(({ id }) => nameOrId === id);
  }

  #turn(record: StackRecord, status: string, place: Pick<Place, 'world'>, reason?: string): void {
    record.status = status;
    record.reason = reason;
    const about = { logicalId: record.name, type: 'AWS::CloudFormation::Stack', physicalId: record.id, status };
    this.#reporter(record, place)(reason === undefined ? about : { ...about, reason });
  }

  #reporter({ events }: StackRecord, { world }: Pick<Place, 'world'>): (step: Step) => void {
    return (step) => events.push({ ...step, id: randomUUID(), at: world.now() });
  }
}
