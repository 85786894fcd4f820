import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import type { CodecSettings } from '@smithy/types';
import { AwsError } from '../errors.ts';
import type { Binding } from './bindings.ts';

/** Timestamps as their trait says, ISO 8601 in bodies and RFC 7231 dates in headers without one (Smithy HTTP bindings). */
export const HTTP_SETTINGS: CodecSettings = { timestampFormat: { useTrait: true, default: 5 }, httpBindings: true };

const fromString = new FromStringShapeDeserializer(HTTP_SETTINGS);
const toString = new ToStringShapeSerializer(HTTP_SETTINGS);

/** One value of a label, header or query name. Throws InvalidArgument with the name where the text is not of the member's type. */
export function readText(binding: Binding, text: string): unknown {
  let value: unknown;
  try {
    value = fromString.read(binding.schema, text);
  } catch {
    value = Number.NaN;
  }
  if (typeof value === 'number' && Number.isNaN(value)) {
    throw new AwsError('InvalidArgument', `Provided value for ${binding.name} is not valid`, 400, {
      fields: { ArgumentName: binding.name, ArgumentValue: text },
    });
  }
  return value;
}

export function writeText(binding: Binding, value: unknown): string {
  toString.write(binding.schema, value);
  return toString.flush();
}
