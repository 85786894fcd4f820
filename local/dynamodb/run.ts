import type { WireRequest } from '../service.ts';
import { valueOf } from './answer.ts';
import type { Engine } from './engine.ts';
import type { Json } from './json.ts';

/** Runs one operation of an engine at once, without waiting for a turn. Throws the operation's error as AwsError. */
export type Run = (operation: string, input: object) => Promise<Json>;

export function createRun(engine: Engine): Run {
  return async (operation, input) => valueOf(await engine.send(requestFor(operation, input)));
}

/** Dynalite wants a signature to be there and looks no closer. */
const SIGNED = {
  authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local',
  'x-amz-date': '20000101T000000Z',
};

/** The operation as a request that never was on a wire. */
export function requestFor(operation: string, input: object): WireRequest {
  const headers = {
    ...SIGNED,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  return { method: 'POST', target: '/', headers, body: Buffer.from(JSON.stringify(input)) };
}
