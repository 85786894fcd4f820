/** A bucket policy of at most 20 KB and a key policy of at most 32 KB that are as dear to hold against each other as could be found. */
export interface WorstPolicies {
  name: string;
  bucketPolicy: object[];
  keyPolicy: object[];
  /** The bucket has the key already and gets its Bucket Key. */
  isUnderKey?: boolean;
}

/** The most that S3 and KMS accept, in bytes of JSON without blanks. */
export const BUCKET_POLICY_BYTES = 20 * 1024;
export const KEY_POLICY_BYTES = 32 * 1024;

const LETS = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::logs/*' };
const USES = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
const ACCOUNT = { ...USES, Principal: { AWS: '111122223333' } };
const SERVICES = [
  'cloudtrail.amazonaws.com',
  'config.amazonaws.com',
  'delivery.logs.amazonaws.com',
  'ses.amazonaws.com',
  'logs.eu-west-1.amazonaws.com',
];

/** As many as fit into so many bytes: `made(n)` for n from 0. */
function filled<T>(bytes: number, made: (n: number) => T): T[] {
  const found: T[] = [];
  for (let left = bytes; ;) {
    const next = made(found.length);
    left -= JSON.stringify(next).length + 1;
    if (left < 0) return found;
    found.push(next);
  }
}

function all<T>(length: number, made: (n: number) => T): T[] {
  return Array.from({ length }, (_, n) => made(n));
}

const id = (n: number) => `${100_000_000_000 + n}`;
const trail = (n: number) => `arn:aws:cloudtrail:*:${id(n)}:trail/*`;
const by = (Service: string | string[]) => ({ Principal: { Service } });
const inBucket = (share: number) => BUCKET_POLICY_BYTES * share - 800;
const inKey = (share: number) => KEY_POLICY_BYTES * share - 1200;

const REPLICAS = {
  ...LETS,
  Principal: { AWS: filled(inBucket(0.98), (n) => `arn:aws:iam::${id(n)}:role/r${n}`) },
  Action: 's3:ReplicateObject',
};

