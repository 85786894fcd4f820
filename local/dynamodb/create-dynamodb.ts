import type { Call } from '../call.ts';
import type { StreamFeed } from '../change-stream.ts';
import { AwsError } from '../errors.ts';
import type { RawService, WireRequest, WireResponse } from '../service.ts';
import type { Tables, World } from '../world.ts';
import { valueOf } from './answer.ts';
import { Database } from './database.ts';
import type { Json } from './json.ts';
import { requestFor } from './run.ts';
import { checkSupported } from './supported.ts';
import { tableKeyUse } from './table-key.ts';
import { tablePermissions } from './table-permissions.ts';

const TARGET = 'DynamoDB_20120810.';

export interface DynamoDb {
  readonly service: RawService;
  readonly tables: Tables;
  readonly streams: StreamFeed;
}

/** DynamoDB: a database for each account and Region, behind the permission check and the refusal of what it does not know. */
export function createDynamoDb({ identity, keys, now }: Pick<World, 'identity' | 'keys' | 'now'>): DynamoDb {
  const databases = new Map<string, Database>();
  const databaseAt = (account: string, region: string): Database => {
    const place = `${account} ${region}`;
    const database = databases.get(place) ?? new Database({ account, region, now });
    databases.set(place, database);
    return database;
  };
  const handle = async (request: WireRequest, call: Call): Promise<WireResponse> => {
    const operation = (request.headers['x-amz-target'] ?? '').replace(TARGET, '');
    const { region } = call;
    const { accountId: account } = call.caller;
    const input = readBody(request.body);
    checkSupported(operation, input);
    const database = databaseAt(account, region);
    const asked = tablePermissions(operation, input, { account, region, hashKeyOf: database.hashKeyOf });
    identity.authorize(call, [...asked, ...tableKeyUse(asked, (table) => database.keyIdOf(table), keys)]);
    return database.answer(operation, input, request);
  };
  return {
    service: { id: 'dynamodb', signingName: 'dynamodb', handle },
    tables: {
      invoke: async (operation, input, { account, region }) => {
        const members = Object.fromEntries(Object.entries(input));
        checkSupported(operation, members);
        return valueOf(await databaseAt(account, region).answer(operation, members, requestFor(operation, {})));
      },
    },
    streams: {
      subscribe: (streamArn, from, listener) => {
        const [, , , region = '', account = ''] = streamArn.split(':');
        return databaseAt(account, region).stream(streamArn).subscribe(from, listener);
      },
    },
  };
}

function readBody(body: Buffer): Json {
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
