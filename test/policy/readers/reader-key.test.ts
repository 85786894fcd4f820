import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allow, decrypt, DISTRIBUTION, heldFor, PARTNER, type Told, when } from './question.ts';

const ROLE = `arn:aws:iam::${PARTNER}:role/reports`;
const ROLE_READS = [allow({ AWS: ROLE })];
const CLOUDFRONT = { Service: 'cloudfront.amazonaws.com' };
const CLOUDFRONT_READS = [allow(CLOUDFRONT, when('StringEquals', 'AWS:SourceArn', DISTRIBUTION))];
const ORG_READS = [allow('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'))];

const SESSION = `arn:aws:sts::${PARTNER}:assumed-role/reports/me`;
const IN_ORG = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
const OUTSIDE = { StringNotEquals: IN_ORG.StringEquals, Bool: { 'aws:PrincipalIsAWSService': 'false' } };
const ROLES = { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/reports-*' } };
const TAG = ['StringEquals', 'aws:PrincipalTag/team'] as const;
const TAGGED_READS = [allow('*', when(...TAG, ['a', 'b']))];

const HELD = ['reader-other-account'];

/** The bucket policy, the statements of the key policy beside the own account's, and whether the reader still is a reason to hold. */
const CASES: Record<string, [Told['policy'], Told['keyPolicy'], string[]]> = {
  'the very role': [ROLE_READS, [decrypt({ AWS: ROLE })], []],
  'the whole account of the role': [ROLE_READS, [decrypt({ AWS: PARTNER })], []],
  'the role, through S3 in this Region': [
    ROLE_READS,
    [decrypt({ AWS: ROLE }, when('StringEquals', 'kms:ViaService', 's3.eu-west-1.amazonaws.com'))],
    [],
  ],
  'the role, through S3 in another Region': [
    ROLE_READS,
    [decrypt({ AWS: ROLE }, when('StringEquals', 'kms:ViaService', 's3.us-east-1.amazonaws.com'))],
    HELD,
  ],
  'the account by kms:CallerAccount': [
    ROLE_READS,
    [decrypt('*', when('StringEquals', 'kms:CallerAccount', ['111122223333', PARTNER]))],
    [],
  ],
  'the own account alone by kms:CallerAccount': [
    ROLE_READS,
    [decrypt('*', when('StringEquals', 'kms:CallerAccount', '111122223333'))],
    HELD,
  ],
  'the role, whom the bucket lets in by a condition': [
    [allow('*', when('ArnEquals', 'aws:PrincipalArn', ROLE))],
    [decrypt({ AWS: ROLE })],
    [],
  ],
  'one role, where the bucket lets in all by a pattern': [
    [allow('*', when('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${PARTNER}:role/*`))],
    [decrypt({ AWS: ROLE })],
    HELD,
  ],
  'the role of a session': [
    [allow({ AWS: `arn:aws:sts::${PARTNER}:assumed-role/reports/me` })],
    [decrypt({ AWS: `arn:aws:iam::${PARTNER}:role/teams/reports` })],
    [],
  ],
  'another role': [ROLE_READS, [decrypt({ AWS: `arn:aws:iam::${PARTNER}:role/other` })], HELD],
  'a role of an account that reads as a whole': [[allow({ AWS: PARTNER })], [decrypt({ AWS: ROLE })], HELD],
  'the role, only to encrypt': [ROLE_READS, [decrypt({ AWS: ROLE }, { Action: 'kms:Encrypt' })], HELD],
  'the role, for objects alone, which a Bucket Key breaks': [
    ROLE_READS,
    [decrypt({ AWS: ROLE }, when('StringLike', 'kms:EncryptionContext:aws:s3:arn', 'arn:aws:s3:::logs/*'))],
    HELD,
  ],
  'the role, for the bucket and its objects': [
    ROLE_READS,
    [
      decrypt(
        { AWS: ROLE },
        when('StringLike', 'kms:EncryptionContext:aws:s3:arn', ['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*']),
      ),
    ],
    [],
  ],
  'the role, under a condition that cannot be decided': [
    ROLE_READS,
    [decrypt({ AWS: ROLE }, when('StringEquals', 'aws:PrincipalTag/team', 'a'))],
    HELD,
  ],
  'the role, with a Deny beside it': [
    ROLE_READS,
    [decrypt({ AWS: ROLE }), { ...decrypt('*', when('Bool', 'aws:MultiFactorAuthPresent', 'false')), Effect: 'Deny' }],
    HELD,
  ],
  'the role, with a Deny of all but S3': [
    ROLE_READS,
    [
      decrypt({ AWS: ROLE }),
      {
        ...decrypt('*', when('StringNotLike', 'kms:ViaService', 's3.*.amazonaws.com')),
        Effect: 'Deny',
      },
    ],
    [],
  ],
  'a writer that may only decrypt': [
    [allow({ AWS: ROLE }, { Action: ['s3:GetObject', 's3:PutObject'] })],
    [decrypt({ AWS: ROLE })],
    HELD,
  ],
  'a writer that may do both': [
    [allow({ AWS: ROLE }, { Action: 's3:*' })],
    [decrypt({ AWS: ROLE }, { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] })],
    [],
  ],
  'the organization': [ORG_READS, [decrypt('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'))], []],
  'another organization': [
    ORG_READS,
    [decrypt('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-zzzzzzzzzz'))],
    ['reader-organization'],
  ],
  'a part of the organization that is within the part let in': [
    [allow('*', when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1/r-b2/ou-b2-3/*'))],
    [decrypt('*', when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1/r-b2/*'))],
    [],
  ],
  'CloudFront for the distribution': [
    CLOUDFRONT_READS,
    [decrypt(CLOUDFRONT, when('StringEquals', 'aws:SourceArn', DISTRIBUTION))],
    [],
  ],
  'CloudFront for another distribution': [
    CLOUDFRONT_READS,
    [decrypt(CLOUDFRONT, when('StringEquals', 'aws:SourceArn', `${DISTRIBUTION}2`))],
    ['reader-cloudfront'],
  ],
  'CloudFront for every distribution of the account': [
    CLOUDFRONT_READS,
    [decrypt(CLOUDFRONT, when('ArnLike', 'aws:SourceArn', 'arn:aws:cloudfront::111122223333:distribution/*'))],
    [],
  ],
  'roles by the same patterns': [
    [allow('*', when('ArnLike', 'aws:PrincipalArn', [`${ROLE}-*`, 'arn:aws:iam::333333333333:role/a*']))],
    [decrypt('*', when('ArnLike', 'aws:PrincipalArn', ['arn:aws:iam::333333333333:role/a*', `${ROLE}-*`]))],
    [],
  ],
  'roles by one of two patterns': [
    [allow('*', when('ArnLike', 'aws:PrincipalArn', [`${ROLE}-*`, 'arn:aws:iam::333333333333:role/a*']))],
    [decrypt('*', when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::333333333333:role/a*'))],
    HELD,
  ],
  'roles of one account by its patterns, a statement each': [
    [allow('*', when('ArnLike', 'aws:PrincipalArn', [`${ROLE}-a*`, `${ROLE}-b*`]))],
    [`${ROLE}-a*`, `${ROLE}-b*`].map((arn) => decrypt('*', when('ArnLike', 'aws:PrincipalArn', arn))),
    [],
  ],
  'roles of one account by one of its two patterns': [
    [allow('*', when('ArnLike', 'aws:PrincipalArn', [`${ROLE}-a*`, `${ROLE}-b*`]))],
    [decrypt('*', when('ArnLike', 'aws:PrincipalArn', `${ROLE}-b*`))],
    HELD,
  ],
  'roles of the organization by the same pattern': [
    [allow('*', { Condition: { ...IN_ORG, ...ROLES } })],
    [decrypt('*', { Condition: { ...ROLES, ...IN_ORG } })],
    [],
  ],
  'roles of the organization by a pattern that the bucket policy does not have': [
    ORG_READS,
    [decrypt('*', { Condition: { ...ROLES, ...IN_ORG } })],
    ['reader-organization'],
  ],
  'the organizations, by a statement each': [
    [allow('*', when('StringEquals', 'aws:PrincipalOrgID', ['o-a', 'o-b']))],
    ['o-a', 'o-b'].map((id) => decrypt('*', when('StringEquals', 'aws:PrincipalOrgID', id))),
    [],
  ],
  'one of two organizations': [
    [allow('*', when('StringEquals', 'aws:PrincipalOrgID', ['o-a', 'o-b']))],
    [decrypt('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-a'))],
    ['reader-organization'],
  ],
  'the organization of the bucket, by a variable': [
    [allow('*', when('StringEquals', 'aws:PrincipalOrgID', '${aws:ResourceOrgID}'))],
    [decrypt('*', when('StringEquals', 'aws:PrincipalOrgID', '${aws:ResourceOrgID}'))],
    [],
  ],
  'whoever has the same tag': [TAGGED_READS, [decrypt('*', when(...TAG, ['a', 'b']))], []],
  'whoever has the same tag, or another': [TAGGED_READS, [decrypt('*', when(...TAG, ['c', 'b', 'a']))], []],
  'whoever has one of the tags': [TAGGED_READS, [decrypt('*', when(...TAG, 'a'))], HELD],
  'whoever has the tag of an object, which a key does not have': [
    [allow({ AWS: ROLE }, when(...TAG, '${s3:ExistingObjectTag/team}'))],
    [decrypt({ AWS: ROLE }, when(...TAG, '${s3:ExistingObjectTag/team}'))],
    HELD,
  ],
  'whoever has the tag in any case, where the key asks for one': [
    [allow({ AWS: ROLE }, when('StringEqualsIgnoreCase', 'aws:PrincipalTag/team', 'a'))],
    [decrypt({ AWS: ROLE }, when(...TAG, 'a'))],
    HELD,
  ],
  'all but the same role': [
    [allow({ AWS: PARTNER }, when('ArnNotEquals', 'aws:PrincipalArn', [ROLE, `${ROLE}-2`]))],
    [decrypt({ AWS: PARTNER }, when('ArnNotEquals', 'aws:PrincipalArn', ROLE))],
    [],
  ],
  'all but more roles': [
    [allow({ AWS: PARTNER }, when('ArnNotEquals', 'aws:PrincipalArn', ROLE))],
    [decrypt({ AWS: PARTNER }, when('ArnNotEquals', 'aws:PrincipalArn', [ROLE, `${ROLE}-2`]))],
    HELD,
  ],
  'a session by the pattern of its role': [
    [allow({ AWS: SESSION })],
    [decrypt('*', when('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${PARTNER}:role/*`))],
    [],
  ],
  'a session, with a Deny of the pattern of its role': [
    [allow({ AWS: SESSION })],
    [
      decrypt({ AWS: PARTNER }),
      { ...decrypt('*', when('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${PARTNER}:role/*`)), Effect: 'Deny' },
    ],
    HELD,
  ],
  'the role by the same endpoint, which says nothing of the request to the key': [
    [allow({ AWS: ROLE }, when('StringEquals', 'aws:SourceVpce', 'vpce-1'))],
    [decrypt({ AWS: ROLE }, when('StringEquals', 'aws:SourceVpce', 'vpce-1'))],
    HELD,
  ],
  'the role, whatever its endpoint': [
    [allow({ AWS: ROLE }, when('StringEquals', 'aws:SourceVpce', 'vpce-1'))],
    [decrypt({ AWS: ROLE })],
    [],
  ],
  'whoever comes from the same network, whom no key policy knows': [
    [allow('*', when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))],
    [decrypt('*', when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))],
    ['reader-network'],
  ],
  'CloudFront by the distributions, a statement each': [
    [allow(CLOUDFRONT, when('StringEquals', 'AWS:SourceArn', [DISTRIBUTION, `${DISTRIBUTION}2`]))],
    [DISTRIBUTION, `${DISTRIBUTION}2`].map((arn) => decrypt(CLOUDFRONT, when('StringEquals', 'aws:SourceArn', arn))),
    [],
  ],
  'CloudFront for one of two distributions': [
    [allow(CLOUDFRONT, when('StringEquals', 'AWS:SourceArn', [DISTRIBUTION, `${DISTRIBUTION}2`]))],
    [decrypt(CLOUDFRONT, when('StringEquals', 'aws:SourceArn', DISTRIBUTION))],
    ['reader-cloudfront'],
  ],
  'CloudFront for the account of the distribution': [
    CLOUDFRONT_READS,
    [decrypt(CLOUDFRONT, when('StringEquals', 'aws:SourceAccount', '111122223333'))],
    [],
  ],
  'CloudFront by an organization, in which no service is': [
    CLOUDFRONT_READS,
    [
      decrypt(CLOUDFRONT, {
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a', 'aws:SourceArn': DISTRIBUTION } },
      }),
    ],
    ['reader-cloudfront'],
  ],
  'CloudFront by an organization that the bucket policy demands of all but services': [
    [...CLOUDFRONT_READS, { ...allow('*', { Action: 's3:*' }), Effect: 'Deny', Condition: OUTSIDE }],
    [decrypt(CLOUDFRONT, { Condition: IN_ORG })],
    ['reader-cloudfront'],
  ],
  'CloudFront, with a Deny of strangers': [
    CLOUDFRONT_READS,
    [decrypt(CLOUDFRONT), { ...decrypt('*'), Effect: 'Deny', Condition: { StringNotEquals: IN_ORG.StringEquals } }],
    ['reader-cloudfront'],
  ],
  'CloudFront, with a Deny of strangers that spares services': [
    CLOUDFRONT_READS,
    [decrypt(CLOUDFRONT), { ...decrypt('*'), Effect: 'Deny', Condition: OUTSIDE }],
    [],
  ],
  'everyone, which helps no unsigned request': [[allow('*')], [decrypt('*')], ['reader-anonymous']],
  'everyone, which helps whoever signs': [
    [allow('*', when('StringEquals', 'aws:PrincipalTag/team', 'a'))],
    [decrypt('*')],
    [],
  ],
};

describe('the key policy lets in', () => {
  for (const [name, [policy, keyPolicy, codes]] of Object.entries(CASES)) {
    test(name, () => {
      assert.deepEqual(heldFor({ ...(policy && { policy }), ...(keyPolicy && { keyPolicy }) }), codes);
    });
  }
});
