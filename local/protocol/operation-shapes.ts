import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { readBindings, type Bindings } from './bindings.ts';
import { traitsOf, type Model } from './model.ts';

/** One operation with its bindings read once: the hot path looks nothing up in the model again. */
export interface OperationShape {
  readonly name: string;
  readonly input: Bindings;
  readonly output: Bindings;
  /** The model's success status; 200 where there is none. */
  readonly status: number;
}

/** Shapes are read at their first use: S3, S3 Control and Lambda have 300 operations, a test uses ten. */
export function createOperationShapes(model: Model): (operation: string) => OperationShape {
  const shapes = new Map<string, OperationShape>();
  return (operation) => {
    const known = shapes.get(operation);
    if (known !== undefined) return known;
    const schema = model.operations.get(operation);
    if (schema === undefined) throw new Error(`${model.namespace} has no operation ${operation}`);
    const shape = readShape(schema);
    shapes.set(operation, shape);
    return shape;
  };
}

function readShape(schema: StaticOperationSchema): OperationShape {
  const http = traitsOf(schema)['http'];
  const status: unknown = Array.isArray(http) ? http[2] : undefined;
  return {
    name: schema[2],
    input: readBindings(NormalizedSchema.of(schema[4])),
    output: readBindings(NormalizedSchema.of(schema[5])),
    status: typeof status === 'number' ? status : 200,
  };
}
