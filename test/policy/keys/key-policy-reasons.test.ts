import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bucketKeyReasons, type KeyPolicyCase, keyPolicyReasons } from '../../../src/policy/keys/key-policy-reasons.ts';
import { organizationContext } from '../../../src/policy/keys/s3-request.ts';
import type { KeyFacts, Reason } from '../../../src/policy/model.ts';
import type { Safety } from '../../../src/policy/safety.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT, bucketWith, FOREIGN_KEY, KEY, OTHER_KEY, safetyWith, USABLE } from '../literals.ts';

const STATE = bucketWith({ algorithm: 'AES256' });
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reseal-batch`;
const JOB_ROLES = { 'update-encryption': ROLE };
const ROOT = {
  Sid: 'Iam',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'kms:*',
  Resource: '*',
};
const NAMED = { ...ROOT, Sid: 'Named', Principal: { AWS: ROLE } };
const IAM = `arn:aws:iam::${ACCOUNT}`;
const APP = { ...ROOT, Sid: 'App', Principal: { AWS: `${IAM}:role/app` } };
const principalArn = (operator: string, ...arns: string[]) => ({
  Condition: { [operator]: { 'aws:PrincipalArn': arns } },
});
const deny = (more: object) => ({ ...ROOT, Sid: 'No', Effect: 'Deny', Principal: '*', ...more });
const contractorDenied = deny(principalArn('ArnLike', `${IAM}:role/contractor`));
const perimeter = deny({
  Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1' }, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
});
const FOREIGN: KeyFacts = { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' };

function read(...Statement: unknown[]): Safety {
  return safetyWith({ keyPolicy: statementsOf({ Statement }) });
}

/** The account is in this part of the organization. */
const within = (path: string): Case => ({ organization: organizationContext({ kind: 'read', value: path }) });

type Case = Partial<KeyPolicyCase> & { organization?: Safety['organization'] };

function holdsOf(statements: unknown[], { organization = {}, ...change }: Case = {}): Reason[] {
  const safety = { ...read(...statements), organization };
  return keyPolicyReasons({ key: USABLE, safety, state: STATE, partition: 'aws', ...change });
}

describe('a key policy that lets the account use the key', () => {
  const rows: [name: string, statements: unknown[], change?: Case][] = [
    ['by its IAM', [ROOT]],
    ['by its bare id', [{ ...ROOT, Principal: { AWS: ACCOUNT } }]],
    ['by the needed actions alone', [{ ...ROOT, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] }]],
    ['by its IAM and to the re-encrypting role with it', [ROOT], { jobRoles: JOB_ROLES }],
    ['by naming the re-encrypting role and another', [NAMED, APP], { jobRoles: JOB_ROLES }],
    [
      'by naming the re-encrypting role, and others by a condition',
      [NAMED, { ...ROOT, Principal: '*', ...principalArn('ArnLike', `${IAM}:role/app-*`) }],
      { jobRoles: JOB_ROLES },
    ],
    ['although it denies one role', [ROOT, contractorDenied]],
    ['although it denies one role, with a re-encrypting role', [ROOT, contractorDenied], { jobRoles: JOB_ROLES }],
    ['although it denies whoever is not in the account', [ROOT, deny(principalArn('ArnNotLike', `${IAM}:*`))]],
    [
      'within an organization that is known',
      [ROOT, perimeter],
      { jobRoles: JOB_ROLES, ...within('o-a1/r-b2/ou-b2-3') },
    ],
    [
      'within a part of an organization that is known',
      [{ ...ROOT, Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1/r-b2/ou-b2-3/*' } } }],
      within('o-a1/r-b2/ou-b2-3'),
    ],
    [
      'as AWS does for its own keys, through S3',
      [
        {
          ...ROOT,
          Principal: { AWS: '*' },
          Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
        },
      ],
    ],
    [
      'for this bucket by its encryption context',
      [{ ...ROOT, Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::logs*' } } }],
    ],
    [
      'although it denies deleting the key',
      [ROOT, { ...ROOT, Effect: 'Deny', Principal: '*', Action: 'kms:ScheduleKeyDeletion' }],
    ],
    ['although it denies another account', [ROOT, { ...ROOT, Effect: 'Deny', Principal: { AWS: '444455556666' } }]],
  ];
  for (const [name, statements, change] of rows) {
    test(name, () => {
      assert.deepEqual(holdsOf(statements, change), []);
    });
  }
});

describe('a key policy that does not', () => {
  const rows: [name: string, code: string, statements: unknown[], change?: Case][] = [
    ['names roles alone', 'key-policy-lacks-account', [NAMED]],
    ['names another account', 'key-policy-lacks-account', [{ ...ROOT, Principal: { AWS: '444455556666' } }]],
    ['lets it decrypt alone', 'key-policy-lacks-account', [{ ...ROOT, Action: 'kms:Decrypt' }]],
    ['has no Resource', 'key-policy-lacks-account', [{ ...ROOT, Resource: undefined }]],
    [
      'is for another service',
      'key-policy-lacks-account',
      [{ ...ROOT, Condition: { StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } } }],
    ],
    [
      'lets the role decrypt alone',
      'key-policy-lacks-account',
      [{ ...ROOT, Action: ['kms:GenerateDataKey', 'kms:Decrypt'] }],
      { jobRoles: JOB_ROLES },
    ],
    ['denies everybody', 'key-policy-denies', [ROOT, { ...ROOT, Sid: 'No', Effect: 'Deny', Principal: '*' }]],
    [
      'denies the account although it names the role',
      'key-policy-denies',
      [NAMED, { ...ROOT, Effect: 'Deny', Principal: { AWS: ACCOUNT } }],
      { jobRoles: JOB_ROLES },
    ],
    [
      'denies everybody but the re-encrypting role',
      'key-policy-denies',
      [ROOT, deny({ ...principalArn('ArnNotEquals', ROLE), Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] })],
      { jobRoles: JOB_ROLES },
    ],
    [
      'denies everybody but a list by NotPrincipal',
      'key-policy-unclear',
      [ROOT, { ...deny({}), Principal: undefined, NotPrincipal: { AWS: [`${IAM}:root`, ROLE] } }],
      { jobRoles: JOB_ROLES },
    ],
    ['names the re-encrypting role alone', 'key-policy-lacks-account', [NAMED], { jobRoles: JOB_ROLES }],
    [
      'names the re-encrypting role, and another only to decrypt',
      'key-policy-lacks-account',
      [NAMED, { ...APP, Action: 'kms:Decrypt' }],
      { jobRoles: JOB_ROLES },
    ],
    [
      'names the re-encrypting role, and somebody of another account',
      'key-policy-lacks-account',
      [NAMED, { ...ROOT, Principal: { AWS: 'arn:aws:iam::444455556666:role/x' } }],
      { jobRoles: JOB_ROLES },
    ],
    [
      'names the re-encrypting role twice',
      'key-policy-lacks-account',
      [NAMED, { ...NAMED, Action: 'kms:Decrypt' }],
      { jobRoles: JOB_ROLES },
    ],
    [
      'names the re-encrypting role, and the account for half of what it needs',
      'key-policy-lacks-account',
      [NAMED, { ...ROOT, Action: 'kms:GenerateDataKey' }],
      { jobRoles: JOB_ROLES },
    ],
    [
      'names the re-encrypting role, and another who is denied',
      'key-policy-lacks-account',
      [NAMED, APP, { ...APP, Effect: 'Deny' }],
      { jobRoles: JOB_ROLES },
    ],
    ['denies all outside another organization', 'key-policy-denies', [ROOT, perimeter], within('o-zz/r-b2')],
    [
      'depends on the organization',
      'key-policy-unclear',
      [
        ROOT,
        { ...ROOT, Effect: 'Deny', Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' } } },
      ],
    ],
  ];
  for (const [name, code, statements, change] of rows) {
    test(name, () => {
      assert.deepEqual(
        holdsOf(statements, change).map((hold) => hold.code),
        [code],
      );
    });
  }

  test('is told with the statement that is missing', () => {
    const paste = {
      Sid: 'AllowUseByTheAccountsIam',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey'],
      Resource: '*',
    };
    assert.deepEqual(holdsOf([]), [
      {
        code: 'key-policy-lacks-account',
        message: `Writes to bucket logs would use the key as account ${ACCOUNT} itself, and the policy of key ${KEY} does not let account ${ACCOUNT} call kms:GenerateDataKey: add the statement below (reseal policy explain shows it too) to the key policy, or name another key in the policy.`,
        paste: JSON.stringify(paste, undefined, 2),
      },
    ]);
    assert.deepEqual(holdsOf([paste]), []);
  });

  test('and the statement for the role mends that too', () => {
    const few = { ...ROOT, Action: ['kms:GenerateDataKey', 'kms:Decrypt'] };
    const [hold] = holdsOf([few], { jobRoles: JOB_ROLES });
    assert.deepEqual(holdsOf([few, JSON.parse(hold?.paste ?? 'null')], { jobRoles: JOB_ROLES }), []);
  });

  test('both are told at once where both are missing, so that the key policy is changed once', () => {
    const holds = holdsOf([{ ...ROOT, Action: 'kms:DescribeKey' }], { jobRoles: JOB_ROLES });
    assert.deepEqual(
      holds.map(({ paste }) => JSON.parse(paste ?? 'null')?.Sid),
      ['AllowUseByTheAccountsIam', 'AllowReencryption'],
    );
    assert.match(holds[1]?.message ?? '', /^Jobs would re-encrypt the objects of bucket logs as the role /);
  });

  test('names the statement that denies', () => {
    assert.equal(
      holdsOf([ROOT, deny({})])[0]?.message,
      `Writes to bucket logs would use the key as account ${ACCOUNT} itself, and the policy of key ${KEY} denies account ${ACCOUNT} (except principals that it names) the action kms:GenerateDataKey (statement No): exclude account ${ACCOUNT} from statement No, because no Allow outweighs a Deny, or name another key in the policy.`,
    );
  });

  test('because of a Deny brings no statement, which could not outweigh it, and says which one to change', () => {
    const organization = organizationContext({ kind: 'unread', why: 'Nobody told.', denied: false });
    assert.deepEqual(holdsOf([ROOT, perimeter], { organization }), [
      {
        code: 'key-policy-unclear',
        message: `Writes to bucket logs would use the key as account ${ACCOUNT} itself, and whether the policy of key ${KEY} lets account ${ACCOUNT} call kms:GenerateDataKey could not be decided, because it depends on aws:PrincipalOrgID (statement No): exclude account ${ACCOUNT} from statement No, because no Allow outweighs a Deny, or name another key in the policy (where the account is in its organization would decide such a condition, and is not known).`,
      },
    ]);
    assert.deepEqual(
      holdsOf([deny({ Sid: 'Never', ...principalArn('ArnNotEquals', ROLE) })]).map(({ code, paste }) => [code, paste]),
      [['key-policy-denies', undefined]],
    );
  });
});

test('in every partition a bare account id is the account', () => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov']) {
    assert.deepEqual(holdsOf([{ ...ROOT, Principal: { AWS: ACCOUNT } }], { partition }), []);
    assert.deepEqual(
      holdsOf([{ ...ROOT, Principal: { AWS: `arn:${partition}:iam::${ACCOUNT}:root` } }], { partition }),
      [],
    );
  }
});

test('in China either host of S3 may be named, and both must pass', () => {
  const given = { state: { ...STATE, region: 'cn-north-1' }, partition: 'aws-cn' };
  const via = (...hosts: string[]) => ({ ...ROOT, Condition: { StringEquals: { 'kms:ViaService': hosts } } });
  const host = 's3.cn-north-1.amazonaws.com';
  assert.deepEqual(
    [[host, `${host}.cn`], [host]].map((hosts) => holdsOf([via(...hosts)], given).map(({ code }) => code)),
    [[], ['key-policy-lacks-account']],
  );
});

test('a key whose policy nobody here can see, and one that AWS manages, is taken at the word of its owner', () => {
  const given = { state: STATE, partition: 'aws' };
  assert.deepEqual(keyPolicyReasons({ ...given, key: FOREIGN, safety: safetyWith({}) }), []);
  assert.deepEqual(keyPolicyReasons({ ...given, key: { ...USABLE, manager: 'AWS' }, safety: read() }), []);
});

describe('turning the bucket key on', () => {
  const found = { kind: 'found', key: USABLE } as const;
  const given = { keyId: KEY, key: found, state: STATE, partition: 'aws' };
  const context = (operator: string, ...values: string[]) => ({
    ...ROOT,
    Sid: 'Ctx',
    Condition: { [operator]: { 'kms:EncryptionContext:aws:s3:arn': values } },
  });
  const codesOf = (...statements: unknown[]) =>
    bucketKeyReasons({ ...given, safety: read(...statements) }).map(({ code }) => code);
  const denying = (statement: object) => ({ ...statement, Effect: 'Deny' });

  const good: [name: string, statement: object][] = [
    ['a statement without conditions', ROOT],
    ['one on the bucket and its objects', context('StringLike', 'arn:aws:s3:::logs', 'arn:aws:s3:::logs/*')],
    ['one on everything that begins so', context('StringLike', 'arn:aws:s3:::logs*')],
    ["one on another bucket's objects", context('StringLike', 'arn:aws:s3:::other/*')],
    ['a denial outside the bucket', denying(context('StringNotLike', 'arn:aws:s3:::logs*'))],
  ];
  for (const [name, statement] of good)
    test(`breaks nothing under ${name}`, () => assert.deepEqual(codesOf(statement), []));

  const bad: [name: string, statement: object][] = [
    ['its objects', context('StringLike', 'arn:aws:s3:::logs/*')],
    ['some of its objects', context('ArnLike', 'arn:aws:s3:::logs/a/*')],
    ['objects of every bucket', context('StringLike', 'arn:aws:s3:::*/*')],
    ['its objects where there is one', context('StringLikeIfExists', 'arn:aws:s3:::logs/*')],
    ['a denial outside its objects', denying(context('StringNotLike', 'arn:aws:s3:::logs/*'))],
  ];
  for (const [name, statement] of bad) {
    test(`breaks a statement on ${name}`, () => assert.deepEqual(codesOf(statement), ['bucket-key-breaks-context']));
  }

  test('names the statement and the ARN that it lacks', () => {
    assert.deepEqual(bucketKeyReasons({ ...given, safety: read(context('StringLike', 'arn:aws:s3:::logs/*')) }), [
      {
        code: 'bucket-key-breaks-context',
        message: `The policy of key ${KEY} lets objects of bucket logs (statement Ctx) by their ARNs, and with a bucket key S3 sends arn:aws:s3:::logs in their place: name that ARN too in the condition kms:EncryptionContext:aws:s3:arn, or leave the bucket key off by a rule of the policy.`,
      },
    ]);
  });

  test('rests on the policy of an own key, in whatever form the rule names it', () => {
    const safety = read(context('StringLike', 'arn:aws:s3:::logs/*'));
    const codes = (keyId: string | undefined) => bucketKeyReasons({ ...given, keyId, safety }).map(({ code }) => code);
    for (const keyId of [KEY, KEY.split('/')[1], 'alias/reseal'])
      assert.deepEqual(codes(keyId), ['bucket-key-breaks-context']);
    for (const keyId of [undefined, 'alias/aws/s3']) assert.deepEqual(codes(keyId), []);
  });

  test("of another account's key is held unless the policy names that key", () => {
    const foreign = {
      ...given,
      keyId: FOREIGN_KEY,
      key: { kind: 'found', key: FOREIGN },
      safety: safetyWith({}),
    } as const;
    assert.deepEqual(
      bucketKeyReasons(foreign).map(({ code }) => code),
      ['key-policy-not-ours'],
    );
    assert.deepEqual(bucketKeyReasons({ ...foreign, isNamed: true }), []);
  });

  test('of a key that was not read is held', () => {
    const holds = bucketKeyReasons({ ...given, keyId: OTHER_KEY, safety: read(ROOT) });
    assert.deepEqual(
      holds.map(({ code }) => code),
      ['key-policy-not-ours'],
    );
  });
});
