import { GetKeyPolicyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { Fact } from '../../policy/facts.ts';
import { notUnderstood, readFact } from '../sdk/read-fact.ts';

const ACTION = 'kms:GetKeyPolicy';

/** GetKeyPolicy of a key of the own account by its ARN (a key's one policy is called default): its JSON text. */
export function createKeyPolicy(kms: KMSClient) {
  return function readKeyPolicy(keyArn: string): Promise<Fact<string>> {
    const what = `The policy of key ${keyArn}`;
    return readFact({ what, action: ACTION }, async () => {
      const { Policy: policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }));
      if (policy === '') throw notUnderstood(what, 'it is empty', ACTION);
      return policy;
    });
  };
}
