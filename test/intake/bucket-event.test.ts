import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Cause } from '../../src/cause.ts';
import { bucketMessage, type BucketTrigger, toldBy } from '../../src/intake/bucket-message.ts';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';

const EVENT = JSON.parse(
  readFileSync(new URL('../../events/put-bucket-encryption/weakened-aes256.json', import.meta.url), 'utf8'),
);
const ROLE = 'arn:aws:iam::111122223333:role/reseal-assess-bucket';

function parsed(detail: object, event: object = {}, role = ROLE) {
  return parseBucketMessage({ ...EVENT, ...event, detail: { ...EVENT.detail, ...detail } }, role);
}

function trigger(detail: object, event?: object): BucketTrigger {
  const found = parsed(detail, event);
  assert(!('ignored' in found), JSON.stringify(found));
  return found;
}

const CALLS: [eventName: string, cause: Cause][] = [
  ['CreateBucket', 'created'],
  ['DeleteBucketEncryption', 'encryption-deleted'],
  ['PutBucketEncryption', 'encryption-put'],
  ['PutBucketTagging', 'tagged'],
  ['DeleteBucketTagging', 'tagged'],
  ['TagResource', 'tagged'],
  ['UntagResource', 'tagged'],
  ['DeleteBucket', 'deleted'],
  ['PutBucketPolicy', 'access-changed'],
  ['DeleteBucketPolicy', 'access-changed'],
  ['PutBucketAcl', 'access-changed'],
];

for (const [eventName, cause] of CALLS) {
  test(`${eventName} is ${cause}, of both kinds of bucket, and only CreateBucket says when the bucket was made`, () => {
    for (const source of ['aws.s3', 'aws.s3express']) {
      const found = trigger({ eventName }, { source });
      assert.deepEqual([found.cause, found.createdAt], [cause, cause === 'created' ? EVENT.time : undefined]);
      assert.equal('tags' in found || 'someTags' in found, cause === 'tagged' && eventName !== 'PutBucketTagging');
    }
  });
}

test('a call that failed is ignored with its error, whatever that is', () => {
  const rows: [errorCode: unknown, told: string][] = [
    ['AccessDenied', '"AccessDenied"'],
    [null, 'null'],
    ['', '""'],
  ];
  for (const [errorCode, told] of rows) {
    const ignored = `PutBucketEncryption failed (${told}) and changed nothing`;
    assert.deepEqual(parsed({ errorCode }), { ignored });
  }
});

describe('a role is our own', () => {
  const SESSION = 'arn:aws:sts::111122223333:assumed-role/reseal-assess-bucket/s';
  const rows: [name: string, role: string, arn: string, isOwn: boolean][] = [
    ['by its name in a session', ROLE, SESSION, true],
    [
      'by its name in a session, which has no path',
      'arn:aws:iam::111122223333:role/a/b/reseal-assess-bucket',
      SESSION,
      true,
    ],
    [
      'in every partition',
      'arn:aws-cn:iam::111122223333:role/r',
      'arn:aws-cn:sts::111122223333:assumed-role/r/s',
      true,
    ],
    ['not by the path alone', 'arn:aws:iam::111122223333:role/reseal-assess-bucket/other', SESSION, false],
    ['not by a part of its name', ROLE, SESSION.replace('bucket/', 'bucket-2/'), false],
    ['not without a session', ROLE, SESSION.replace('/s', ''), false],
    ['not as a text that quotes it', ROLE, `x ${SESSION}`, false],
    ['not as a user', 'arn:aws:iam::111122223333:user/reseal-assess-bucket', SESSION, false],
    ['not where the role is quoted', `${ROLE} x`, SESSION, false],
    ['not where something stands before it', `x ${ROLE}`, SESSION, false],
    ['not of another account', 'arn:aws:iam::444455556666:role/reseal-assess-bucket', SESSION, false],
  ];
  for (const [name, role, arn, isOwn] of rows) {
    test(name, () => assert.equal('ignored' in parsed({ userIdentity: { arn } }, {}, role), isOwn));
  }
});

test('whence and with what are kept where they are text that says something, up to a length', () => {
  const told = (value: unknown) => {
    const { sourceAddress, userAgent } = trigger({ sourceIPAddress: value, userAgent: value });
    assert.equal(sourceAddress, userAgent);
    return userAgent;
  };
  assert.deepEqual([told('a'), told(''), told(' \n'), told(7), told(null)], ['a', ...Array(4).fill(undefined)]);
  assert.equal(told('x'.repeat(1_000))?.length, 1_000);
  assert.equal(told('x'.repeat(1_001))?.length, 1_000);
});

describe('a message of our own is refused for each member that it has in another form', () => {
  const DRIFT = bucketMessage(trigger({}));
  const rows: [member: string, value: unknown, told: string][] = [
    ['reseal', 'sweep', 'reseal: expected "assess", found "sweep"'],
    ['sourceAddress', '', 'sourceAddress: expected an address or the name of a service, found ""'],
    ['userAgent', ' ', 'userAgent: expected a user agent, found " "'],
    ['createdAt', 'today', 'createdAt: expected a time such as 2026-11-02T10:15:30Z, found "today"'],
    ['logSources', {}, 'logSources: expected a list of buckets with their prefixes, found an empty mapping'],
    ['logSources', [{ bucket: 'a', prefix: 1 }], 'logSources[0].prefix: expected a prefix, found 1'],
    ['logSources', [{ bucket: '', prefix: '' }], 'logSources[0].bucket: expected a bucket name, found ""'],
    ['attempt', 1.5, 'attempt: expected the number of tries so far, 0 or more, found 1.5'],
    ['sends', -1, 'sends: expected the number of tries so far, 0 or more, found -1'],
    ['waitedFor', '', 'waitedFor: expected the owner of a claim, found ""'],
    ['causeId', '', 'causeId: expected the id of the event or sweep, found ""'],
    ['account', '1111222233334', 'account: expected an account id of 12 digits, found "1111222233334"'],
    ['account', 'x111122223333', 'account: expected an account id of 12 digits, found "x111122223333"'],
  ];
  for (const [member, value, told] of rows) {
    test(`${member}: ${JSON.stringify(value)}`, () => {
      const message = { ...JSON.parse(DRIFT), [member]: value };
      assert.throws(() => parseBucketMessage(message, ROLE), {
        code: 'malformed-message',
        message: `Not an assess message: ${told}`,
      });
    });
  }
});

test('what an event told is told apart from what any message says', () => {
  const { actor, rulePut, ...unnamed } = trigger({});
  assert.deepEqual(rulePut, { algorithm: 'AES256', bucketKey: false });
  assert.deepEqual(toldBy({ ...unnamed, actor: 'a', rulePut: { algorithm: 'aws:kms' }, tags: [], someTags: true }), {
    actor: 'a',
    rulePut: { algorithm: 'aws:kms' },
    tags: [],
    someTags: true,
  });
  assert.equal(toldBy(unnamed), undefined);
  assert.equal(typeof actor, 'string');
});
