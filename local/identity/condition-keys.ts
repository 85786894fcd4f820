/**
 * What a condition key is here: `evaluated` has its true value in every request, also where that is to be absent; `gap` is a key of AWS that
 * nothing here sets; `none` is no key of AWS.
 */
export type KeyStanding = 'evaluated' | 'gap' | 'none';

/** The condition keys of one kind of policy, beyond the global ones. A key that ends in `/` or `:` stands for all that begin so. */
export interface KeyVocabulary {
  readonly evaluated: readonly string[];
  /** Keys that AWS knows and nothing here sets; undefined where every other key is taken for one. */
  readonly gaps?: readonly string[];
}

/** Global keys with a value in condition-context.ts or in the calls of services. */
const GLOBAL = [
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalType',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalServiceName',
  'aws:ViaAWSService',
  'aws:MultiFactorAuthPresent',
  'aws:ResourceAccount',
  'aws:PrincipalOrgID',
  'aws:PrincipalOrgPaths',
  'aws:ResourceOrgID',
  'aws:ResourceOrgPaths',
  'aws:SourceOrgID',
  'aws:SourceOrgPaths',
  'aws:RequestedRegion',
  'aws:SecureTransport',
  'aws:CurrentTime',
  'aws:EpochTime',
  'aws:SourceIp',
  'aws:SourceArn',
  'aws:SourceAccount',
  'aws:UserAgent',
  'aws:Referer',
];

/** Global keys of what is not here at all, such as VPC endpoints and tags of principals: truly absent from every request of a caller. */
const GLOBAL_ABSENT = [
  'aws:CalledVia',
  'aws:CalledViaFirst',
  'aws:CalledViaLast',
  'aws:PrincipalTag/',
  'aws:SourceOwner',
  'aws:SourceVpc',
  'aws:SourceVpcArn',
  'aws:SourceVpce',
  'aws:VpceAccount',
  'aws:VpceOrgID',
  'aws:VpceOrgPaths',
  'aws:VpcSourceIp',
  'aws:FederatedProvider',
  'aws:MultiFactorAuthAge',
  'aws:SourceIdentity',
  'aws:Ec2InstanceSourceVpc',
  'aws:Ec2InstanceSourcePrivateIPv4',
];

/** The other global keys (IAM User Guide, "AWS global condition context keys"). */
const GLOBAL_GAPS = [
  'aws:AssumedRoot',
  'aws:ChatbotSourceArn',
  'aws:IsMcpServiceAction',
  'aws:PrincipalServiceNamesList',
  'aws:RequestTag/',
  'aws:ResourceTag/',
  'aws:TagKeys',
  'aws:TokenIssueTime',
  'aws:userid',
  'aws:username',
];

const known = listed([...GLOBAL, ...GLOBAL_ABSENT]);
const gap = listed(GLOBAL_GAPS);

/** Names of keys do not heed case (IAM User Guide, "Condition"). */
export function keyStanding(key: string, { evaluated, gaps }: KeyVocabulary): KeyStanding {
  if (known(key) || listed(evaluated)(key)) return 'evaluated';
  // Keys of identity providers, such as accounts.google.com:aud, are those of a host.
  const isProvider = key.split(':')[0]?.includes('.') === true;
  return gaps === undefined || isProvider || gap(key) || listed(gaps)(key) ? 'gap' : 'none';
}

function listed(keys: readonly string[]): (key: string) => boolean {
  const lower = keys.map((key) => key.toLowerCase());
  const families = lower.filter((key) => /[/:]$/.test(key));
  const whole = new Set(lower.filter((key) => !families.includes(key)));
  return (key) => {
    const asked = key.toLowerCase();
    return whole.has(asked) || families.some((family) => asked.startsWith(family) && asked.length > family.length);
  };
}
