import { z } from 'zod';
import { notEmulated } from '../errors.ts';
import type { CallAs, Functions, Rules, Tables, World } from '../world.ts';
import { invalidTemplate } from './template-error.ts';

/** What the makers of resources work with. */
export interface Services {
  readonly world: World;
  readonly rules: Rules;
  readonly functions: Functions;
  readonly tables: Tables;
}

/** Where a stack is being made. */
export interface Place extends Services {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** The folder of the packaged zips. */
  readonly packageFolder: string;
  /** The account's administrator, through CloudFormation. */
  readonly as: CallAs;
}

/** What a resource is known by once it exists. */
export interface Created {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export type Maker = (logicalId: string, properties: unknown, place: Place) => Promise<Created>;

/** A maker behind its schema: a property that is not in it is refused by name, before anything is made. */
export function maker<Schema extends z.ZodType>(
  type: string,
  schema: Schema,
  make: (logicalId: string, properties: z.infer<Schema>, place: Place) => Created | Promise<Created>,
): Maker {
  return async (logicalId, properties, place) => {
    const read = schema.safeParse(properties);
    if (read.success) {
      return make(logicalId, read.data, place);
    }
    const [issue] = read.error.issues;
    const path = [logicalId, ...(issue?.path ?? [])].join('.');
    if (issue?.code === 'unrecognized_keys') {
      throw notEmulated(`The property ${issue.keys.join(', ')} of ${type} (${path})`);
    }
    throw invalidTemplate(`${type} ${path}: ${issue?.message ?? 'not valid'}`);
  };
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
