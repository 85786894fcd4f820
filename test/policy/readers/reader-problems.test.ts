import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FactName, Facts } from '../../../src/policy/facts.ts';
import { readerProblems } from '../../../src/policy/readers/reader-problems.ts';
import { FOREIGN_KEY, KEY, USABLE } from '../literals.ts';
import { allow, codesOf, DISTRIBUTION, heldFor, PARTNER, question, type Told, when } from './question.ts';

const ROLE = `arn:aws:iam::${PARTNER}:role/reports`;
const WITHOUT = (told: Told, ...names: FactName[]) => {
  const asked = question(told);
  const facts: Facts = { ...asked.facts };
  for (const name of names) delete facts[name];
  return readerProblems({ ...asked, facts });
};
const unread = { kind: 'unread', why: 'It could not be read.', denied: true } as const;
const DELEGATES = {
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: '*',
  Resource: ['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*'],
};
const toOwn = { ...DELEGATES, ...when('StringEquals', 's3:DataAccessPointAccount', '111122223333') };

describe('what is asked', () => {
  test('is the policy, the access control list and the website, at once', () => {
    const problems = WITHOUT({}, 'bucketPolicy', 'acl', 'website', 'keyPolicy', 'accessPoints');
    assert.deepEqual(problems, { kind: 'ask', facts: ['bucketPolicy', 'acl', 'website'] });
  });

  test('is the policy alone of a directory bucket, which has no list and no website', () => {
    const problems = WITHOUT({ bucket: 'fast--euw1-az1--x-s3' }, 'bucketPolicy', 'acl', 'website', 'keyPolicy');
    assert.deepEqual(problems, { kind: 'ask', facts: ['bucketPolicy'] });
  });

  test('is nothing more where nobody outside is let in', () => {
    assert.deepEqual(WITHOUT({}, 'keyPolicy', 'accessPoints'), { kind: 'known', holds: [] });
  });

  test('is the key policy where it could let a reader in', () => {
    const problems = WITHOUT({ policy: [allow({ AWS: ROLE })] }, 'keyPolicy', 'accessPoints');
    assert.deepEqual(problems, { kind: 'ask', facts: ['keyPolicy'] });
  });

  test('is not the key policy where it could help nobody', () => {
    assert.deepEqual(codesOf(WITHOUT({ policy: [allow('*')] }, 'keyPolicy')), ['reader-anonymous']);
  });

  test('is not the policy of a key of another account, which nobody here can read', () => {
    const key = { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' };
    assert.deepEqual(codesOf(WITHOUT({ key, policy: [allow({ AWS: ROLE })] }, 'keyPolicy')), ['reader-other-account']);
  });

  test('is the access points only where the policy leaves it to them', () => {
    assert.deepEqual(WITHOUT({ policy: [toOwn] }, 'accessPoints'), { kind: 'ask', facts: ['accessPoints'] });
  });
});

describe('what could not be read is unread by name', () => {
  const CODES = {
    bucketPolicy: 'bucket-policy-unreadable',
    acl: 'acl-unreadable',
    website: 'website-unreadable',
    accessPoints: 'access-points-unreadable',
    keyPolicy: 'key-policy-unreadable',
  } as const;
  for (const [fact, code] of Object.entries(CODES)) {
    test(fact, () => {
      const asked = question({ policy: [toOwn, allow({ AWS: ROLE })] });
      assert.deepEqual(readerProblems({ ...asked, facts: { ...asked.facts, [fact]: unread } }), {
        kind: 'unread',
        reasons: [{ code, message: 'It could not be read.' }],
      });
    });
  }

  test('a bucket policy that is no policy', () => {
    const asked = question({});
    const facts = { ...asked.facts, bucketPolicy: { kind: 'read', value: '<html>' } as const };
    assert.deepEqual(readerProblems({ ...asked, facts }), {
      kind: 'unread',
      reasons: [
        {
          code: 'bucket-policy-unreadable',
          message:
            'The policy of bucket logs was read and not understood: it is not JSON. Correct it, or judge the bucket by hand.',
        },
      ],
    });
  });

  test('an access point policy and a key policy that are none', () => {
    const point = codesOf(readerProblems(question({ policy: [toOwn], accessPoints: [{ name: 'a', policy: '[]' }] })));
    const asked = question({ policy: [allow({ AWS: ROLE })] });
    const key = codesOf(
      readerProblems({ ...asked, facts: { ...asked.facts, keyPolicy: { kind: 'read', value: '' } } }),
    );
    assert.deepEqual([point, key], ['unread', 'unread']);
  });
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
      const problems = readerProblems(
        question({ policy: [{ ...toOwn, Action }], accessPoints: [{ name: 'a', policy: writers }] }),
      );
      return problems.kind === 'known'
        ? problems.holds.map(({ message }) => message.split(' objects of ')[0])
        : problems;
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
    assert.deepEqual(WITHOUT({ policy }, 'accessPoints', 'keyPolicy'), {
      kind: 'known',
      holds: [
        {
          code: 'reader-access-point',
          message: `Whoever the policy of the Multi-Region Access Point ${point} lets in may read objects of bucket logs by statement 1 of the bucket policy, and that policy cannot be read here: name the principals that need the objects in the bucket policy, without that access point.`,
        },
      ],
    });
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
  const reasonsFor = (told: Told) => {
    const problems = readerProblems(question(told));
    return problems.kind === 'known' ? problems.holds : problems;
  };

  test('names the principal, the statement and the key, and brings the statement that is missing', () => {
    assert.deepEqual(reasonsFor({ policy: [allow({ AWS: [ROLE, PARTNER] }, { Sid: 'Partner' })] }), [
      {
        code: 'reader-other-account',
        message:
          `${ROLE}, arn:aws:iam::${PARTNER}:root of another account may read objects of bucket logs by statement Partner of the bucket policy, ` +
          `and the policy of key ${KEY} does not surely let them use it: add the statement below (reseal policy explain shows it too) to the key policy, ` +
          'and see that the IAM policies of that account allow the same.',
        paste: JSON.stringify(
          {
            Sid: `ReadersOflogs${PARTNER}`,
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
      const [reason, ...more] = [reasonsFor({ policy })].flat();
      assert.deepEqual(more, []);
      const paste: object = JSON.parse(reason !== undefined && 'paste' in reason ? (reason.paste ?? '') : '');
      assert.deepEqual(heldFor({ policy, keyPolicy: [paste] }), []);
    });
  }

  test('of unsigned access names the condition that it may hang on, and proposes no statement', () => {
    assert.deepEqual(reasonsFor({ policy: [allow('*', when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))] }), [
      {
        code: 'reader-anonymous',
        message:
          'Anybody may read objects of bucket logs by statement 1 of the bucket policy (where aws:sourceip lets them, which cannot be ' +
          'decided here), and S3 refuses unsigned requests for SSE-KMS objects: end that access, or serve the objects by CloudFront ' +
          'with origin access control, or give the bucket SSE-S3 by a rule.',
      },
    ]);
  });

  test('under the AWS managed key, or none, asks for a customer key', () => {
    const locked = (key: Told['key']) =>
      [reasonsFor({ key, policy: [allow({ AWS: ROLE })] })]
        .flat()
        .map((reason) => ('message' in reason ? reason.message : reason));
    const message =
      `${ROLE} of another account may read objects of bucket logs by statement 1 of the bucket policy, and the AWS managed key lets in ` +
      'nobody outside account 111122223333: name a customer key in the policy, and see that the IAM policies of that account allow the same.';
    assert.deepEqual([locked(undefined), locked({ ...USABLE, manager: 'AWS' })], [[message], [message]]);
  });

  test('of many principals of one account is one reason that names the first', () => {
    const many = Array.from({ length: 5 }, (_, at) => `arn:aws:iam::${PARTNER}:user/u${at}`);
    const reasons = [reasonsFor({ policy: [allow({ AWS: many })] })].flat();
    const [first] = reasons;
    assert.equal(reasons.length, 1);
    assert.equal(
      first !== undefined && 'message' in first ? first.message.split(' of another')[0] : first,
      `${many.slice(0, 3).join(', ')} and 2 more`,
    );
  });
});
