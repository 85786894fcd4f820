import type { KeyRecord } from './key-record.ts';

/** A key as CreateKey and DescribeKey tell it; `related` are the keys that share its id, itself among them. */
export function keyMetadata(key: KeyRecord, related: readonly KeyRecord[]): object {
  return {
    AWSAccountId: key.accountId,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt,
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    Origin: key.origin,
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    MultiRegion: key.multiRegion,
    ...(key.multiRegion ? { MultiRegionConfiguration: multiRegionConfiguration(key, related) } : {}),
    ...(key.deletionDate === undefined ? {} : { DeletionDate: key.deletionDate }),
    ...algorithms(key),
  };
}

function multiRegionConfiguration(key: KeyRecord, related: readonly KeyRecord[]): object {
  const isPrimary = ({ region, primaryRegion }: KeyRecord): boolean => region === primaryRegion;
  const named = ({ arn, region }: KeyRecord): object => ({ Arn: arn, Region: region });
  return {
    MultiRegionKeyType: isPrimary(key) ? 'PRIMARY' : 'REPLICA',
    PrimaryKey: related.filter(isPrimary).map(named)[0],
    ReplicaKeys: related.filter((one) => !isPrimary(one)).map(named),
  };
}

/** The algorithms of the common specs; of the rest none are told (docs/local.md). */
function algorithms({ usage, spec }: KeyRecord): object {
  if (usage === 'ENCRYPT_DECRYPT') {
    return {
      EncryptionAlgorithms:
        spec === 'SYMMETRIC_DEFAULT' ? ['SYMMETRIC_DEFAULT'] : ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
    };
  }
  if (usage === 'GENERATE_VERIFY_MAC') return { MacAlgorithms: [spec.replace('HMAC_', 'HMAC_SHA_')] };
  return {};
}