export const WORST: readonly WorstPolicies[] = [
  {
    name: '31 SourceAccounts x 31 SourceArns x 5 services, against as many',
    bucketPolicy: sourcesOf(LETS, 31),
    keyPolicy: [ACCOUNT, ...sourcesOf(USES, 31)],
  },
  {
    name: 'accounts and ARNs of no owner, against lists of both',
    bucketPolicy: [
      {
        ...LETS,
        ...by(SERVICES),
        Condition: {
          StringEquals: { 'aws:SourceAccount': filled(inBucket(0.5), id) },
          ArnLike: { 'aws:SourceArn': filled(inBucket(0.4), (n) => `arn:aws:a:*:*:${n}*`) },
        },
      },
    ],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        ...by(SERVICES),
        Condition: {
          StringLike: { 'aws:SourceAccount': filled(inKey(0.45), (n) => `*${n}*`) },
          ArnLike: { 'aws:SourceArn': filled(inKey(0.45), (n) => `arn:aws:a:*:*:*${n}`) },
        },
      },
    ],
  },
  {
    name: 'source ARNs of many accounts, against patterns',
    bucketPolicy: [
      { ...LETS, ...by(SERVICES), Condition: { ArnLike: { 'aws:SourceArn': filled(inBucket(0.95), trail) } } },
    ],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        ...by(SERVICES),
        Condition: { ArnLike: { 'aws:SourceArn': filled(inKey(0.95), (n) => `arn:aws:*:*:*${n}:*/*`) } },
      },
    ],
  },
  {
    name: 'short wildcards on both sides',
    bucketPolicy: [
      {
        ...LETS,
        ...by(SERVICES),
        Condition: { StringLike: { 'aws:SourceArn': filled(inBucket(0.95), (n) => `*${n}*`) } },
      },
    ],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        ...by(SERVICES),
        Condition: { StringLike: { 'aws:SourceArn': filled(inKey(0.95), (n) => `?${n}?*`) } },
      },
    ],
  },
  {
    name: 'a few long wildcards on both sides',
    bucketPolicy: [
      {
        ...LETS,
        ...by(SERVICES),
        Condition: { StringLike: { 'aws:SourceArn': filled(inBucket(0.95), (n) => `${'*a'.repeat(250)}b${n}*`) } },
      },
    ],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        ...by(SERVICES),
        Condition: { StringLike: { 'aws:SourceArn': filled(inKey(0.95), (n) => `*${'a?*'.repeat(250)}c${n}`) } },
      },
    ],
  },
  {
    name: 'one endless wildcard against many',
    bucketPolicy: [
      { ...LETS, ...by(SERVICES[0] ?? ''), Condition: { StringLike: { 'aws:SourceArn': `${'*a'.repeat(9500)}b*` } } },
    ],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        ...by(SERVICES),
        Condition: { StringLike: { 'aws:SourceArn': filled(inKey(0.95), (n) => `*${'a?*'.repeat(250)}c${n}`) } },
      },
    ],
  },
  {
    name: 'principals of 400 accounts, against as many in one statement',
    bucketPolicy: [{ ...LETS, Principal: { AWS: filled(inBucket(0.98), id) } }],
    keyPolicy: [ACCOUNT, { ...USES, Principal: { AWS: filled(inKey(0.98), (n) => id(n + 1_000_000)) } }],
  },
  {
    name: 'principals of many accounts, against many statements',
    bucketPolicy: [{ ...LETS, Principal: { AWS: filled(inBucket(0.98), id) } }],
    keyPolicy: [ACCOUNT, ...filled(inKey(0.98), (n) => ({ ...USES, Principal: { AWS: id(n + 1_000_000) } }))],
  },
  {
    name: 'principals of many accounts, against many Deny statements in both',
    bucketPolicy: [
      { ...LETS, Principal: { AWS: filled(inBucket(0.5), id) } },
      ...filled(inBucket(0.48), (n) => ({
        ...LETS,
        Effect: 'Deny',
        Principal: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:*${n}*` } },
      })),
    ],
    keyPolicy: [
      { ...USES, Principal: { AWS: '*' } },
      ...filled(inKey(0.98), (n) => ({
        ...USES,
        Effect: 'Deny',
        Principal: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:*${n}*` } },
      })),
    ],
  },
  {
    name: '65 roles of one account, against as many Deny statements',
    bucketPolicy: [{ ...LETS, Principal: { AWS: all(65, (n) => `arn:aws:iam::${id(0)}:role/r${n}`) } }],
    keyPolicy: all(65, (n) => ({
      ...USES,
      Effect: 'Deny',
      Principal: '*',
      Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:*${n}Q*` } },
    })),
  },
  {
    name: '80 source ARNs, against as many patterns that match none',
    bucketPolicy: [{ ...LETS, ...by(SERVICES), Condition: { ArnLike: { 'aws:SourceArn': all(80, trail) } } }],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        ...by(SERVICES),
        Condition: { ArnLike: { 'aws:SourceArn': all(80, (n) => `arn:aws:*:*:*${n}X:*/*`) } },
      },
    ],
  },
  {
    name: '400 roles of 400 accounts, against a key policy that lists as many',
    bucketPolicy: [{ ...LETS, Principal: { AWS: all(400, (n) => `arn:aws:iam::${id(n)}:role/r`) } }],
    keyPolicy: [ACCOUNT, { ...USES, Principal: { AWS: all(400, (n) => `arn:aws:iam::${id(n + 200)}:role/r`) } }],
  },
  {
    name: 'roles of many accounts, against a pattern for each',
    bucketPolicy: [{ ...LETS, Principal: { AWS: filled(inBucket(0.98), (n) => `arn:aws:iam::${id(n)}:role/r`) } }],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        Principal: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': filled(inKey(0.97), (n) => `arn:aws:*::*${n}:*/*`) } },
      },
    ],
  },
  {
    name: 'everybody, narrowed by another list in each of many statements',
    bucketPolicy: filled(inBucket(0.98), (n) => ({
      ...LETS,
      Principal: '*',
      Condition: { StringLike: { 'aws:PrincipalOrgID': `o-${n}*` } },
    })),
    keyPolicy: [
      ACCOUNT,
      ...filled(inKey(0.98), (n) => ({
        ...USES,
        Principal: '*',
        Condition: { StringLike: { 'aws:PrincipalOrgID': `*${n}*` } },
      })),
    ],
  },
  {
    name: 'everybody, narrowed by one list of organization paths, against one of patterns',
    bucketPolicy: [
      {
        ...LETS,
        Principal: '*',
        Condition: {
          'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': filled(inBucket(0.95), (n) => `o-a/*${n}*/*`) },
        },
      },
    ],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        Principal: '*',
        Condition: {
          'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': filled(inKey(0.95), (n) => `o-a/*/*${n}/*`) },
        },
      },
    ],
  },
  {
    name: 'unknown services, against many statements',
    bucketPolicy: [{ ...LETS, ...by(filled(inBucket(0.95), (n) => `s${n}.amazonaws.com`)) }],
    keyPolicy: [ACCOUNT, ...filled(inKey(0.98), (n) => ({ ...USES, ...by(`t${n}.amazonaws.com`) }))],
  },
  {
    name: 'the known services in many statements with sources of their own',
    bucketPolicy: filled(inBucket(0.98), (n) => ({
      ...LETS,
      ...by(SERVICES),
      Condition: { ArnLike: { 'aws:SourceArn': trail(n) } },
    })),
    keyPolicy: [
      ACCOUNT,
      ...filled(inKey(0.98), (n) => ({
        ...USES,
        ...by(SERVICES),
        Condition: { ArnLike: { 'aws:SourceArn': trail(n) } },
      })),
    ],
  },
  {
    name: 'log folders of many accounts, against a list of accounts',
    bucketPolicy: [
      { ...LETS, ...by(SERVICES), Resource: filled(inBucket(0.95), (n) => `arn:aws:s3:::logs/AWSLogs/${id(n)}/*`) },
    ],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        ...by(SERVICES),
        Condition: { StringLike: { 'aws:SourceAccount': filled(inKey(0.95), (n) => `1*${n}`) } },
      },
    ],
  },
  {
    name: 'whole accounts that may do everything, against a key policy for the own one',
    bucketPolicy: [{ ...LETS, Principal: { AWS: filled(inBucket(0.98), id) } }],
    keyPolicy: [ACCOUNT],
  },
  {
    name: 'roles that replicate, against many statements',
    bucketPolicy: [REPLICAS],
    keyPolicy: [
      ACCOUNT,
      ...filled(inKey(0.98), (n) => ({
        ...USES,
        Principal: '*',
        Condition: { StringLike: { 'aws:PrincipalArn': `*r${n}*x` } },
      })),
    ],
    isUnderKey: true,
  },
  {
    name: 'roles that replicate, against one list of patterns',
    bucketPolicy: [REPLICAS],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        Principal: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': filled(inKey(0.97), (n) => `arn:aws:iam::*:role/*${n}*a*b`) } },
      },
    ],
    isUnderKey: true,
  },
  {
    name: 'actions and resources of many patterns',
    bucketPolicy: [
      {
        Effect: 'Allow',
        Principal: { AWS: filled(inBucket(0.3), id) },
        Action: filled(inBucket(0.3), (n) => `s3:*${n}*`),
        Resource: filled(inBucket(0.3), (n) => `arn:aws:s3:::*${n}*/*`),
      },
      { ...LETS, Principal: { AWS: '444455556666' } },
    ],
    keyPolicy: [
      ACCOUNT,
      {
        ...USES,
        Principal: '*',
        Action: filled(inKey(0.5), (n) => `kms:*${n}*`),
        Resource: filled(inKey(0.4), (n) => `*${n}*`),
      },
    ],
  },
];

/** One statement for each service. */
function sourcesOf(base: object, count: number): object[] {
  const Condition = {
    StringEquals: { 'aws:SourceAccount': all(count, id) },
    ArnLike: { 'aws:SourceArn': all(count, trail) },
  };
  return SERVICES.map((service) => ({ ...base, ...by(service), Condition }));
}
