import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AclGrant } from '../../../src/policy/facts.ts';
import { leavesToAccessPoints, readersOf } from '../../../src/policy/readers/bucket-readers.ts';
import type { Safety } from '../../../src/policy/safety.ts';
import { CLOUDFRONT_LOGS } from '../../../src/policy/writers/services.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT, bucketWith, safetyWith } from '../literals.ts';

const PARTNER = { AWS: 'arn:aws:iam::444455556666:role/reports' };
const WHO = { kind: 'principal', names: [PARTNER.AWS] };
const seen = (bucket: string, safety: Partial<Safety>) => ({
  state: { ...bucketWith({}), bucket },
  partition: 'aws',
  safety: safetyWith(safety),
});
const policy = (bucket: string, ...Statement: object[]) => seen(bucket, { bucketPolicy: statementsOf({ Statement }) });
const allow = (Resource: string, over: object = {}) => ({
  Sid: 'A',
  Effect: 'Allow',
  Principal: PARTNER,
  Action: 's3:GetObject',
  Resource,
  ...over,
});
const delegating = (over: object = {}) =>
  allow('arn:aws:s3:::logs/*', {
    Principal: '*',
    Action: 's3:*',
    Condition: { StringEquals: { 's3:DataAccessPointAccount': ACCOUNT } },
    ...over,
  });

test('the objects of a bucket are what its kind calls them', () => {
  const reader = {
    who: WHO,
    given: [],
    may: ['read'],
    through: 'statement A of the bucket policy',
    byAccessPoint: false,
  };
  assert.deepEqual(readersOf(policy('logs', allow('arn:aws:s3:::logs/*'))), [reader]);
  assert.deepEqual(readersOf(policy('logs', allow('arn:aws:s3:::other/*'))), []);
  const name = 'logs--az1--x-s3';
  const directory = allow(`arn:aws:s3express:eu-west-1:${ACCOUNT}:bucket/${name}`, {
    Action: 's3express:CreateSession',
  });
  assert.equal(readersOf(policy(name, directory)).length, 1);
});

describe('an access control list lets in', () => {
  const group = (uri: string): AclGrant => ({
    uri: `http://acs.amazonaws.com/groups/${uri}`,
    permission: 'READ',
    isOwner: false,
  });
  const rows: [name: string, grant: AclGrant, found: unknown[]][] = [
    ['everyone', group('global/AllUsers'), ['anonymous', 'read']],
    ['whoever signs', group('global/AuthenticatedUsers'), ['signed', 'read']],
    ['nobody by another group', group('s3/LogDelivery'), []],
    ['somebody', { id: 'them', permission: 'FULL_CONTROL', isOwner: false }, ['canonical', 'read', 'write']],
    ['somebody who writes', { id: 'them', permission: 'WRITE', isOwner: false }, ['canonical', 'write']],
    ['nobody to read the list itself', { id: 'them', permission: 'READ_ACP', isOwner: false }, []],
    ['not the owner again', { id: 'me', permission: 'FULL_CONTROL', isOwner: true }, []],
    ['not whoever is judged elsewhere', { id: CLOUDFRONT_LOGS.canonicalUser, permission: 'READ', isOwner: false }, []],
  ];
  for (const [name, grant, found] of rows) {
    test(name, () => {
      const readers = readersOf(seen('logs', { acl: [grant] }));
      assert.deepEqual(
        readers.flatMap(({ who, may }) => [who.kind, ...may]),
        found,
      );
    });
  }
});

describe('access points count', () => {
  const point = `arn:aws:s3:eu-west-1:${ACCOUNT}:accesspoint/reports`;
  const accessPoints = [
    {
      name: 'reports',
      statements: statementsOf({ Statement: allow(`${point}/object/*`, { Action: ['s3:GetObject', 's3:PutObject'] }) }),
    },
  ];
  const readers = (...statements: object[]) =>
    readersOf(seen('logs', { bucketPolicy: statementsOf({ Statement: statements }), accessPoints }))
      .filter(({ byAccessPoint }) => byAccessPoint)
      .map(({ who, may }) => [who, ...may]);

  test('only where the bucket policy leaves it to them', () => {
    assert.equal(leavesToAccessPoints(policy('logs', delegating())), true);
    assert.equal(leavesToAccessPoints(policy('logs', allow('arn:aws:s3:::logs/*'))), false);
    assert.equal(leavesToAccessPoints(policy('logs', delegating({ Action: 's3:DeleteObject' }))), false);
    assert.deepEqual(readers(allow('arn:aws:s3:::logs/*')), []);
  });

  test('for no more than that', () => {
    assert.deepEqual(readers(delegating()), [[WHO, 'read', 'write']]);
    assert.deepEqual(readers(delegating({ Action: 's3:GetObject' })), [[WHO, 'read']]);
    assert.deepEqual(readers(delegating({ Action: 's3:GetObject' }), delegating({ Action: 's3:PutObject' })), [
      [WHO, 'read', 'write'],
    ]);
  });

  test('of another account as that account, because nobody sees them from here', () => {
    const Condition = { StringEquals: { 's3:DataAccessPointAccount': '444455556666' } };
    assert.deepEqual(readers(delegating({ Condition })), [
      [{ kind: 'principal', names: ['arn:aws:iam::444455556666:root'] }, 'read', 'write'],
    ]);
  });
});

describe('the same reader', () => {
  const objects = 'arn:aws:s3:::logs/*';
  const shared = { who: WHO, given: [], through: 'statement A of the bucket policy', byAccessPoint: false };

  test('is told once, as first seen, with all that it may do', () => {
    const statements = [
      allow(objects),
      allow(objects, { Sid: 'B', Action: 's3:PutObject' }),
      allow(objects, { Sid: 'C' }),
    ];
    assert.deepEqual(readersOf(policy('logs', ...statements)), [{ ...shared, may: ['read', 'write'] }]);
  });

  test('is another one by an access point, and others stay others', () => {
    const point = `arn:aws:s3:eu-west-1:${ACCOUNT}:accesspoint/a/object/*`;
    const readers = readersOf(
      seen('logs', {
        bucketPolicy: statementsOf({ Statement: [allow(objects), delegating()] }),
        website: 'site',
        accessPoints: [{ name: 'a', statements: statementsOf({ Statement: allow(point) }) }],
      }),
    );
    assert.deepEqual(readers, [
      { ...shared, may: ['read'] },
      {
        who: { kind: 'website', names: [] },
        given: [],
        may: ['read'],
        through: 'its website endpoint',
        byAccessPoint: false,
      },
      {
        ...shared,
        may: ['read'],
        through: 'statement A of the policy of access point a',
        byAccessPoint: true,
      },
    ]);
  });

  test('is nobody where nobody is let in', () => assert.deepEqual(readersOf(seen('logs', {})), []));
});
