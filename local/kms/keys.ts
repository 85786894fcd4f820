import { AwsError } from '../errors.ts';
import type { Keys } from '../world.ts';
import type { KeyRecord } from './key-record.ts';
import type { KeyStore } from './key-store.ts';
import { assertUsableByS3 } from './usable.ts';
import { decryptUnder, encryptUnder } from './wrap.ts';

/** What the other services need of KMS. */
export function createKeys(store: KeyStore, now: () => Date): Keys {
  return {
    resolve: (keyId, accountId, region) => store.resolve(keyId, accountId, region),
    create: ({ accountId, region, id, alias, description }) => {
      const key = store.add({
        accountId,
        region,
        createdAt: now(),
        ...(id === undefined ? {} : { id }),
        ...(description === undefined ? {} : { description }),
      });
      if (alias !== undefined) store.setAlias({ name: alias, key, create: true });
      return key;
    },
    awsManaged: (alias, accountId, region) => store.managed(alias, accountId, region),
    wrap: (keyArn, dataKey) => encryptUnder(usable(store, keyArn), dataKey),
    unwrap: (keyArn, wrapped) => decryptUnder(usable(store, keyArn), wrapped),
  };
}

function usable(store: KeyStore, keyArn: string): KeyRecord {
  const [, , , region = '', accountId = ''] = keyArn.split(':');
  try {
    const key = store.resolve(keyArn, accountId, region);
    assertUsableByS3(key);
    return key;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NotFoundException')
      throw new AwsError('KMS.NotFoundException', error.message, 400);
    throw error;
  }
}
