import type { Permission } from './service.ts';
import type { Key } from './world.ts';

/**
 * What a service asks of KMS, for its caller, to use the key that a resource is under: the caller needs the actions on the key, through
 * this service, with the resource as the encryption context (KMS Developer Guide, "kms:ViaService").
 */
export function keyUse(
  key: Key,
  actions: readonly string[],
  { service, context }: { service: 'dynamodb' | 'sqs'; context: Readonly<Record<string, string>> },
): Permission[] {
  const pairs = Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
  return actions.map((action) => ({
    action,
    resource: key.arn,
    owner: key.accountId,
    resourcePolicy: key.policy,
    context: { 'kms:ViaService': `${service}.${key.region}.amazonaws.com`, ...Object.fromEntries(pairs) },
  }));
}
