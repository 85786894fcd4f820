import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as dynamoDb from '@aws-sdk/client-dynamodb';
import { createActivity } from '../../local/activity.ts';
import { createCloudFormation } from '../../local/cloudformation/definition.ts';
import { StackSets } from '../../local/cloudformation/stack-sets.ts';
import { StackStore } from '../../local/cloudformation/stack-store.ts';
import { createS3Control } from '../../local/batch/create-s3-control.ts';
import { checkSupported } from '../../local/dynamodb/supported.ts';
import { AwsError } from '../../local/errors.ts';
import { createIam } from '../../local/iam/definition.ts';
import { createIdentity } from '../../local/identity/identity.ts';
import { createKms } from '../../local/kms/definition.ts';
import { Organization } from '../../local/organizations/organization.ts';
import { organizationServices } from '../../local/organizations/services.ts';
import { readModel } from '../../local/protocol/model.ts';
import { createS3 } from '../../local/s3/create-s3.ts';
import type { ServiceDefinition } from '../../local/service.ts';
import { createSts } from '../../local/sts/definition.ts';
import { createWiring } from '../../local/wiring.ts';
import type { World } from '../../local/world.ts';
import { ROOT } from './documents.ts';

/** Services that are served where their clients are installed. */
const MAY_BE_ABSENT = ['organizations', 'account'];

const HEADING = '## Operations that answer 501';

/** Every service of the embedded AWS by its id, with the operations of its model that it does not play. */
async function unplayed(): Promise<Map<string, string[]>> {
  const now = (): Date => new Date(0);
  const kms = createKms({ now });
  const identity = createIdentity({ now });
  const base = { now, identity, keys: kms.keys, activity: createActivity(), invoke: async () => undefined };
  const wiring = await createWiring({ world: base, endpoint: () => '' });
  const world: World = { ...base, events: wiring.bus };
  const s3 = createS3(world);
  const services = { world, ...wiring.resources };
  const organization = new Organization({ now, checkPolicy: () => {} });
  const stacks = new StackStore();
  const stackSets = new StackSets({ services, stacks, organization, filtersNewAccounts: true });
  const own = [
    createCloudFormation({ services, stacks, stackSets, organization }),
    createIam(world),
    ...(await organizationServices(organization)),
    s3.service,
    s3.directoryBuckets,
    createS3Control(world, s3.store).service,
    kms.service,
  ];
  const wired = wiring.services.filter((service): service is ServiceDefinition => 'sdk' in service);
  const rows = [...own, createSts(world).service, ...wired].map(({ id, sdk, operations }): [string, string[]] => [
    id,
    [...readModel(sdk).operations.keys()].filter((name) => !Object.hasOwn(operations, name)).toSorted(),
  ]);
  const raw = wiring.services.filter((service) => !('sdk' in service)).map(({ id }) => id);
  assert.deepEqual(raw, ['dynamodb']);
  await wiring.close();
  const tables = [...readModel(dynamoDb).operations.keys()].filter((name) => !isPlayed(name)).toSorted();
  return new Map([...rows, ['dynamodb', tables]]);
}

function isPlayed(operation: string): boolean {
  try {
    checkSupported(operation, {});
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.status === 501) return false;
    throw error;
  }
}

test('docs/local.md lists every operation that answers 501', async () => {
  const text = readFileSync(path.join(ROOT, 'docs/local.md'), 'utf8');
  const section = text.split(HEADING)[1]?.split('\n## ')[0] ?? '';
  const listed = [...section.matchAll(/^\*\*([a-z0-9]+)\.\*\* ([^]*?)\.$/gm)].map(
    ([, id = '', names = '']): [string, string[]] => [id, names.split(/,\s+/)],
  );
  const actual = await unplayed();
  const isServed = ([id]: [string, unknown]): boolean => !MAY_BE_ABSENT.includes(id) || actual.has(id);
  assert.deepEqual(
    Object.fromEntries(listed.filter(isServed)),
    Object.fromEntries([...actual].filter(([, names]) => names.length > 0)),
  );
});
