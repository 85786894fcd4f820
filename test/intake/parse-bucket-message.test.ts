import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { bucketMessage, type BucketTrigger } from '../../src/intake/bucket-message.ts';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import { OWN_ROLE } from './expected-triggers.ts';

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
      const trigger = read({ userIdentity });
      assert.deepEqual(trigger, actor === undefined ? DRIFT : { ...DRIFT, actor });
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

test('a trigger that is written as a message is read back whole', () => {
  const facts: BucketTrigger[] = [
    { ...DRIFT, actor: 'arn:aws:iam::111122223333:user/alice', attempt: 4, observe: true },
    { ...DRIFT, cause: 'sweep', at: '2026-11-02T03:00:00.123Z', logSources: [{ bucket: 'app-1', prefix: 'logs/' }] },
    { ...DRIFT, cause: 'tagged', tags: [{ key: 'team', value: '' }] },
  ];
  for (const trigger of facts) assert.deepEqual(parseBucketMessage(bucketMessage(trigger), OWN_ROLE), trigger);
});

test('characters that SQS refuses are escaped in a message and come back unchanged', () => {
  const trigger = { ...DRIFT, userAgent: 'nul\u0000 \uFFFE\uFFFF half \uD800 crab \u{1F980} \u{1FFFF} \u0085' };
  const message = bucketMessage(trigger);
  assert.equal(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(message), false, message);
  assert.deepEqual(parseBucketMessage(message, OWN_ROLE), trigger);
});

test('a bucket name that no job can be made for is refused, and says so', () => {
  const named = (length: number) => bucketMessage({ ...DRIFT, bucket: 'b'.repeat(length) });
  assert.equal('bucket' in parseBucketMessage(named(115), OWN_ROLE), true);
  for (const length of [116, 184, 255, 250_000]) {
    assert.throws(() => parseBucketMessage(named(length), OWN_ROLE), {
      code: 'malformed-message',
      message: `Not an assess message: bucket: expected a bucket name (3 to 115 letters, digits, dots, hyphens or underscores; S3 Batch Operations takes no longer one), found "${'b'.repeat(79)}... (${length + 2} characters)`,
    });
  }
});

test('Regions of every partition are known by their form', () => {
  for (const region of ['eusc-de-east-1', 'us-gov-east-1', 'cn-northwest-1', 'us-isob-east-1', 'mx-central-1']) {
    assert.deepEqual(parseBucketMessage(bucketMessage({ ...DRIFT, region }), OWN_ROLE), { ...DRIFT, region });
  }
});

test('of a message with thousands of faults the first fifty are named, and how many more there are', () => {
  const many = [
    { ...DRIFT, reseal: 'assess', version: 1, tags: Array(20_000).fill({ key: 1, value: 2 }) },
    { ...DRIFT, reseal: 'assess', version: 1, logSources: Array(60_000).fill(0) },
  ];
  for (const [index, more] of [39_950, 59_950].entries()) {
    assert.throws(
      () => parseBucketMessage(many[index], OWN_ROLE),
      ({ code, message }) => {
        assert.deepEqual([code, message.length < 5_000], ['malformed-message', true]);
        assert.match(message, new RegExp(`; the message: expected no more than that, found ${more} more problems$`));
        return true;
      },
    );
  }
});

test('a written message says whose it is and in which version', () => {
  assert.deepEqual(JSON.parse(bucketMessage(DRIFT)), { reseal: 'assess', version: 1, ...DRIFT });
});

const DRIFT: BucketTrigger = {
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
