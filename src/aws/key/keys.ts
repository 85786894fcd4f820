import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata, type KMSClient } from '@aws-sdk/client-kms';
import type { Fact } from '../../policy/facts.ts';
import type { KeyFacts, KeyReading } from '../../policy/model.ts';
import { present } from '../../present.ts';
import { readFact } from '../sdk/read-fact.ts';
import { createRemembered } from '../sdk/remembered.ts';
import { failureOf, messageOf } from '../sdk/service-error.ts';

export type Keys = ReturnType<typeof createKeys>;

/** KMS keys as one account and Region sees them, remembered for a while: DescribeKey allows 2,000 calls a second. */
export function createKeys(kms: KMSClient, now: () => Date) {
  const remembered = createRemembered<KeyReading>(now);
  return {
    /**
     * DescribeKey of an alias or key ARN. A key or alias that does not exist is a value; a failed read throws the SDK's
     * error. An answer is used again while it is younger than `maxAgeMs`, also one that is still under way.
     */
    read(asked: string, maxAgeMs: number): Promise<KeyReading> {
      return remembered(asked, maxAgeMs, () => describe(kms, asked));
    },
  };
}

async function describe(kms: KMSClient, asked: string): Promise<KeyReading> {
  try {
    const output = await kms.send(new DescribeKeyCommand({ KeyId: asked }));
    const key = facts(output.KeyMetadata);
    return key === undefined
      ? { kind: 'missing', asked, why: 'KMS answered without key metadata' }
      : { kind: 'found', key };
  } catch (error) {
    if (failureOf(error) === 'not-found') return { kind: 'missing', asked, why: messageOf(error) };
    throw error;
  }
}

function facts(metadata: KeyMetadata | undefined): KeyFacts | undefined {
  if (metadata?.Arn === undefined) return undefined;
  const [, , , region = '', account = ''] = metadata.Arn.split(':');
  return {
    arn: metadata.Arn,
    account,
    region,
    state: metadata.KeyState ?? 'unknown',
    usage: metadata.KeyUsage ?? 'unknown',
    spec: metadata.KeySpec ?? 'unknown',
    manager: metadata.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER',
    ...present({
      deletionAt: metadata.DeletionDate?.toISOString(),
      relatedRegions: metadata.MultiRegion === true ? regionsOf(metadata) : undefined,
      expiresAt: metadata.ExpirationModel === 'KEY_MATERIAL_EXPIRES' ? metadata.ValidTo?.toISOString() : undefined,
    }),
  };
}

function regionsOf({ MultiRegionConfiguration: related }: KeyMetadata): string[] {
  return [related?.PrimaryKey, ...(related?.ReplicaKeys ?? [])].flatMap((key) => key?.Region ?? []);
}

/** How old a policy may be: for a look of a sweep, which may take a day, and for an event or before a write. */
const POLICY_AGE_MS = { sweep: 60_000, fresh: 2_000 };

/**
 * GetKeyPolicy of a key of the own account by its ARN (a key's one policy is called default): its JSON text. The looks of a sweep
 * (`sweep` is its id) share an answer for a minute; everybody else shares one for as long as the buckets of a batch are judged together.
 */
export function createKeyPolicy(kms: KMSClient, now: () => Date) {
  const remembered = createRemembered<Fact<string>>(now, ({ kind }) => kind === 'read');
  return function readKeyPolicy(keyArn: string, sweep?: string): Promise<Fact<string>> {
    const maxAgeMs = sweep === undefined ? POLICY_AGE_MS.fresh : POLICY_AGE_MS.sweep;
    return remembered(`${sweep ?? 'fresh'} ${keyArn}`, maxAgeMs, () => keyPolicy(kms, keyArn));
  };
}

function keyPolicy(kms: KMSClient, keyArn: string): Promise<Fact<string>> {
  return readFact({ what: `The policy of key ${keyArn}`, action: 'kms:GetKeyPolicy' }, async (odd) => {
    const { Policy: policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }));
    if (policy === '') throw odd('it is empty');
    return policy;
  });
}
