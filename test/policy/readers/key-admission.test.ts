import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { statementForReaders } from '../../../src/policy/readers/key-admission.ts';
import type { Reader, Who } from '../../../src/policy/readers/reader.ts';
import { readerHolds } from '../../../src/policy/readers/reader-holds.ts';
import { statementsOf } from '../../iam/documents.ts';
import { bucketWith } from '../literals.ts';
import {
  allow,
  codesOf,
  DISTRIBUTION,
  heldFor,
  OWN_KEY_STATEMENT,
  PARTNER,
  question,
  type Told,
  when,
} from './question.ts';

const ROLE = `arn:aws:iam::${PARTNER}:role/reports`;
const decrypt = (Principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'kms:Decrypt',
  Resource: '*',
  ...more,
});
const ROLE_READS = [allow({ AWS: ROLE })];
const CLOUDFRONT = { Service: 'cloudfront.amazonaws.com' };
const CLOUDFRONT_READS = [allow(CLOUDFRONT, when('StringEquals', 'AWS:SourceArn', DISTRIBUTION))];
const ORG_READS = [allow('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'))];

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

describe('no statement is proposed', () => {
  const told = (policy: object[], ...keyPolicy: object[]) => {
    return readerHolds(question({ policy, keyPolicy })).map(({ message, paste }) => [
      message.split(': ').at(-1),
      paste,
    ]);
  };

  test('where a Deny would outweigh it', () => {
    const perimeter = {
      ...decrypt('*', when('StringNotEquals', 'aws:PrincipalOrgID', 'o-a1')),
      Sid: 'Perimeter',
      Effect: 'Deny',
    };
    assert.deepEqual(told(ROLE_READS, perimeter), [
      [
        'exclude them from the statements that deny it or may deny it, which no Allow outweighs (aws:PrincipalOrgID ' +
          '(statement Perimeter)), and see that the IAM policies of that account allow the same.',
        undefined,
      ],
    ]);
  });

  test('that would let in every organization', () => {
    assert.deepEqual(told([allow('*', when('StringLike', 'aws:PrincipalOrgID', 'o-*'))]), [
      [
        'name the organization by its whole id in the bucket policy, because the same pattern in the key policy would let in every ' +
          'organization that it fits, and see that IAM policies there allow the same.',
        undefined,
      ],
    ]);
  });

  test('for a service that acts for nobody in particular', () => {
    assert.deepEqual(told([allow({ Service: 'serverlessrepo.amazonaws.com' })]), [
      [
        'say for whom they act by aws:SourceAccount or aws:SourceArn in the bucket policy, and let them decrypt under the same ' +
          'condition in the key policy.',
        undefined,
      ],
    ]);
  });
});

describe('the statement that is missing', () => {
  const PLACES = [
    { bucket: 'logs', region: 'cn-north-1', partition: 'aws-cn' },
    { bucket: 'logs', region: 'us-gov-west-1', partition: 'aws-us-gov' },
    { bucket: 'fast--euw1-az1--x-s3', region: 'eu-west-1', partition: 'aws' },
  ];
  for (const { bucket, region, partition } of PLACES) {
    test(`lets the reader of ${bucket} in ${region} in once it is pasted`, () => {
      const asked = question({ bucket });
      const state = { ...asked.state, region };
      const isDirectory = bucket !== 'logs';
      const policy = [
        allow(
          { AWS: PARTNER },
          isDirectory
            ? { Action: 's3express:*', Resource: `arn:${partition}:s3express:${region}:111122223333:bucket/${bucket}` }
            : { Resource: `arn:${partition}:s3:::${bucket}/*` },
        ),
      ];
      const problemsUnder = (...keyPolicy: object[]) =>
        readerHolds({
          ...asked,
          state,
          partition,
          safety: {
            ...asked.safety,
            bucketPolicy: statementsOf({ Statement: policy }, partition),
            keyPolicy: statementsOf({ Statement: keyPolicy }, partition),
          },
        });
      const [held] = problemsUnder(OWN_KEY_STATEMENT);
      const paste: object = JSON.parse(held?.paste ?? '{}');
      assert.deepEqual([held?.code, codesOf(problemsUnder(OWN_KEY_STATEMENT, paste))], ['reader-other-account', []]);
    });
  }
});

const PLACE = { state: bucketWith({}), partition: 'aws' };
const VIA = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };
const reader = (who: Who, writes = false): Reader => ({ who, reads: true, writes, through: 'x', byAccessPoint: false });

function pasted(...readers: [Reader, ...Reader[]]) {
  const text = statementForReaders(readers, PLACE);
  return text === undefined ? undefined : JSON.parse(text);
}

describe('the statement that lets readers use the key', () => {
  test('names principals, and lets them in through this S3 alone', () => {
    const { Sid, ...statement } = pasted(
      reader({ kind: 'principal', names: [ROLE] }),
      reader({ kind: 'principal', names: [`${ROLE}-2`] }),
    );
    const Condition = { StringEquals: VIA };
    assert.deepEqual(statement, {
      Effect: 'Allow',
      Principal: { AWS: [ROLE, `${ROLE}-2`] },
      Action: ['kms:Decrypt'],
      Resource: '*',
      Condition,
    });
    assert.match(Sid, /^[A-Za-z0-9]+$/);
  });

  test('lets those write who write', () => {
    const { Action } = pasted(
      reader({ kind: 'principal', names: [ROLE] }),
      reader({ kind: 'principal', names: [ROLE] }, true),
    );
    assert.deepEqual(new Set(Action), new Set(['kms:Decrypt', 'kms:GenerateDataKey']));
  });

  test('names one organization, and not every organization there is', () => {
    const { Principal, Condition } = pasted(
      reader({ kind: 'organization', key: 'aws:principalorgid', names: ['o-a1b2c3d4e5'] }),
    );
    assert.deepEqual([Principal, Condition.StringLike], [{ AWS: '*' }, { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }]);
    assert.equal(pasted(reader({ kind: 'organization', key: 'aws:principalorgid', names: ['o-*'] })), undefined);
  });

  test('is none for whom no statement can name, or only by opening the key to everyone', () => {
    const whos: Who[] = [
      { kind: 'anonymous', names: [] },
      { kind: 'website', names: [] },
      { kind: 'canonical', names: ['c'] },
      { kind: 'origin-access-identity', names: ['E1'] },
    ];
    for (const who of whos) assert.equal(pasted(reader(who)), undefined, who.kind);
  });

  test('is one for CloudFront for the distributions that the bucket policy names', () => {
    const { Principal, Condition } = pasted(
      reader({ kind: 'service', names: ['cloudfront.amazonaws.com'], sourceArns: [DISTRIBUTION], sourceAccounts: [] }),
    );
    assert.deepEqual(Principal, { Service: 'cloudfront.amazonaws.com' });
    assert.match(JSON.stringify(Condition), new RegExp(DISTRIBUTION));
  });
});
