import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Judging } from '../../src/policy/decision.ts';
import type { Facts } from '../../src/policy/facts.ts';
import type { Encryption, KeyReading, Verdict } from '../../src/policy/model.ts';
import { rightAlready } from '../../src/policy/right-already.ts';
import { policyOf } from '../iam/documents.ts';
import { judging } from './judging.ts';
import { ACCOUNT, AES, FOUND, KEY, KMS, NO_KEY, OTHER_KEY, USABLE } from './literals.ts';

const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const UNREAD = { kind: 'unread', why: 'It was denied.', denied: true } as const;
const UNDER: Encryption = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
const RIGHT: Verdict = { kind: 'compliant', reasons: [] };

const IAM = policyOf({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' });
const OPEN: Facts = { bucketPolicy: read(undefined), keyPolicy: read(IAM) };
const letIn = (name: string) => {
  const letting = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::logs/*' };
  return { bucketPolicy: read(policyOf({ ...letting, Principal: { Service: name } })) };
};
const GROUP = { uri: 'http://acs.amazonaws.com/groups/s3/LogDelivery', permission: 'WRITE', isOwner: false };

function told(given: Judging, readsAcl = false): readonly string[] {
  const decision = rightAlready({ ...given, known: { ...given.known, readsAcl } }, RIGHT);
  if (decision.kind === 'needs') return [decision.stage, ...decision.facts];
  return [decision.verdict.kind, ...decision.verdict.reasons.map(({ code }) => code)];
}

const other = (change: object = {}): KeyReading => ({ kind: 'found', key: { ...USABLE, arn: OTHER_KEY, ...change } });

describe('of a bucket that has what it must', () => {
  const rows: [what: string, given: Judging, needs: string[]][] = [
    ['nothing is read under SSE-S3', judging({ algorithm: 'AES256' }, {}, NO_KEY, AES), ['compliant']],
    [
      "who writes and the key's policy are read under the standard's key",
      judging(UNDER),
      ['writers', 'bucketPolicy', 'keyPolicy'],
    ],
    [
      'only who writes under a key of another account',
      judging(UNDER, {}, { kind: 'found', key: { ...USABLE, account: '444455556666' } }),
      ['writers', 'bucketPolicy'],
    ],
    [
      'only who writes under a key that stays beside SSE-S3',
      judging({ ...UNDER, keyId: OTHER_KEY }, { currentKey: other() }, NO_KEY, AES),
      ['writers', 'bucketPolicy'],
    ],
    ['another key comes first', judging({ ...UNDER, keyId: OTHER_KEY }, {}, NO_KEY, AES), ['key', 'currentKey']],
  ];
  for (const [what, given, needs] of rows) test(what, () => assert.deepEqual(told(given), needs));

  test('the ACL is read where somebody may have changed it, or where it let somebody write before', () => {
    const wanted = ['writers', 'bucketPolicy', 'acl', 'keyPolicy'];
    assert.deepEqual(told(judging(UNDER), true), wanted);
    const history = read({ repairs: [], logSources: [], aclWriters: true });
    assert.deepEqual(told(judging(UNDER, { history })), wanted);
    assert.deepEqual(told(judging(UNDER, { history: read({ repairs: [], logSources: [] }) })), told(judging(UNDER)));
  });

  test('nothing but the policy of the key is read of a directory or table bucket, and nothing of a vector bucket and of one of our own', () => {
    const given = judging(UNDER);
    assert.deepEqual(told({ ...given, known: { ...given.known, kind: 'directory' } }, true), ['writers', 'keyPolicy']);
    assert.deepEqual(told({ ...given, known: { ...given.known, kind: 'table' } }, true), ['writers', 'keyPolicy']);
    assert.deepEqual(told({ ...given, known: { ...given.known, kind: 'vector' } }, true), ['compliant']);
    const own = { ...given.known.state, own: true };
    assert.deepEqual(told({ ...given, known: { ...given.known, state: own } }, true), ['compliant']);
  });
});

describe('a bucket that has what it must', () => {
  test('is compliant where nobody writes that no key lets in', () => {
    assert.deepEqual(told(judging(UNDER, OPEN)), ['compliant']);
  });

  for (const service of ['logging.s3.amazonaws.com', 'logdelivery.elasticloadbalancing.amazonaws.com']) {
    test(`is held where its policy lets ${service} write, and is judged by the standard of log targets`, () => {
      const given = judging(UNDER, { ...OPEN, ...letIn(service) });
      assert.deepEqual(told(given), ['hold', 'log-target-under-kms']);
      const decision = rightAlready(given, RIGHT);
      assert(decision.kind === 'decided');
      assert.deepEqual(
        [decision.standard.algorithm, decision.standard.key, decision.key],
        ['AES256', undefined, NO_KEY],
      );
    });
  }

  test('is held where its ACL lets the LogDelivery group write, once that is read', () => {
    const facts = { ...OPEN, acl: read([GROUP]) };
    assert.deepEqual(told(judging(UNDER, facts), true), ['hold', 'log-target-under-kms']);
  });

  test('is unreadable where nobody can say who writes, and held for what is known of its key all the same', () => {
    const facts = { ...OPEN, bucketPolicy: UNREAD };
    assert.deepEqual(told(judging(UNDER, facts)), ['unreadable', 'bucket-policy-unreadable']);
    const acl = { ...OPEN, acl: UNREAD };
    assert.deepEqual(told(judging(UNDER, acl), true), ['unreadable', 'acl-unreadable']);
    const dying: KeyReading = { kind: 'found', key: { ...USABLE, state: 'PendingDeletion' } };
    assert.deepEqual(told(judging(UNDER, facts, dying)), ['hold', 'key-being-deleted']);
  });

  test('is compliant with a notice where its key was shut, and without one where nobody shows the policy of the key', () => {
    assert.deepEqual(told(judging(UNDER, { ...OPEN, keyPolicy: read(policyOf()) })), ['compliant', 'key-shut']);
    assert.deepEqual(told(judging(UNDER, { ...OPEN, keyPolicy: UNREAD })), ['compliant']);
    assert.deepEqual(told(judging(UNDER, { ...OPEN, keyPolicy: read('{') })), ['compliant']);
  });

  test('keeps what was said of it', () => {
    const stronger = { code: 'stronger-than-standard', message: 'Stronger.' } as const;
    const given = judging(UNDER, { ...OPEN, keyPolicy: read(policyOf()) }, FOUND, KMS);
    const decision = rightAlready(given, { kind: 'compliant', reasons: [stronger] });
    assert(decision.kind === 'decided');
    assert.deepEqual(
      decision.verdict.reasons.map(({ code }) => code),
      ['stronger-than-standard', 'key-shut'],
    );
  });
});
