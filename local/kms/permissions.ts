import type { Call } from '../call.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { findKey } from './find-key.ts';
import type { KeyStore } from './key-store.ts';
import { keyArnOf } from './wrap.ts';

type Context = Readonly<Record<string, string>>;

interface KeyInput {
  readonly KeyId?: string;
  readonly EncryptionContext?: Context;
}
interface ReplicateInput extends KeyInput {
  readonly ReplicaRegion?: string;
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
  readonly SourceEncryptionContext?: Context;
  readonly DestinationKeyId?: string;
  readonly DestinationEncryptionContext?: Context;
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
  const onKey = onKeyOf(store);
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
      ON_ONE_KEY.map((name) => [
        name,
        (input: KeyInput, call: Call) => [onKey(name, input.KeyId ?? '', call, input.EncryptionContext)],
      ]),
    ),
    Decrypt: (input: CiphertextInput, call: Call) => [
      onKey('Decrypt', input.KeyId ?? madeBy(input, call), call, input.EncryptionContext),
    ],
    ReEncrypt: (input: ReEncryptInput, call: Call) => [
      onKey('ReEncryptFrom', input.SourceKeyId ?? madeBy(input, call), call, input.SourceEncryptionContext),
      onKey('ReEncryptTo', input.DestinationKeyId ?? '', call, input.DestinationEncryptionContext),
    ],
    ReplicateKey: (input: ReplicateInput, call: Call) => [
      {
        ...onKey('ReplicateKey', input.KeyId ?? '', call),
        context: { 'kms:ReplicaRegion': input.ReplicaRegion ?? '' },
      },
      { action: 'kms:CreateKey', resource: '*' },
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

type OnKey = (action: string, keyId: string, call: Call, given?: Context) => Permission;

/** The action on one key, with the encryption context as condition keys. */
function onKeyOf(store: KeyStore): OnKey {
  return (action, keyId, call, given = {}) => {
    const { arn: resource, accountId: owner, policy: resourcePolicy } = findKey(store, keyId, call);
    const pairs = Object.entries(given).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
    return { action: `kms:${action}`, resource, owner, resourcePolicy, context: Object.fromEntries(pairs) };
  };
}

function madeBy({ CiphertextBlob }: CiphertextInput, call: Call): string {
  return keyArnOf(CiphertextBlob ?? Buffer.alloc(0), call.region);
}
