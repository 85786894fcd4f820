/** Condition keys compare without case and are kept in lower case; these are how their own pages spell them. */
const SPELT = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalOrgID',
  'aws:PrincipalOrgPaths',
  'aws:PrincipalServiceName',
  'aws:PrincipalServiceNamesList',
  'aws:PrincipalType',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:SourceIp',
  'aws:SourceOrgID',
  'aws:SourceOrgPaths',
  'aws:SourceVpc',
  'aws:SourceVpce',
  'aws:ViaAWSService',
  'kms:CallerAccount',
  'kms:EncryptionContext:aws:cloudtrail:arn',
  'kms:EncryptionContext:aws:s3:arn',
  'kms:EncryptionContextKeys',
  'kms:GrantIsForAWSResource',
  'kms:ViaService',
] as const;

const BY_KEY: ReadonlyMap<string, string> = new Map(SPELT.map((name) => [name.toLowerCase(), name]));

/** A condition key as people know it, for sentences. */
export function conditionName(key: string): string {
  return BY_KEY.get(key) ?? key;
}
