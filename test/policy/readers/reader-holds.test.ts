import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readerHolds } from '../../../src/policy/readers/reader-holds.ts';
import { FOREIGN_KEY, KEY, USABLE } from '../literals.ts';
import { allow, decrypt, DISTRIBUTION, heldFor, PARTNER, question, type Told, when } from './question.ts';

const ROLE = `arn:aws:iam::${PARTNER}:role/reports`;
const DELEGATES = {
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: '*',
  Resource: ['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*'],
};
const toOwn = { ...DELEGATES, ...when('StringEquals', 's3:DataAccessPointAccount', '111122223333') };

test('a key of another account, whose policy nobody here can read, lets in nobody', () => {
  const key = { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' };
  assert.deepEqual(heldFor({ key, policy: [allow({ AWS: ROLE })] }), ['reader-other-account']);
});

describe('access points', () => {
  const policyOf = (name: string, Principal: unknown) =>
    JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal,
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:eu-west-1:111122223333:accesspoint/${name}/object/*`,
      },
    });
  const point = (name: string, Principal: unknown) => ({ name, policy: policyOf(name, Principal) });

  test('let in whom their policies name', () => {
    const accessPoints = [point('own', { AWS: '111122223333' }), { name: 'none' }, point('theirs', { AWS: ROLE })];
    assert.deepEqual(heldFor({ policy: [toOwn], accessPoints }), ['reader-access-point']);
  });

  test('let in nobody whom the key policy lets use the key', () => {
    const keyPolicy = [{ Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'kms:Decrypt', Resource: '*' }];
    assert.deepEqual(heldFor({ policy: [toOwn], accessPoints: [point('a', { AWS: ROLE })], keyPolicy }), []);
  });

  test('let in nobody where the bucket policy does not leave it to them', () => {
    assert.deepEqual(heldFor({ policy: [], accessPoints: [point('a', '*')] }), []);
  });

  test('let in nobody where the bucket policy only forbids other ways', () => {
    const policy = [{ ...DELEGATES, Effect: 'Deny', ...when('StringNotEquals', 's3:DataAccessPointAccount', '1') }];
    assert.deepEqual(heldFor({ policy, accessPoints: [point('a', '*')] }), []);
  });

  test('let in for no more than the bucket policy leaves to them', () => {
    const messages = (Action: string) => {
      const writers = JSON.stringify({
        Statement: { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 's3:*', Resource: '*' },
      });
      const problems = readerHolds(
        question({ policy: [{ ...toOwn, Action }], accessPoints: [{ name: 'a', policy: writers }] }),
      );
      return problems.map(({ message }) => message.split(' objects of ')[0]);
    };
    assert.deepEqual(['s3:*', 's3:GetObject', 's3:ListBucket'].map(messages), [
      [`${ROLE} of another account may read and write`],
      [`${ROLE} of another account may read`],
      [],
    ]);
  });

  test('of more Regions are told by name, with what to do', () => {
    const point = 'arn:aws:s3::111122223333:accesspoint/m1a2b3.mrap';
    const policy = [{ ...DELEGATES, Action: 's3:GetObject', ...when('StringEquals', 's3:DataAccessPointArn', point) }];
    assert.deepEqual(readerHolds(question({ policy })), [
      {
        code: 'reader-access-point',
        message: `Whoever is allowed by the policy of the Multi-Region Access Point ${point} may read objects of bucket logs by statement 1 of the bucket policy, and that policy cannot be read here: name the principals that need the objects in the bucket policy, without that access point.`,
      },
    ]);
  });

  const LEFT_TO: Record<string, [object, string[]]> = {
    'another account': [when('StringEquals', 's3:DataAccessPointAccount', PARTNER), ['reader-access-point']],
    'one of the own account': [when('ArnLike', 's3:DataAccessPointArn', 'arn:aws:s3:*:111122223333:accesspoint/*'), []],
    'one of any account': [
      when('StringLike', 's3:DataAccessPointArn', 'arn:aws:s3:*:*:accesspoint/a'),
      ['reader-access-point'],
    ],
    'a Multi-Region one, which no list names': [
      when('StringEquals', 's3:DataAccessPointArn', 'arn:aws:s3::111122223333:accesspoint/m1a2b3.mrap'),
      ['reader-access-point'],
    ],
    'any in a VPC': [when('StringEquals', 's3:AccessPointNetworkOrigin', 'VPC'), ['reader-access-point']],
  };
  for (const [name, [condition, codes]] of Object.entries(LEFT_TO)) {
    test(`left to ${name}`, () => {
      assert.deepEqual(heldFor({ policy: [{ ...DELEGATES, ...condition }] }), codes);
    });
  }
});

describe('a reason', () => {
  const reasonsFor = (told: Told) => readerHolds(question(told));

  test('names the principal, the statement and the key, and brings the statement that is missing', () => {
    assert.deepEqual(reasonsFor({ policy: [allow({ AWS: [ROLE, PARTNER] }, { Sid: 'Partner' })] }), [
      {
        code: 'reader-other-account',
        message:
          `${ROLE}, arn:aws:iam::${PARTNER}:root of another account may read objects of bucket logs by statement Partner of the bucket policy, ` +
          `and the policy of key ${KEY} does not let ${ROLE}, arn:aws:iam::${PARTNER}:root call kms:Decrypt: add the statement below ` +
          '(reseal policy explain shows it too) to the key policy, or name the accounts, or the organization by its whole id, in the bucket ' +
          'policy and in the key policy, or give the bucket SSE-S3 by a rule, and see that the IAM policies of these accounts allow the same.',
        paste: JSON.stringify(
          {
            Sid: `ReadersOfLogs${PARTNER}`,
            Effect: 'Allow',
            Principal: { AWS: [ROLE, `arn:aws:iam::${PARTNER}:root`] },
            Action: ['kms:Decrypt'],
            Resource: '*',
            Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
          },
          undefined,
          2,
        ),
      },
    ]);
  });

  const MENDED: Record<string, Told['policy']> = {
    'another account': [allow({ AWS: ROLE })],
    'another account that writes': [allow({ AWS: PARTNER }, { Action: 's3:*' })],
    'an organization': [allow('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'))],
    'a part of an organization': [
      allow('*', when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1/r-b2/ou-b2-3/*')),
    ],
    'a distribution': [
      allow({ Service: 'cloudfront.amazonaws.com' }, when('StringEquals', 'AWS:SourceArn', DISTRIBUTION)),
    ],
    'a service for one account': [
      allow({ Service: 'appstream.amazonaws.com' }, when('StringEquals', 'aws:SourceAccount', '111122223333')),
    ],
  };
  for (const [name, policy = []] of Object.entries(MENDED)) {
    test(`of ${name} is gone once its statement is pasted into the key policy`, () => {
      const [reason, ...more] = reasonsFor({ policy });
      assert.deepEqual(more, []);
      const paste: object = JSON.parse(reason?.paste ?? '');
      assert.deepEqual(heldFor({ policy, keyPolicy: [paste] }), []);
    });
  }

  test('of whoever comes from a network says where from, and proposes no statement', () => {
    const policy = [allow('*', when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))];
    assert.deepEqual(reasonsFor({ policy }), [
      {
        code: 'reader-network',
        message:
          'Whoever comes by aws:SourceIp 192.0.2.0/24 may read objects of bucket logs by statement 1 of the bucket policy, whatever their ' +
          'account, and a key policy cannot tell where a request to S3 came from: name the accounts, roles or organization that need the ' +
          'objects in the bucket policy too, and let them use the key, or give the bucket SSE-S3 by a rule.',
      },
    ]);
  });

  test('of unsigned access names the condition that it may hang on, and proposes no statement', () => {
    assert.deepEqual(reasonsFor({ policy: [allow('*', when('StringLike', 'aws:Referer', 'https://example.com/*'))] }), [
      {
        code: 'reader-anonymous',
        message:
          'Anybody may read objects of bucket logs by statement 1 of the bucket policy (limited by aws:Referer, which cannot be ' +
          'decided here), and S3 refuses unsigned requests for SSE-KMS objects: end that access, or serve the objects by CloudFront ' +
          'with origin access control, or give the bucket SSE-S3 by a rule.',
      },
    ]);
  });

  test('under the AWS managed key, or none, asks for a customer key', () => {
    const locked = (key: Told['key']) =>
      reasonsFor({ key, policy: [allow({ AWS: ROLE })] }).map(({ message }) => message);
    const message = (key: string) =>
      `${ROLE} of another account may read objects of bucket logs by statement 1 of the bucket policy, and the AWS managed key${key} lets in ` +
      'nobody but account 111122223333: name a customer key in the policy, and see that the IAM policies of these accounts allow the same.';
    assert.deepEqual([locked(undefined), locked({ ...USABLE, manager: 'AWS' })], [[message('')], [message(` ${KEY}`)]]);
  });

  test('of many principals of one account is one reason that names the first', () => {
    const many = Array.from({ length: 5 }, (_, at) => `arn:aws:iam::${PARTNER}:user/u${at}`);
    const reasons = reasonsFor({ policy: [allow({ AWS: many })] });
    const [first] = reasons;
    assert.equal(reasons.length, 1);
    assert.equal(first?.message.split(' of another')[0], `${many.slice(0, 3).join(', ')} and 2 more`);
  });
});

describe('one reason stands for all that is mended at once', () => {
  const of = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;

  test('of one account or of several', () => {
    const rows = [
      [[of(PARTNER, 'a'), of(PARTNER, 'b')], `ReadersOfLogs${PARTNER}`],
      [[of(PARTNER, 'a'), of('777788889999', 'a')], 'ReadersOfLogsAccounts'],
    ] as const;
    for (const [arns, Sid] of rows) {
      const [hold, ...more] = readerHolds(question({ policy: arns.map((AWS) => allow({ AWS })) }));
      assert.deepEqual([hold?.code, more], ['reader-other-account', []]);
      const paste = JSON.parse(hold?.paste ?? 'null');
      assert.deepEqual([paste.Sid, paste.Principal], [Sid, { AWS: arns }]);
    }
    assert.deepEqual(heldFor({}), []);
  });

  test('by kind, of those whom no key policy can name', () => {
    const but = (id: string) => allow('*', when('StringNotEquals', 'aws:PrincipalAccount', id));
    assert.deepEqual(heldFor({ policy: [but(PARTNER), but('777788889999')] }), ['reader-anonymous']);
  });

  test('without those of a list whom the key policy lets in', () => {
    const named = (arns: string[]) => when('ArnEquals', 'aws:PrincipalArn', arns);
    const [reason, ...more] = readerHolds(
      question({ policy: [allow('*', named([ROLE, `${ROLE}-2`]))], keyPolicy: [decrypt('*', named([ROLE]))] }),
    );
    assert.deepEqual([reason?.message.split(' of another')[0], more], [`${ROLE}-2`, []]);
  });

  test('by access point', () => {
    const Resource = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/p/object/*';
    const accessPoints = [
      { name: 'p', policy: JSON.stringify({ Statement: { ...allow({ AWS: of(PARTNER, 'b') }), Resource } }) },
    ];
    assert.deepEqual(heldFor({ policy: [allow({ AWS: of(PARTNER, 'a') }), toOwn], accessPoints }), [
      'reader-other-account',
      'reader-access-point',
    ]);
  });
});

describe('so many sources that they cannot be compared', () => {
  const accounts = (count: number, from = 0) =>
    Array.from({ length: count }, (_, at) => String(100_000_000_000 + from + at));
  const SERVICE = { Service: 'appstream.amazonaws.com' };
  const held = (inBucket: string[], inKey: string[]) =>
    readerHolds(
      question({
        policy: [allow(SERVICE, when('StringEquals', 'aws:SourceAccount', inBucket))],
        keyPolicy: [decrypt(SERVICE, when('StringEquals', 'aws:SourceAccount', inKey))],
      }),
    );

  test('are held by that name, without a statement', () => {
    const [reason, ...more] = held(accounts(1_000), accounts(1_000, 1));
    assert.deepEqual([reason?.code, reason?.paste, more], ['too-complex', undefined, []]);
    assert.match(
      reason?.message ?? '',
      /^Readers or writers outside the account .appstream.* are too much to compare: .*\.$/,
    );
  });

  test('are none where the key policy lists the same, or more', () => {
    assert.deepEqual(held(accounts(1_000), accounts(1_000).toReversed()), []);
    assert.deepEqual(held(accounts(1_000), accounts(1_500)), []);
  });
});
