import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticErrorSchema, StaticOperationSchema, StaticStructureSchema } from '@smithy/types';

/** What one SDK client package says about its service. Only the arrays below are read, never the client itself. */
export interface Model {
  /** For example `com.amazonaws.s3`. */
  readonly namespace: string;
  readonly operations: ReadonlyMap<string, StaticOperationSchema>;
  readonly errors: ReadonlyMap<string, StaticErrorSchema>;
}

const OPERATION = 9;
const ERROR = -3;
const STRUCTURE = 3;
const UNION = 4;
const SYNTHETIC = 'smithy.ts.sdk.synthetic.';

/**
 * Reads the schemas that a `@aws-sdk/client-*` package exports. Throws where they are not of the pinned shape, so that an
 * upgrade of the SDK stops the start instead of decoding garbage.
 */
export function readModel(sdk: Readonly<Record<string, unknown>>): Model {
  const schemas = Object.values(sdk).filter(Array.isArray);
  const operations = schemas.filter(isOperation);
  const errors = schemas.filter(isError).filter((error) => !error[1].startsWith(SYNTHETIC));
  const first = operations[0];
  if (first === undefined) {
    throw new Error(
      'the SDK client exports no operation schema [9, namespace, name, traits, input, output]: its schemas changed, pin the version of package.json',
    );
  }
  const model = {
    namespace: first[1],
    operations: new Map(operations.map((operation) => [operation[2], operation])),
    errors: new Map(errors.map((error) => [error[2], error])),
  };
  selfTest(model);
  return model;
}

/** Names of the members that the model requires, which a structure schema counts from its first member. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const structure: unknown = schema.getSchema();
  return isStructure(structure) ? structure[4].slice(0, structure[6] ?? 0) : [];
}

/** A structure of some members of another one, for the part of an input or output that is in the body. */
export function bodySchema(
  name: string,
  of: NormalizedSchema,
  members: readonly string[],
): StaticStructureSchema | undefined {
  const structure: unknown = of.getSchema();
  if (!isStructure(structure)) return undefined;
  const kept = structure[4].flatMap((member, index) => {
    const schema = structure[5][index];
    return schema !== undefined && members.includes(member) ? [{ member, schema }] : [];
  });
  return [STRUCTURE, structure[1], name, structure[3], kept.map((one) => one.member), kept.map((one) => one.schema)];
}

/** The traits of a schema as an object; a bit vector stands for none of those that are read here. */
export function traitsOf(schema: StaticOperationSchema | StaticErrorSchema): Readonly<Record<string, unknown>> {
  return typeof schema[3] === 'object' ? { ...schema[3] } : {};
}

/** Every input must be readable as a structure: the one assumption that all decoders make. */
function selfTest(model: Model): void {
  for (const [name, operation] of model.operations) {
    const input = NormalizedSchema.of(operation[4]);
    if (!input.isStructSchema() && !input.isUnitSchema()) {
      throw new Error(
        `the input of ${model.namespace}#${name} is no structure schema: the SDK's schemas changed, pin the version of package.json`,
      );
    }
  }
}

function isOperation(value: unknown[]): value is StaticOperationSchema {
  return value[0] === OPERATION && value.length === 6 && typeof value[1] === 'string' && typeof value[2] === 'string';
}

function isError(value: unknown[]): value is StaticErrorSchema {
  return value[0] === ERROR && typeof value[1] === 'string' && typeof value[2] === 'string';
}

function isStructure(value: unknown): value is StaticStructureSchema {
  return (
    Array.isArray(value) &&
    [STRUCTURE, UNION, ERROR].includes(value[0]) &&
    Array.isArray(value[4]) &&
    Array.isArray(value[5])
  );
}
