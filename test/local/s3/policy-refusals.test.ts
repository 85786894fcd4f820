import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateAccessPointCommand, PutAccessPointPolicyCommand } from '@aws-sdk/client-s3-control';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, OTHER_ACCOUNT, REGION, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'data' };
const BUCKET = 'arn:aws:s3:::data';
const OBJECTS = 'arn:aws:s3:::data/*';
const READ = { Effect: 'Allow', Principal: { AWS: OTHER_ACCOUNT }, Action: 's3:GetObject', Resource: OBJECTS };
const LIST = { ...READ, Action: 's3:ListBucket', Resource: BUCKET };

async function openData(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  return opened;
}

const put = ({ s3 }: OpenedS3, ...Statement: object[]) =>
  s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy: JSON.stringify({ Statement }) }));

const under = (statement: object, operator: string, key: string, value: unknown = 'x') => ({
  ...statement,
  Condition: { [operator]: { [key]: value } },
});

describe('PutBucketPolicy answers in the words of S3', () => {
  const rows: [string, object][] = [
    ['Missing required field Principal', { ...READ, Principal: undefined }],
    ['Missing required field Principal cannot be empty!', { ...READ, Principal: {} }],
    ['Missing required field Action cannot be empty!', { ...READ, Action: [] }],
    ['Unknown field Actions', { ...READ, Actions: 's3:GetObject' }],
    ['Missing required field Effect', { ...READ, Effect: undefined }],
    ['Missing required field Action', { ...READ, Action: undefined }],
    ['Missing required field Resource', { ...READ, Resource: undefined }],
    ['Invalid principal in policy', { ...READ, Principal: { AWS: 'bob' } }],
    ['Invalid principal in policy', { ...READ, Principal: { Service: 'nonsense.amazonaws.com' } }],
    ['Invalid principal in policy', { ...READ, Principal: { Service: 'waf-.amazonaws.com' } }],
    ['Invalid principal in policy', { ...READ, Principal: { Service: ['logging.s3.amazonaws.com', 's3'] } }],
    ['Policy has invalid action', { ...READ, Action: ['s3:GetObject', 's3:ReadObject'] }],
    ['Policy has invalid action', { ...READ, Action: 's3:HeadObject' }],
    ['Policy has invalid action', { ...READ, Action: 'ec2:RunInstances' }],
    ['Policy has invalid action', { ...READ, Action: 's3express:CreateSession' }],
    ['Policy has invalid action', { ...READ, Action: 's3:Gett*' }],
    ['Policy has invalid resource', { ...READ, Resource: [OBJECTS, 'arn:aws:s3:::other/*'] }],
    ['Policy has invalid resource', { ...READ, Resource: 'data/*' }],
    ['Action does not apply to any resource(s) in statement', { ...READ, Resource: BUCKET }],
    ['Action does not apply to any resource(s) in statement', { ...READ, Action: ['s3:GetObject', 's3:ListBucket'] }],
    ['Action does not apply to any resource(s) in statement', { ...LIST, Action: 's3:ListAllMyBuckets' }],
    ['Invalid Condition type : StringMatches', under(READ, 'StringMatches', 'aws:SourceArn')],
    ['Invalid Condition type : NullIfExists', under(READ, 'NullIfExists', 'aws:SourceArn', 'true')],
    ['"10.0.0.0/33" is no range of IP addresses', under(READ, 'NotIpAddress', 'aws:SourceIp', ['::1', '10.0.0.0/33'])],
    ['Policy has an invalid condition key', under(READ, 'StringEquals', 's3:ExistingTag')],
    ['Policy has an invalid condition key', under(READ, 'StringEquals', 'aws:Nothing')],
    ['Policy has an invalid condition key', under(READ, 'StringEquals', 'kms:ViaService')],
    [
      'Conditions do not apply to combination of actions and resources in statement',
      under(READ, 'StringLike', 's3:prefix'),
    ],
    [
      'Conditions do not apply to combination of actions and resources in statement',
      under({ ...LIST, Action: ['s3:ListBucket', 's3:GetBucketAcl'] }, 'StringLike', 's3:prefix'),
    ],
  ];
  for (const [message, statement] of rows)
    test(`${message}: ${JSON.stringify(statement)}`, async () => {
      await using opened = await openData();
      const error = await expectSdkError(put(opened, statement), 400, 'MalformedPolicy');
      assert.equal(error.message, message);
      await expectSdkError(opened.s3.send(new GetBucketPolicyCommand(NAMED)), 404, 'NoSuchBucketPolicy');
    });

  const documents: [string, string][] = [
    ["Policies must be valid JSON and the first byte must be '{'", '[]'],
    ["Policies must be valid JSON and the first byte must be '{'", ' {}'],
    ['This policy contains invalid Json', '{'],
    ['Missing required field Statement', '{}'],
    ['Could not parse the policy: Statement is empty!', '{"Statement":[]}'],
    ['The policy must contain a valid version string', JSON.stringify({ Version: '2012-10-18', Statement: READ })],
    ['Unknown field Statements', JSON.stringify({ Statements: [READ] })],
  ];
  for (const [message, Policy] of documents)
    test(`${message}: ${Policy}`, async () => {
      await using opened = await openData();
      const refused = opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy }));
      assert.equal((await expectSdkError(refused, 400, 'MalformedPolicy')).message, message);
    });
});

