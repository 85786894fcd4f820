import { DescribeKeyCommand, type KeyMetadata, type KMSClient } from '@aws-sdk/client-kms';
import type { KeyFacts, KeyReading } from '../../policy/model.ts';
import { failureOf, messageOf } from '../sdk/service-error.ts';

export type Keys = ReturnType<typeof createKeys>;

/** KMS keys as one account and Region sees them, remembered for a while: DescribeKey allows 2,000 calls a second. */
export function createKeys(kms: KMSClient, now: () => Date) {
  const cache = new Map<string, { reading: KeyReading; atMs: number }>();
  return {
    /**
     * DescribeKey of an alias or key ARN. A key or alias that does not exist is a value; a failed read throws the SDK's
     * error. A remembered answer is used while it is younger than `maxAgeMs`.
     */
    async read(asked: string, maxAgeMs: number): Promise<KeyReading> {
      const cached = cache.get(asked);
      if (cached !== undefined && now().getTime() - cached.atMs < maxAgeMs) return cached.reading;
      const reading = await describe(kms, asked);
      cache.set(asked, { reading, atMs: now().getTime() });
      return reading;
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
    ...(metadata.DeletionDate === undefined ? {} : { deletionAt: metadata.DeletionDate.toISOString() }),
    ...(metadata.ExpirationModel !== 'KEY_MATERIAL_EXPIRES' || metadata.ValidTo === undefined
      ? {}
      : { expiresAt: metadata.ValidTo.toISOString() }),
  };
}
