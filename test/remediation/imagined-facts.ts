import type { AccessPoint, AclGrant, ReplicationRule } from '../../src/policy/facts.ts';

const ACCOUNT = '111122223333';

function statement(over: object): string {
  const base = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::payments/*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...base, ...over }] });
}

/** Bucket policies as people write them, and some that nobody can read. */
export const bucketPolicies: readonly string[] = [
  statement({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/app` } }),
  statement({ Principal: { AWS: '444455556666' } }),
  statement({ Principal: '*' }),
  statement({ Principal: { Service: 'logging.s3.amazonaws.com' }, Action: 's3:PutObject' }),
  statement({ Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 's3:PutObject' }),
  statement({ Principal: { Service: 'new-service.amazonaws.com' }, Action: 's3:PutObject' }),
  statement({ Principal: { AWS: '*' }, Condition: { StringEquals: { 's3:DataAccessPointAccount': ACCOUNT } } }),
  statement({ Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  '{"Version": "2012-10-17", "Statement": [',
  '{"Statement": {"Effect": "Allow", "Principal": {"Robot": "r2"}, "Action": "*", "Resource": "*"}}',
];

export const keyPolicies: readonly string[] = [
  statement({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }),
  statement({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }),
  statement({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/admin` }, Action: 'kms:*', Resource: '*' }),
  JSON.stringify({
    Statement: [
      { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'kms:Decrypt', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { Service: ['cloudtrail.amazonaws.com'] },
        Action: ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:DescribeKey'],
        Resource: '*',
      },
    ],
  }),
  'not a policy',
];

const OWNER: AclGrant = { id: 'a'.repeat(64), permission: 'FULL_CONTROL', isOwner: true };

export const acl: readonly AclGrant[][] = [
  [OWNER],
  [OWNER],
  [OWNER],
  [OWNER, { uri: 'http://acs.amazonaws.com/groups/s3/LogDelivery', permission: 'WRITE', isOwner: false }],
  [OWNER, { uri: 'http://acs.amazonaws.com/groups/global/AllUsers', permission: 'READ', isOwner: false }],
  [OWNER, { id: 'b'.repeat(64), permission: 'WRITE', isOwner: false }],
];

const REPLICATES: ReplicationRule = {
  id: 'dr',
  enabled: true,
  destinationBucket: 'arn:aws:s3:::copy',
  replicatesKms: false,
  usesSourceKey: false,
  role: `arn:aws:iam::${ACCOUNT}:role/replication`,
};

export const replication: readonly ReplicationRule[][] = [
  [],
  [],
  [REPLICATES],
  [{ ...REPLICATES, replicatesKms: true, replicaKeyId: `arn:aws:kms:us-east-1:${ACCOUNT}:key/replica` }],
  [{ ...REPLICATES, replicatesKms: true, usesSourceKey: true, destinationRegion: 'us-east-1' }],
  [{ ...REPLICATES, enabled: false }],
];

export const accessPoints: readonly AccessPoint[][] = [
  [],
  [{ name: 'open' }],
  [
    {
      name: 'foreign',
      policy: statement({
        Principal: { AWS: 'arn:aws:iam::444455556666:root' },
        Resource: `arn:aws:s3:eu-west-1:${ACCOUNT}:accesspoint/foreign/object/*`,
      }),
    },
  ],
];
