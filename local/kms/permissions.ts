import type { Call } from '../call.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { findKey } from './find-key.ts';
import type { KeyStore } from './key-store.ts';
import { keyArnOf } from './wrap.ts';

interface KeyInput {
  readonly KeyId?: string;
}
interface AliasInput {
  readonly AliasName?: string;
  readonly TargetKeyId?: string;
}
interface CiphertextInput extends KeyInput {
  readonly CiphertextBlob?: Uint8Array;
}
interface ReEncryptInput extends CiphertextInput {
  readonly SourceKeyId?: string;
  readonly DestinationKeyId?: string;
}

/** Operations whose only permission is the action of their name on the key that they name. */
const ON_ONE_KEY = [
  'DescribeKey',
  'GetKeyPolicy',
  'PutKeyPolicy',
  'EnableKey',
  'DisableKey',
  'ScheduleKeyDeletion',
  'CancelKeyDeletion',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
];

/** KMS Developer Guide, "KMS permissions": the action, and the key or alias that it is about. */
export function createPermissions(store: KeyStore): ServiceDefinition['permissions'] {
  const onKey = (action: string, keyId: string, call: Call): Permission => {
    const key = findKey(store, keyId, call);
    return { action: `kms:${action}`, resource: key.arn, owner: key.accountId, resourcePolicy: key.policy };
  };
  const onAlias = (action: string, input: AliasInput, call: Call): Permission => ({
    action: `kms:${action}`,
    resource: `arn:aws:kms:${call.region}:${call.caller.accountId}:${input.AliasName ?? ''}`,
  });
  const aliasKey = (name: string, call: Call): string => {
    const alias = store.aliases(call.caller.accountId, call.region).find((one) => one.name === name);
    return alias?.keyId ?? name;
  };
  return {
    ...Object.fromEntries(
      ON_ONE_KEY.map((name) => [name, (input: KeyInput, call: Call) => [onKey(name, input.KeyId ?? '', call)]]),
    ),
    Decrypt: (input: CiphertextInput, call: Call) => [
      onKey('Decrypt', input.KeyId ?? keyArnOf(input.CiphertextBlob ?? Buffer.alloc(0)), call),
    ],
    ReEncrypt: (input: ReEncryptInput, call: Call) => [
      onKey('ReEncryptFrom', input.SourceKeyId ?? keyArnOf(input.CiphertextBlob ?? Buffer.alloc(0)), call),
      onKey('ReEncryptTo', input.DestinationKeyId ?? '', call),
    ],
    CreateKey: () => [{ action: 'kms:CreateKey', resource: '*' }],
    ListKeys: () => [{ action: 'kms:ListKeys', resource: '*' }],
    ListAliases: () => [{ action: 'kms:ListAliases', resource: '*' }],
    CreateAlias: (input: AliasInput, call: Call) => [
      onAlias('CreateAlias', input, call),
      onKey('CreateAlias', input.TargetKeyId ?? '', call),
    ],
    UpdateAlias: (input: AliasInput, call: Call) => [
      onAlias('UpdateAlias', input, call),
      onKey('UpdateAlias', aliasKey(input.AliasName ?? '', call), call),
      onKey('UpdateAlias', input.TargetKeyId ?? '', call),
    ],
    DeleteAlias: (input: AliasInput, call: Call) => [
      onAlias('DeleteAlias', input, call),
      onKey('DeleteAlias', aliasKey(input.AliasName ?? '', call), call),
    ],
  };
}
