import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readerHolds } from '../../../src/policy/readers/reader-holds.ts';
import { safetyOf } from '../../../src/policy/safety.ts';
import { statementsOf } from '../../iam/documents.ts';
import { FOUND, USABLE } from '../literals.ts';
import { allow, codesOf, OBJECTS, PARTNER, question, when } from './question.ts';

/** 20 KB, the most that S3 takes, of own principals in every spelling, with one of each odd stranger between them. */
function oddPolicy(): string {
  const strangers = [
    allow(PARTNER.replace(/.*/, '*'), { Sid: 'Everyone', Action: ['s3:Get*', 's3:List*'] }),
    allow({ AWS: PARTNER }, { Sid: 'BareId' }),
    allow({ AWS: ['111122223333', `arn:aws:iam::${PARTNER}:user/a`] }, { Sid: 'Mixed', Resource: [OBJECTS] }),
    { Sid: 'But', Effect: 'Allow', NotPrincipal: { AWS: ['111122223333'] }, Action: 's3:GetObject', Resource: OBJECTS },
    allow({ AWS: 'AIDAEXAMPLE12345678901', Service: ['ec2.amazonaws.com'] }, { Sid: 'Deleted', Unknown: { Key: 1 } }),
    allow({ CanonicalUser: ['feed', 'me'] }, { Sid: 'Canonical' }),
    allow('*', { Sid: 'Org', ...when('StringEquals', 'aws:PrincipalOrgID', ['o-a1b2c3d4e5']) }),
    {
      Sid: 'Tls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      ...when('Bool', 'aws:SecureTransport', false),
    },
  ];
  const own: object[] = [];
  const size = () => Buffer.byteLength(JSON.stringify({ Statement: [...own, ...strangers] }));
  while (size() < 20_000) {
    const at = own.length;
    own.push(
      allow(
        { AWS: at % 2 === 0 ? `arn:aws:iam::111122223333:role/team-${at}` : ['111122223333'] },
        { Sid: `Own${at}`, Action: at % 3 === 0 ? 's3:*' : ['s3:GetObject', 's3:PutObject'] },
      ),
    );
  }
  return JSON.stringify({ Version: '2012-10-17', Id: 'odd', Statement: [...own, ...strangers] });
}

test('a policy of 20 KB with odd principals is read right', () => {
  const asked = question({});
  const value = oddPolicy();
  assert.ok(Buffer.byteLength(value) > 20_000);
  const bucketPolicy = statementsOf(JSON.parse(value));
  const problems = readerHolds({ ...asked, safety: { ...asked.safety, bucketPolicy } });
  assert.deepEqual(codesOf(problems), [
    'reader-anonymous',
    'reader-other-account',
    'reader-service',
    'reader-other-account',
    'reader-organization',
  ]);
});

const principal = fc.oneof(
  fc.constantFrom<unknown>('*', PARTNER, 7, null, { AWS: '*' }, { AWS: [] }, { Planet: 'Mars' }, {}),
  fc.record({ AWS: fc.oneof(fc.string(), fc.array(fc.constantFrom('*', PARTNER, 'arn:aws:iam::1:root', 'arn:'))) }),
  fc.record({ Service: fc.constantFrom('cloudfront.amazonaws.com', '') }),
  fc.record({ CanonicalUser: fc.string() }),
  fc.record({ Federated: fc.string() }),
);
const condition = fc.dictionary(
  fc.constantFrom('StringEquals', 'ForAllValues:StringLike', 'ArnNotLike', 'Null', 'Odd', '', 'IpAddress'),
  fc.dictionary(
    fc.constantFrom(
      'aws:SourceArn',
      'aws:PrincipalOrgID',
      's3:DataAccessPointAccount',
      'kms:ViaService',
      '__proto__',
      '',
    ),
    fc.oneof(fc.string(), fc.array(fc.constantFrom('', '*', '${aws:username}', 'o-a', '111122223333')), fc.boolean()),
  ),
);
const texts = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom('*', 's3:*', 'kms:*', 's3:Get?bject', OBJECTS, '', '${x}')),
);
const statement = fc.record(
  {
    Effect: fc.constantFrom<unknown>('Allow', 'Deny', 'allow', 1),
    Principal: principal,
    NotPrincipal: principal,
    Action: texts,
    NotAction: texts,
    Resource: texts,
    NotResource: texts,
    Condition: fc.oneof(condition, fc.anything()),
  },
  { requiredKeys: ['Effect'] },
);
const policyText = fc.oneof(
  { weight: 4, arbitrary: fc.array(statement, { maxLength: 4 }).map((Statement) => JSON.stringify({ Statement })) },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.json()) },
);

test('no document whatever makes the verdict throw, and whoever is held is told in a sentence', () => {
  const facts = fc.record({ bucket: policyText, key: policyText, point: policyText });
  const key = fc.constantFrom(undefined, USABLE, { ...USABLE, account: '444455556666' });
  fc.assert(
    fc.property(facts, key, (texts, ofKey) => {
      const asked = question({ key: ofKey });
      const read = <T>(value: T) => ({ kind: 'read', value }) as const;
      const facts = {
        bucketPolicy: read(texts.bucket),
        accessPoints: read([{ name: 'a', policy: texts.point }]),
        ...(ofKey?.account === asked.state.account ? { keyPolicy: read(texts.key) } : {}),
      };
      const { safety, unreadable } = safetyOf({ ...asked, facts }, FOUND);
      const reasons = unreadable.size > 0 ? [...unreadable.values()] : readerHolds({ ...asked, safety });
      for (const { code, message } of reasons) assert.ok(/^[a-z-]+$/.test(code) && message.endsWith('.'));
    }),
    { seed: 20_261_122, numRuns: 1_000 },
  );
});
