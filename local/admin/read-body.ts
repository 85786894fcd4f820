import type { z } from 'zod';
import type { WireRequest, WireResponse } from '../service.ts';
import { json } from './json.ts';

export type Read<Value> = { readonly value: Value } | { readonly refused: WireResponse };

/** Reads a JSON body by its schema; what does not fit is answered 400 with the path of the member that is wrong. */
export function readBody<Schema extends z.ZodType>({ body }: WireRequest, schema: Schema): Read<z.infer<Schema>> {
  let document: unknown;
  try {
    document = JSON.parse(body.toString());
  } catch (error) {
    return { refused: json(400, { error: `the body is not JSON: ${String(error)}` }) };
  }
  const read = schema.safeParse(document);
  if (read.success) {
    return { value: read.data };
  }
  return {
    refused: json(400, {
      error: read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '),
    }),
  };
}
