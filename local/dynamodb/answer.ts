import { crc32 } from 'node:zlib';
import { AwsError } from '../errors.ts';
import type { WireResponse } from '../service.ts';
import { asJson } from './json.ts';
import type { Json } from './json.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';

/** An answer as DynamoDB sends it: JSON with its checksum, which some SDKs verify. */
export function answer(status: number, value: object): WireResponse {
  return withBody({ status, headers: { 'content-type': CONTENT_TYPE }, body: '' }, value);
}

/** The same response around another document. */
export function withBody(response: WireResponse, value: object): WireResponse {
  const body = JSON.stringify(value);
  return {
    ...response,
    headers: {
      ...response.headers,
      'x-amz-crc32': String(crc32(body)),
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
  };
}

export function bodyOf(response: WireResponse): Json {
  return asJson(JSON.parse(response.body.toString()));
}

/** The error's name in a response, without its namespace; undefined where it is no error. */
export function errorCode(response: WireResponse): string | undefined {
  if (response.status < 400) return undefined;
  const type = String(bodyOf(response)['__type']);
  return type.slice(type.indexOf('#') + 1);
}

/** The document of a success. Throws the error of a failure. */
export function valueOf(response: WireResponse): Json {
  const code = errorCode(response);
  if (code === undefined) return bodyOf(response);
  throw new AwsError(code, errorMessage(response), response.status);
}

/** DynamoDB writes the name of this member in two ways. */
export function errorMessage(response: WireResponse): string {
  const { message, Message } = bodyOf(response);
  const text = message ?? Message;
  return typeof text === 'string' ? text : '';
}
