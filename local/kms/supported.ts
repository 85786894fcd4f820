import type { SupportedMembers } from '../supported-members.ts';

const DATA_KEY = ['KeyId', 'KeySpec', 'NumberOfBytes', 'EncryptionContext', 'DryRun'];
const ALIAS = ['AliasName', 'TargetKeyId'];
const PAGE = ['Limit', 'Marker'];

/**
 * What the KMS operations act upon. Grants, tags, key stores outside KMS and Nitro enclaves are not among it. The policy lockout check is
 * never made, so bypassing it changes nothing.
 */
export const SUPPORTED: SupportedMembers = {
  CreateKey: [
    'Policy',
    'Description',
    'KeyUsage',
    'CustomerMasterKeySpec',
    'KeySpec',
    'Origin',
    'MultiRegion',
    'BypassPolicyLockoutSafetyCheck',
  ],
  DescribeKey: ['KeyId'],
  ReplicateKey: ['KeyId', 'ReplicaRegion', 'Policy', 'Description', 'BypassPolicyLockoutSafetyCheck'],
  ListKeys: PAGE,
  GetKeyPolicy: ['KeyId', 'PolicyName'],
  PutKeyPolicy: ['KeyId', 'PolicyName', 'Policy', 'BypassPolicyLockoutSafetyCheck'],
  EnableKey: ['KeyId'],
  DisableKey: ['KeyId'],
  ScheduleKeyDeletion: ['KeyId', 'PendingWindowInDays'],
  CancelKeyDeletion: ['KeyId'],
  CreateAlias: ALIAS,
  UpdateAlias: ALIAS,
  DeleteAlias: ['AliasName'],
  ListAliases: [...PAGE, 'KeyId'],
  Encrypt: ['KeyId', 'Plaintext', 'EncryptionContext', 'EncryptionAlgorithm', 'DryRun'],
  Decrypt: ['CiphertextBlob', 'EncryptionContext', 'KeyId', 'EncryptionAlgorithm', 'DryRun'],
  ReEncrypt: [
    'CiphertextBlob',
    'SourceEncryptionContext',
    'SourceKeyId',
    'DestinationKeyId',
    'DestinationEncryptionContext',
    'SourceEncryptionAlgorithm',
    'DestinationEncryptionAlgorithm',
    'DryRun',
  ],
  GenerateDataKey: DATA_KEY,
  GenerateDataKeyWithoutPlaintext: DATA_KEY,
};