test('what S3 takes is taken', async () => {
  await using opened = await openData();
  const deny = { ...READ, Effect: 'Deny', Principal: '*' };
  const statements = [
    { ...READ, Action: ['s3:GetObject', 's3:ListBucket'], Resource: [BUCKET, OBJECTS] },
    { ...READ, Action: 's3:*', Resource: OBJECTS },
    { ...READ, Action: 'S3:getobject*' },
    { ...deny, Action: '*', Resource: [BUCKET, OBJECTS] },
    { ...deny, NotAction: 's3:GetObject', Action: undefined, Resource: '*' },
    { ...READ, Resource: 'arn:aws:s3:::da*' },
    {
      ...READ,
      Principal: {
        Service: ['delivery.logs.amazonaws.com', 'redshift.eu-west-1.amazonaws.com', 'ops.apigateway.amazonaws.com'],
      },
    },
    {
      ...READ,
      Principal: {
        Service: [
          'arc-region-switch',
          'bcm-recommended-actions',
          'metering-marketplace',
          'osis-pipelines',
          'waf-regional',
          'airflow-env',
          'config-multiaccountsetup',
          'license-manager.member-account',
        ].map((name) => `${name}.amazonaws.com`),
      },
    },
    { ...READ, Principal: { CanonicalUser: 'a'.repeat(64) } },
    under({ ...deny, Action: 's3:PutObject' }, 'StringNotEquals', 's3:x-amz-server-side-encryption', 'aws:kms'),
    under({ ...deny, Action: 's3:*' }, 'Null', 's3:x-amz-server-side-encryption', 'true'),
    under({ ...LIST, Action: 's3:List*' }, 'StringLike', 's3:prefix', 'a/*'),
    ...[
      'aws:PrincipalOrgID',
      'aws:SourceVpce',
      'aws:sourcearn',
      'AWS:SourceAccount',
      'aws:Referer',
      'aws:PrincipalTag/team',
    ].map((key) => under(READ, 'StringLike', key)),
  ];
  for (const statement of statements) await put(opened, statement);
});

describe('a condition that nothing here evaluates is refused by name', () => {
  const keys = [
    's3:ExistingObjectTag/class',
    's3:TlsVersion',
    's3:signatureAge',
    'aws:TokenIssueTime',
    'aws:RequestTag/a',
    'accounts.google.com:aud',
  ];
  for (const key of keys)
    test(`${key} of a bucket policy`, async () => {
      await using opened = await openData();
      const error = await expectSdkError(
        put(opened, under({ ...READ, Effect: 'Deny' }, 'StringEquals', key)),
        501,
        'NotImplemented',
      );
      assert.match(error.message, new RegExp(`the policy condition key ${key} is`));
    });

  test('a policy variable, from the version of 2012 on', async () => {
    await using opened = await openData();
    const mine = { ...READ, Resource: `${OBJECTS}\${aws:PrincipalAccount}` };
    const policy = (Version: string, Statement: object) =>
      opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy: JSON.stringify({ Version, Statement }) }));
    const error = await expectSdkError(policy('2012-10-17', mine), 501, 'NotImplemented');
    assert.match(error.message, /^the policy variable \$\{aws:PrincipalAccount\} is/);
    await policy('2008-10-17', mine);
    await policy('2012-10-17', { ...READ, Resource: `${OBJECTS}\${*}` });
  });

  test('in the policies of a role', async () => {
    await using opened = await openData();
    const deny = (key: string) => under({ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }, 'StringEquals', key);
    assert.throws(() => opened.asRole('tagged', [deny('s3:ExistingObjectTag/class')]), { status: 501 });
    assert.throws(() => opened.asRole('tagged', [deny('aws:PrincipalAccount'), deny('aws:TokenIssueTime')]), {
      status: 501,
    });
    for (const key of ['s3:prefix', 'kms:ViaService', 'iam:PassedToService']) opened.asRole('plain', [deny(key)]);
  });

  test('in the policy of an access point', async () => {
    await using opened = await openData();
    const control = opened.clients({ account: ACCOUNT, region: REGION }).s3Control;
    const at = { AccountId: ACCOUNT, Name: 'door' };
    await control.send(new CreateAccessPointCommand({ ...at, ...NAMED }));
    const Resource = `arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/door/object/*`;
    const policy = (statement: object) =>
      control.send(new PutAccessPointPolicyCommand({ ...at, Policy: JSON.stringify({ Statement: statement }) }));
    await policy({ ...READ, Resource });
    await expectSdkError(policy(under({ ...READ, Resource }, 'Null', 's3:authType', 'true')), 501, 'NotImplemented');
    await expectSdkError(policy({ ...READ, Resource, Action: 's3:ListBucket' }), 400, 'MalformedPolicy');
  });

  test('in a key policy, when it is put and when the key is made', async () => {
    await using opened = await openData();
    const { kms } = opened.clients({ account: ACCOUNT, region: REGION });
    const all = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' };
    const policy = (operator: string, key: string) => JSON.stringify({ Statement: [all, under(all, operator, key)] });
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    const set = (Policy: string) => kms.send(new PutKeyPolicyCommand({ KeyId: key?.KeyId, Policy }));
    for (const known of [
      'kms:EncryptionContext:aws:s3:arn',
      'kms:viaservice',
      'aws:PrincipalOrgID',
      'kms:GrantIsForAWSResource',
    ])
      await set(policy('StringEquals', known));
    for (const [operator, gap] of [
      ['StringEquals', 'kms:RequestAlias'],
      ['StringEquals', 'aws:ResourceTag/team'],
      ['ForAnyValue:StringEquals', 'kms:EncryptionContextKeys'],
      ['BinaryEquals', 'kms:ViaService'],
    ] as const) {
      await assert.rejects(set(policy(operator, gap)), { name: 'NotImplemented' });
      await assert.rejects(kms.send(new CreateKeyCommand({ Policy: policy(operator, gap) })), {
        name: 'NotImplemented',
      });
    }
  });
});
