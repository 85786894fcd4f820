import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { RawService, WireRequest, WireResponse } from '../service.ts';
import type { Identity, Tables } from '../world.ts';
import { withOldItem } from './condition-failure.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { checkSupported } from './supported.ts';
import { tablePermissions } from './table-permissions.ts';

const TARGET = 'DynamoDB_20120810.';

export interface DynamoDb {
  readonly service: RawService;
  readonly tables: Tables;
}

/** DynamoDB: a dynalite for each account and Region, with the permission check and the refusals that it lacks. */
export function createDynamoDb(identity: Pick<Identity, 'authorize'>): DynamoDb {
  const engines = new Map<string, Engine>();
  const engineAt = (account: string, region: string): Engine => {
    const place = `${account} ${region}`;
    const engine = engines.get(place) ?? createEngine(account, region);
    engines.set(place, engine);
    return engine;
  };
  return {
    service: {
      id: 'dynamodb',
      signingName: 'dynamodb',
      handle: (request, call) =>
        handle(request, call, { identity, engine: engineAt(call.caller.accountId, call.region) }),
    },
    tables: { invoke: (operation, input, { account, region }) => run(engineAt(account, region), operation, input) },
  };
}

interface Behind {
  readonly identity: Pick<Identity, 'authorize'>;
  readonly engine: Engine;
}

async function handle(request: WireRequest, call: Call, { identity, engine }: Behind): Promise<WireResponse> {
  const operation = (request.headers['x-amz-target'] ?? '').replace(TARGET, '');
  const input = readBody(request.body);
  checkSupported(operation, input);
  identity.authorize(call, tablePermissions(operation, input, { account: call.caller.accountId, region: call.region }));
  const { ReturnValuesOnConditionCheckFailure: onFailure, ...forwarded } = input;
  const response = await engine.send({ ...request, body: Buffer.from(JSON.stringify(forwarded)) });
  return onFailure === 'ALL_OLD'
    ? withOldItem({ response, input, run: (name, body) => run(engine, name, body) })
    : response;
}

function readBody(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed === 'object' && parsed !== null) {
      return Object.fromEntries(Object.entries(parsed));
    }
  } catch {
    // Not JSON is as wrong as JSON of another type.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object');
}

/** Dynalite wants a signature to be there and looks no closer. */
const SIGNED = {
  authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local',
  'x-amz-date': '20000101T000000Z',
};

async function run(engine: Engine, operation: string, input: object): Promise<unknown> {
  const headers = { ...SIGNED, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': TARGET + operation };
  const response = await engine.send({
    method: 'POST',
    target: '/',
    headers,
    body: Buffer.from(JSON.stringify(input)),
  });
  const answer: unknown = JSON.parse(response.body.toString());
  if (response.status >= 400) {
    const {
      __type: type = '',
      message,
      Message,
    }: { __type?: string; message?: string; Message?: string } = asObject(answer);
    throw new AwsError(type.slice(type.indexOf('#') + 1), message ?? Message ?? '', response.status);
  }
  return answer;
}

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});
