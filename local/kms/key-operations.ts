import type {
  CreateKeyRequest,
  DescribeKeyRequest,
  GetKeyPolicyRequest,
  ListKeysRequest,
  PutKeyPolicyRequest,
} from '@aws-sdk/client-kms';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Operation } from '../service.ts';
import { checkedKeyPolicy } from './check-key-policy.ts';
import { findKey } from './find-key.ts';
import { readKeyKind } from './key-kind.ts';
import { keyMetadata } from './key-metadata.ts';
import type { KeyStore } from './key-store.ts';
import { page } from './page.ts';

const ONLY_POLICY = 'default';

/** Making keys, looking at them, and their policies (KMS API of the same names). */
export function createKeyOperations(store: KeyStore): Record<string, Operation> {
  return {
    CreateKey: (input: CreateKeyRequest, call: Call) => {
      const key = store.add({
        accountId: call.caller.accountId,
        region: call.region,
        createdAt: call.time,
        ...readKeyKind(input),
        ...(input.Description === undefined ? {} : { description: input.Description }),
        ...(input.MultiRegion === undefined ? {} : { multiRegion: input.MultiRegion }),
        ...(input.Policy === undefined ? {} : { policy: checkedKeyPolicy(input.Policy) }),
      });
      return { KeyMetadata: keyMetadata(key, [key]) };
    },
    DescribeKey: (input: DescribeKeyRequest, call: Call) => {
      const key = findKey(store, input.KeyId ?? '', call);
      return { KeyMetadata: keyMetadata(key, store.related(key)) };
    },
    ListKeys: (input: ListKeysRequest, call: Call) => {
      const keys = store.list(call.caller.accountId, call.region).map((key) => ({ KeyId: key.id, KeyArn: key.arn }));
      const { items, ...rest } = page(keys, input.Limit ?? 100, input.Marker);
      return { Keys: items, ...rest };
    },
    GetKeyPolicy: (input: GetKeyPolicyRequest, call: Call) => {
      const { policy } = findKey(store, input.KeyId ?? '', call);
      checkPolicyName(input.PolicyName);
      return { Policy: typeof policy === 'string' ? policy : JSON.stringify(policy), PolicyName: ONLY_POLICY };
    },
    PutKeyPolicy: (input: PutKeyPolicyRequest, call: Call) => {
      const key = findKey(store, input.KeyId ?? '', call);
      if (key.manager === 'AWS')
        throw new AwsError('AccessDenied', `The policy of ${key.arn} is AWS's own and cannot be changed`, 400);
      checkPolicyName(input.PolicyName);
      key.policy = checkedKeyPolicy(input.Policy ?? '');
    },
  };
}

function checkPolicyName(name = ONLY_POLICY): void {
  if (name !== ONLY_POLICY) throw new AwsError('NotFoundException', `No such policy exists: ${name}`, 400);
}
