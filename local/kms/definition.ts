import * as sdk from '@aws-sdk/client-kms';
import type { ServiceDefinition } from '../service.ts';
import { onlySupported } from '../supported-members.ts';
import type { Keys, World } from '../world.ts';
import { createAliasOperations } from './alias-operations.ts';
import { createCryptoOperations } from './crypto-operations.ts';
import { createKeyOperations } from './key-operations.ts';
import { KeyStore } from './key-store.ts';
import { createKeys } from './keys.ts';
import { createPermissions } from './permissions.ts';
import { createReplicaOperations } from './replica-operations.ts';
import { createStateOperations } from './state-operations.ts';
import { SUPPORTED } from './supported.ts';

/** KMS as one part of the world: its service for the wire, its keys for the other services. */
export interface Kms {
  readonly service: ServiceDefinition;
  readonly keys: Keys;
}

export function createKms({ now }: Pick<World, 'now'>): Kms {
  const store = new KeyStore(now);
  const operations = {
    ...createKeyOperations(store),
    ...createReplicaOperations(store),
    ...createStateOperations(store),
    ...createAliasOperations(store),
    ...createCryptoOperations(store),
  };
  return {
    keys: createKeys(store, now),
    service: {
      id: 'kms',
      signingName: 'kms',
      protocol: 'awsJson1.1',
      sdk,
      operations: onlySupported('kms', operations, SUPPORTED),
      permissions: createPermissions(store),
    },
  };
}
