import type {
  CancelKeyDeletionRequest,
  DisableKeyRequest,
  EnableKeyRequest,
  ScheduleKeyDeletionRequest,
} from '@aws-sdk/client-kms';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Operation } from '../service.ts';
import { findKey } from './find-key.ts';
import type { KeyRecord } from './key-record.ts';
import type { KeyStore } from './key-store.ts';

const DAY_MS = 86_400_000;
const DEFAULT_WINDOW_DAYS = 30;

/** A key's way between Enabled, Disabled and PendingDeletion (KMS Developer Guide, "Key states"). */
export function createStateOperations(store: KeyStore): Record<string, Operation> {
  return {
    EnableKey: (input: EnableKeyRequest, call: Call) => {
      const key = ownKey(store, input.KeyId, call);
      assertNotPending(key);
      key.state = 'Enabled';
    },
    DisableKey: (input: DisableKeyRequest, call: Call) => {
      const key = ownKey(store, input.KeyId, call);
      assertNotPending(key);
      key.state = 'Disabled';
    },
    ScheduleKeyDeletion: (input: ScheduleKeyDeletionRequest, call: Call) => {
      const days = input.PendingWindowInDays ?? DEFAULT_WINDOW_DAYS;
      if (days < 7 || days > 30)
        throw new AwsError('ValidationException', `PendingWindowInDays must be from 7 to 30, found ${days}`, 400);
      const key = ownKey(store, input.KeyId, call);
      assertNotPending(key);
      if (key.primaryRegion === key.region && store.related(key).length > 1)
        throw notEmulated('the deletion of a primary key that has replicas');
      key.state = 'PendingDeletion';
      key.deletionDate = new Date(call.time.getTime() + days * DAY_MS);
      return { KeyId: key.arn, DeletionDate: key.deletionDate, KeyState: key.state, PendingWindowInDays: days };
    },
    CancelKeyDeletion: (input: CancelKeyDeletionRequest, call: Call) => {
      const key = ownKey(store, input.KeyId, call);
      if (key.state !== 'PendingDeletion')
        throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`, 400);
      key.state = 'Disabled';
      key.deletionDate = undefined;
      return { KeyId: key.arn };
    },
  };
}

/** These operations take a key id or key ARN, no alias, and refuse AWS managed keys. */
function ownKey(store: KeyStore, keyId: string | undefined, call: Call): KeyRecord {
  const key = findKey(store, keyId ?? '', call);
  if (keyId?.includes('alias/')) throw new AwsError('NotFoundException', `Invalid keyId '${keyId}'`, 400);
  if (key.manager === 'AWS')
    throw new AwsError('AccessDenied', `${key.arn} is an AWS managed key: its state is AWS's own`, 400);
  return key;
}

function assertNotPending(key: KeyRecord): void {
  if (key.state === 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`, 400);
}
