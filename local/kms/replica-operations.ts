import type { ReplicateKeyRequest } from '@aws-sdk/client-kms';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Operation } from '../service.ts';
import { checkedKeyPolicy } from './check-key-policy.ts';
import { findKey } from './find-key.ts';
import { keyMetadata } from './key-metadata.ts';
import type { KeyStore } from './key-store.ts';

/** Multi-Region keys: a primary key and its replicas share id and material (KMS API ReplicateKey). A replica is there at once. */
export function createReplicaOperations(store: KeyStore): Record<string, Operation> {
  return {
    ReplicateKey: (input: ReplicateKeyRequest, call: Call) => {
      const primary = findKey(store, input.KeyId ?? '', call);
      const region = input.ReplicaRegion ?? '';
      if (!primary.multiRegion) throw unsupported(`${primary.arn} is not a multi-Region key.`);
      if (primary.primaryRegion !== primary.region)
        throw unsupported(`${primary.arn} is not a multi-Region primary key.`);
      if (primary.state !== 'Enabled')
        throw new AwsError('KMSInvalidStateException', `${primary.arn} is ${primary.state}.`, 400);
      if (!isRegion(region)) throw new AwsError('ValidationException', `ReplicaRegion ${region} is no Region.`, 400);
      if (store.related(primary).some((key) => key.region === region))
        throw new AwsError('AlreadyExistsException', `A key related to ${primary.arn} is in ${region} already.`, 400);
      const { id, accountId, usage, spec, origin } = primary;
      const replica = store.add({
        id,
        accountId,
        region,
        usage,
        spec,
        origin,
        createdAt: call.time,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        ...(input.Policy === undefined ? {} : { policy: checkedKeyPolicy(input.Policy) }),
      });
      return {
        ReplicaKeyMetadata: keyMetadata(replica, store.related(replica)),
        ReplicaPolicy: typeof replica.policy === 'string' ? replica.policy : JSON.stringify(replica.policy),
      };
    },
  };
}

function isRegion(text: string): boolean {
  return /^[a-z]{2,4}(?:-[a-z]+)+-\d$/.test(text);
}

function unsupported(message: string): AwsError {
  return new AwsError('UnsupportedOperationException', message, 400);
}
