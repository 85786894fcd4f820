import type { NormalizedSchema } from '@smithy/core/schema';
import type { StaticStructureSchema } from '@smithy/types';
import type { WireResponse } from '../service.ts';
import { writeText } from './http-values.ts';
import type { OperationShape } from './operation-shapes.ts';
import { extrasOf } from './wire.ts';

interface Answer {
  readonly shape: OperationShape;
  readonly output: unknown;
  /** Of a body that is a document of the protocol, not a payload of bytes. */
  readonly contentType: string;
  readonly writeBody: (schema: NormalizedSchema | StaticStructureSchema, value: unknown) => string;
}

/** Puts an output into status, headers and body as the model binds it (Smithy HTTP bindings; restXml and restJson1). */
export function encodeHttp({ shape, output, contentType, writeBody }: Answer): WireResponse {
  const values = new Map(typeof output === 'object' && output !== null ? Object.entries(output) : []);
  const extras = extrasOf(output);
  const headers = boundHeaders(shape, values);
  const { payload, body, status } = shape.output;
  const modelled = Number(status === undefined ? shape.status : (values.get(status.member) ?? shape.status));
  // A partial answer says so in Content-Range, and the model has no member for its status (RFC 9110, 206).
  const code = extras.$status ?? (values.get('ContentRange') === undefined ? modelled : 206);
  if (payload !== undefined) {
    const value = values.get(payload.member);
    if (payload.schema.isStructSchema() && value !== undefined) {
      return {
        status: code,
        headers: { 'content-type': contentType, ...headers, ...extras.$headers },
        body: writeBody(payload.schema, value),
      };
    }
    return { status: code, headers: { ...headers, ...extras.$headers }, body: bytesOf(shape.name, value) };
  }
  if (body === undefined) return { status: code, headers: { ...headers, ...extras.$headers }, body: '' };
  return {
    status: code,
    headers: { 'content-type': contentType, ...headers, ...extras.$headers },
    body: writeBody(body, output ?? {}),
  };
}

function boundHeaders(shape: OperationShape, values: ReadonlyMap<string, unknown>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const binding of shape.output.headers) {
    const value = values.get(binding.member);
    if (value !== undefined && value !== null) headers[binding.name] = writeText(binding, value);
  }
  for (const binding of shape.output.prefixHeaders) {
    const map = values.get(binding.member);
    if (typeof map !== 'object' || map === null) continue;
    for (const [name, value] of Object.entries(map)) headers[binding.name + name] = String(value);
  }
  return headers;
}

function bytesOf(operation: string, value: unknown): Buffer | string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw new Error(`${operation} answered a payload that is neither bytes nor text`);
}
