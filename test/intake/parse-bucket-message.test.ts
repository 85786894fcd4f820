import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { bucketMessage } from '../../src/intake/bucket-message.ts';
import type { BucketFact } from '../../src/intake/fact.ts';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import { OWN_ROLE } from './expected-facts.ts';

const OURS = { ignored: 'PutBucketEncryption was done by Reseal itself' };

describe('who acted decides whether an event is our own doing', () => {
  const own = {
    'a session of our role': { sessionContext: { sessionIssuer: { arn: OWN_ROLE } } },
    'our role itself': { arn: OWN_ROLE },
    'a session without its issuer': { arn: 'arn:aws:sts::111122223333:assumed-role/reseal-assess-bucket/any-session' },
  };
  for (const [name, userIdentity] of Object.entries(own)) {
    test(`${name} is ignored`, () => assert.deepEqual(read({ userIdentity }), OURS));
  }

  const others: Record<string, { userIdentity: unknown; actor?: string }> = {
    'the same role name in another account': {
      userIdentity: { arn: 'arn:aws:sts::444455556666:assumed-role/reseal-assess-bucket/s' },
      actor: 'arn:aws:sts::444455556666:assumed-role/reseal-assess-bucket/s',
    },
    'another role of our account': {
      userIdentity: { arn: 'arn:aws:sts::111122223333:assumed-role/reseal-sweep/s' },
      actor: 'arn:aws:sts::111122223333:assumed-role/reseal-sweep/s',
    },
    'a user who is named like our role': {
      userIdentity: { arn: 'arn:aws:iam::111122223333:user/reseal-assess-bucket' },
      actor: 'arn:aws:iam::111122223333:user/reseal-assess-bucket',
    },
    'an identity without any ARN': { userIdentity: { type: 'Unknown' } },
    'an identity of an unexpected type': { userIdentity: 'Root' },
    'no identity at all': { userIdentity: undefined },
  };
  for (const [name, { userIdentity, actor }] of Object.entries(others)) {
    test(`${name} is assessed`, () => {
      const fact = read({ userIdentity });
      assert.deepEqual(fact, actor === undefined ? DRIFT : { ...DRIFT, actor });
    });
  }
});

describe('what is none of our business is ignored by name', () => {
  const cases: [string, object, string][] = [
    ['another source', { source: 'aws.kms' }, 'aws.kms PutBucketEncryption'],
    ['another detail-type', { 'detail-type': 'AWS Console Action via CloudTrail' }, 'aws.s3 PutBucketEncryption'],
    ['another call', { detail: { eventName: 'PutBucketAcl' } }, 'aws.s3 PutBucketAcl'],
  ];
  for (const [name, change, what] of cases) {
    test(name, () => {
      const event = { ...recorded(), ...change };
      assert.deepEqual(parseBucketMessage(event, OWN_ROLE), {
        ignored: `${what} says nothing of a bucket's encryption`,
      });
    });
  }
});

test('fields that AWS may add later change nothing', () => {
  const event = recorded();
  const detail = { ...event.detail, addedLater: [1], addendum: { reason: 'DELIVERY_DELAY' } };
  assert.deepEqual(
    parseBucketMessage({ ...event, addedLater: true, detail }, OWN_ROLE),
    parseBucketMessage(event, OWN_ROLE),
  );
});

test('a fact that is written as a message is read back whole', () => {
  const facts: BucketFact[] = [
    { ...DRIFT, actor: 'arn:aws:iam::111122223333:user/alice', attempt: 4, observe: true },
    { ...DRIFT, cause: 'sweep', at: '2026-11-02T03:00:00.123Z', logSources: [{ bucket: 'app-1', prefix: 'logs/' }] },
    { ...DRIFT, cause: 'tagged', tags: [{ key: 'team', value: '' }] },
  ];
  for (const fact of facts) assert.deepEqual(parseBucketMessage(bucketMessage(fact), OWN_ROLE), fact);
});

test('a written message says whose it is and in which version', () => {
  assert.deepEqual(JSON.parse(bucketMessage(DRIFT)), { reseal: 'assess', version: 1, ...DRIFT });
});

const DRIFT: BucketFact = {
  bucket: 'amzn-s3-demo-bucket1',
  account: '111122223333',
  region: 'eu-west-1',
  cause: 'encryption-put',
  at: '2026-11-02T10:15:30Z',
  causeId: '4d50a5dd-aacc-4cca-8a25-216e26498f76',
  sourceAddress: '203.0.113.24',
  userAgent: '[aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 lang/python#3.13.7]',
  attempt: 0,
  observe: false,
};

function recorded(): { detail: object } {
  const file = new URL('../../events/put-bucket-encryption/weakened-aes256.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function read(change: object): unknown {
  const event = recorded();
  return parseBucketMessage({ ...event, detail: { ...event.detail, ...change } }, OWN_ROLE);
}
