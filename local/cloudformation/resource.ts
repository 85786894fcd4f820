import { z } from 'zod';
import { notEmulated } from '../errors.ts';
import type { CallAs, Functions, Tables, World } from '../world.ts';
import { invalidTemplate } from './template-error.ts';

/** What the makers of resources work with. */
export interface Services {
  readonly world: World;
  readonly functions: Functions;
  readonly tables: Tables;
}

/** Where a stack is being made. */
export interface Place extends Services {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** How many stacks of this name there were here before. */
  readonly generation?: number;
  /** The folder of the packaged zips; undefined where they are in their bucket. */
  readonly packageFolder: string | undefined;
  /** Who makes it, through CloudFormation. */
  readonly as: CallAs;
  readonly tags?: Readonly<Record<string, string>>;
  /** What is taken over instead of being made: its name by logical id. */
  readonly imports?: ReadonlyMap<string, string>;
  /** Told of each resource that was made, changed or deleted, or that could not be. */
  readonly report?: (step: Step) => void;
}

export interface Step {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
  readonly reason?: string;
}

/** What a resource is known by once it exists. */
export interface Created {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Deletes it; undefined where there is nothing to delete, or where it goes with another resource. */
  readonly remove?: () => void | Promise<void>;
}

/** Makes a resource, or changes the one that there is. */
export type Maker = (
  logicalId: string,
  properties: unknown,
  place: Place,
  before?: Before<unknown>,
) => Promise<Created>;

/** Finds a resource that is there by its name. Throws where it is not. */
export type Finder = (name: string, place: Place) => Promise<Created>;

/** A resource as an earlier template made it. */
export interface Before<Properties> {
  readonly created: Created;
  readonly properties: Properties;
}

type Make<Properties> = (logicalId: string, properties: Properties, place: Place) => Created | Promise<Created>;

/** How an update is done: by the same calls again, by deleting the resource first, or in a way of its own. */
type Change<Properties> =
  | 'again'
  | 'anew'
  | ((
      logicalId: string,
      properties: Properties,
      place: Place,
      before: Before<Properties>,
    ) => Created | Promise<Created>);

/**
 * A maker behind its schema: a property that is not in it is refused by name, before anything is made. Without `change` an update is refused by
 * name, when it comes.
 */
export function maker<Schema extends z.ZodType>(
  type: string,
  schema: Schema,
  make: Make<z.infer<Schema>>,
  change?: Change<z.infer<Schema>>,
): Maker {
  return async (logicalId, given, place, before) => {
    const properties = readProperties({ type, logicalId, schema, given });
    if (before === undefined) return make(logicalId, properties, place);
    if (change === undefined) throw notEmulated(`An update of ${type} (${logicalId})`);
    if (change === 'anew') await before.created.remove?.();
    if (typeof change === 'string') return make(logicalId, properties, place);
    const old = readProperties({ type, logicalId, schema, given: before.properties });
    return change(logicalId, properties, place, { created: before.created, properties: old });
  };
}

function readProperties<Schema extends z.ZodType>({
  type,
  logicalId,
  schema,
  given,
}: {
  type: string;
  logicalId: string;
  schema: Schema;
  given: unknown;
}): z.infer<Schema> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = [logicalId, ...(issue?.path ?? [])].join('.');
  if (issue?.code === 'unrecognized_keys') {
    throw notEmulated(`The property ${issue.keys.join(', ')} of ${type} (${path})`);
  }
  throw invalidTemplate(`${type} ${path}: ${issue?.message ?? 'not valid'}`);
}

/** CloudFormation takes numbers and booleans as text as well. */
export const number = z.coerce.number();
export const flag = z.union([
  z.boolean(),
  z.literal('true').transform(() => true),
  z.literal('false').transform(() => false),
]);

/** Accepted and of no effect here. */
export const ignored = z.unknown().optional();

/** A resource that is half made when its creation fails is taken away again. */
export async function orUndone(undo: () => Promise<void>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await undo();
    throw error;
  }
}
