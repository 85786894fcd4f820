import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readerHolds } from '../../../src/policy/readers/reader-holds.ts';
import { statementsOf } from '../../iam/documents.ts';
import {
  allow,
  codesOf,
  decrypt,
  DISTRIBUTION,
  heldFor,
  OWN_KEY_STATEMENT,
  PARTNER,
  question,
  when,
} from './question.ts';

const ROLE = `arn:aws:iam::${PARTNER}:role/reports`;
const ROLE_READS = [allow({ AWS: ROLE })];
const CLOUDFRONT = { Service: 'cloudfront.amazonaws.com' };
const CLOUDFRONT_READS = [allow(CLOUDFRONT, when('StringEquals', 'AWS:SourceArn', DISTRIBUTION))];

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
        `exclude ${ROLE} from statement Perimeter, because no Allow outweighs a Deny, or name the accounts, or the organization by its ` +
          'whole id, in the bucket policy and in the key policy, or give the bucket SSE-S3 by a rule, and see that the IAM policies of these accounts allow the same.',
        undefined,
      ],
    ]);
  });

  test('that would let in every organization', () => {
    assert.deepEqual(told([allow('*', when('StringLike', 'aws:PrincipalOrgID', 'o-*'))]), [
      [
        'name the accounts, or the organization by its whole id, in the bucket policy and in the key policy, or give the bucket SSE-S3 ' +
          'by a rule, and see that the IAM policies of these accounts allow the same.',
        undefined,
      ],
    ]);
  });

  test('for a service that acts for nobody in particular', () => {
    assert.deepEqual(told([allow({ Service: 'serverlessrepo.amazonaws.com' })]), [
      [
        'say for whom it acts by aws:SourceAccount or aws:SourceArn in the bucket policy, and let it use the key under the same condition.',
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

/** The statement to paste for what a bucket policy lets in, where it is one group of readers. */
function pasted(...policy: object[]) {
  const [reason, ...more] = readerHolds(question({ policy }));
  assert.deepEqual([reason === undefined, more], [false, []]);
  return reason?.paste === undefined ? undefined : JSON.parse(reason.paste);
}

describe('the statement that lets readers use the key', () => {
  const StringEquals = { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' };

  test('names principals, and lets them in through this S3 alone', () => {
    const { Sid, ...statement } = pasted(allow({ AWS: [ROLE, `${ROLE}-2`] }));
    assert.deepEqual(statement, {
      Effect: 'Allow',
      Principal: { AWS: [ROLE, `${ROLE}-2`] },
      Action: ['kms:Decrypt'],
      Resource: '*',
      Condition: { StringEquals },
    });
    assert.match(Sid, /^[A-Za-z0-9]+$/);
  });

  test('lets those write who write', () => {
    const { Action } = pasted(allow({ AWS: ROLE }), allow({ AWS: `${ROLE}-2` }, { Action: 's3:PutObject' }));
    assert.deepEqual(new Set(Action), new Set(['kms:Decrypt', 'kms:GenerateDataKey']));
  });

  test('is none for whom no statement can name, or only by opening the key to everyone', () => {
    const OAI = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1';
    const principals = ['*', { CanonicalUser: 'c' }, { AWS: OAI }, { Federated: 'f' }];
    for (const one of principals) assert.equal(pasted(allow(one)), undefined, JSON.stringify(one));
    assert.equal(pasted(allow('*', when('StringEquals', 'aws:PrincipalTag/team', 'a'))), undefined);
    assert.equal(pasted(allow('*', when('StringEquals', 'aws:SourceVpce', 'vpce-1'))), undefined);
    const ofObject = '${s3:ExistingObjectTag/organization}';
    assert.equal(pasted(allow('*', when('StringEquals', 'aws:PrincipalOrgID', ofObject))), undefined);
  });

  const org = { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' };
  const pattern = `arn:aws:iam::${PARTNER}:role/team-*`;
  const strangers = (more: object = {}) => ({
    ...allow('*', { Action: 's3:*' }),
    Effect: 'Deny',
    Condition: { StringNotEquals: org, ...more },
  });
  const spared = strangers({ Bool: { 'aws:PrincipalIsAWSService': 'false' } });
  const tag = (...values: string[]) => when('StringEquals', 'aws:PrincipalTag/team', values);

  const CARRIED: Record<string, [policy: object[], principal: object, condition: object]> = {
    'one organization': [
      [allow('*', { Condition: { StringEquals: org } })],
      { AWS: '*' },
      { StringEquals: { ...StringEquals, ...org } },
    ],
    'two organizations': [
      [allow('*', when('StringEquals', 'aws:PrincipalOrgID', ['o-a', 'o-b']))],
      { AWS: '*' },
      { StringEquals: { ...StringEquals, 'aws:PrincipalOrgID': ['o-a', 'o-b'] } },
    ],
    'roles of an organization by pattern': [
      [allow('*', { Condition: { StringEquals: org, ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/a-*' } } })],
      { AWS: '*' },
      { StringEquals: { ...StringEquals, ...org }, ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/a-*' } },
    ],
    'an organization without one of its accounts': [
      [allow('*', { Condition: { StringEquals: org, StringNotEquals: { 'aws:PrincipalAccount': PARTNER } } })],
      { AWS: '*' },
      { StringEquals: { ...StringEquals, ...org }, StringNotEquals: { 'aws:PrincipalAccount': PARTNER } },
    ],
    'an organization that a Deny demands': [
      [allow('*'), strangers()],
      { AWS: '*' },
      { StringEquals: { ...StringEquals, ...org } },
    ],
    'roles of one account by pattern, which stays a pattern': [
      [allow('*', when('ArnLike', 'aws:PrincipalArn', pattern))],
      { AWS: `arn:aws:iam::${PARTNER}:root` },
      { StringEquals, ArnLike: { 'aws:PrincipalArn': pattern } },
    ],
    'an account by its number, which the principal says already': [
      [allow('*', when('StringEquals', 'aws:PrincipalAccount', PARTNER))],
      { AWS: `arn:aws:iam::${PARTNER}:root` },
      { StringEquals },
    ],
    'a role by its ARN, which the principal says already': [
      [allow('*', when('ArnEquals', 'aws:PrincipalArn', ROLE))],
      { AWS: ROLE },
      { StringEquals },
    ],
    'one role of an account that is let in as a whole': [
      [allow({ AWS: PARTNER }, when('ArnEquals', 'aws:PrincipalArn', ROLE))],
      { AWS: ROLE },
      { StringEquals },
    ],
    'an account without one of its roles': [
      [allow({ AWS: PARTNER }, when('ArnNotEquals', 'aws:PrincipalArn', ROLE))],
      { AWS: `arn:aws:iam::${PARTNER}:root` },
      { StringEquals, ArnNotEquals: { 'aws:PrincipalArn': ROLE } },
    ],
    'a role of the organization alone': [
      [allow({ AWS: ROLE }, { Condition: { StringEquals: org } })],
      { AWS: ROLE },
      { StringEquals: { ...StringEquals, ...org } },
    ],
    'principals with a tag': [
      [allow({ AWS: ROLE }, tag('a', 'b'))],
      { AWS: ROLE },
      { StringEquals: { ...StringEquals, 'aws:PrincipalTag/team': ['a', 'b'] } },
    ],
    'principals with a tag, beside a Deny that demands one of more': [
      [
        allow({ AWS: ROLE }, tag('b')),
        { ...strangers(), ...when('StringNotEquals', 'aws:PrincipalTag/team', ['b', 'c']) },
      ],
      { AWS: ROLE },
      { StringEquals: { ...StringEquals, 'aws:PrincipalTag/team': 'b' } },
    ],
    'principals by another endpoint, of which a key policy knows nothing': [
      [allow({ AWS: ROLE }, { Condition: { StringEquals: { ...org, 'aws:SourceVpce': 'vpce-1' } } })],
      { AWS: ROLE },
      { StringEquals: { ...StringEquals, ...org } },
    ],
    'CloudFront for the distributions that the bucket policy names': [
      CLOUDFRONT_READS,
      CLOUDFRONT,
      { StringEquals: { 'aws:SourceArn': DISTRIBUTION } },
    ],
    'CloudFront beside a Deny of strangers that spares services': [
      [...CLOUDFRONT_READS, spared],
      CLOUDFRONT,
      { StringEquals: { 'aws:SourceArn': DISTRIBUTION } },
    ],
    'a service for an organization': [
      [allow({ Service: 'appstream.amazonaws.com' }, when('StringEquals', 'aws:SourceOrgID', 'o-a'))],
      { Service: 'appstream.amazonaws.com' },
      { StringEquals: { 'aws:SourceOrgID': 'o-a' } },
    ],
  };
  for (const [name, [policy, Principal, Condition]] of Object.entries(CARRIED)) {
    test(`carries the conditions of the bucket policy: ${name}`, () => {
      const statement = pasted(...policy);
      assert.deepEqual([statement?.Principal, statement?.Condition], [Principal, Condition]);
      assert.deepEqual(heldFor({ policy, keyPolicy: [statement] }), [], 'pasted, it lets them in');
    });
  }
});
