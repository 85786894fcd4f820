import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { bucketMessage, type BucketTrigger } from '../../src/intake/bucket-message.ts';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import { OWN_ROLE } from './expected-triggers.ts';

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
      const rulePut = { algorithm: 'AES256', bucketKey: false };
      assert.deepEqual(trigger, { ...DRIFT, rulePut, ...(actor === undefined ? {} : { actor }) });
    });
  }
});

describe('what is none of our business is ignored by name', () => {
  const cases: [string, object, string][] = [
    ['another source', { source: 'aws.kms' }, 'aws.kms PutBucketEncryption'],
    ['another detail-type', { 'detail-type': 'AWS Console Action via CloudTrail' }, 'aws.s3 PutBucketEncryption'],
    ['another call', { detail: { eventName: 'PutBucketCors' } }, 'aws.s3 PutBucketCors'],
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

describe('TagResource and UntagResource, which are about anything in S3', () => {
  const tagged = (requestParameters: unknown, eventName = 'TagResource') =>
    read({ eventName, requestParameters, resources: [] });
  const TAGGED = { ...DRIFT, cause: 'tagged', actor: 'arn:aws:iam::111122223333:role/DataEngineer', someTags: true };

  test('are tagging events of the bucket that they name', () => {
    const resourceArn = `arn:aws:s3:::${DRIFT.bucket}`;
    const tags = [{ key: 'team', value: 'a' }];
    assert.deepEqual(tagged({ resourceArn, tags }), { ...TAGGED, tags });
    assert.deepEqual(tagged({ resourceArn, tagKeys: ['team'] }, 'UntagResource'), {
      ...TAGGED,
      tags: [{ key: 'team', value: '' }],
    });
    assert.deepEqual(tagged({ resourceArn }), TAGGED);
    assert.deepEqual(tagged({ bucketName: DRIFT.bucket, tags }), { ...TAGGED, tags });
  });

  test('are ignored by name where they are about no bucket, or about more than one', () => {
    for (const resourceArn of [
      'arn:aws:s3:eu-west-1:111122223333:accesspoint/point',
      'arn:aws:s3:eu-west-1:111122223333:storage-lens/board',
      'arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
    ]) {
      assert.deepEqual(tagged({ resourceArn }), {
        ignored: `TagResource is about ${resourceArn}, which is no bucket`,
      });
    }
    assert.deepEqual(tagged({ resourceArn: 'arn:aws:s3:::one', also: 'arn:aws:s3:::two' }, 'UntagResource'), {
      ignored: 'UntagResource names more than one bucket (one, two)',
    });
  });

  test('are malformed where they name nothing, or a bucket that no bucket can be', () => {
    for (const request of [
      {},
      null,
      { tags: [{ key: 'a', value: 'arn:aws:s3:::data' }] },
      { resourceArn: 'arn:aws:s3:::?' },
    ]) {
      assert.throws(() => tagged(request), { code: 'malformed-message', message: /^Not a TagResource event: / });
    }
  });
});

describe('a table bucket or a vector bucket', () => {
  const arn = (service: string, account = '111122223333', region = 'eu-west-1') =>
    `arn:aws:${service}:${region}:${account}:bucket/lake`;

  test('is named by its ARN in a message of our own', () => {
    for (const bucket of [arn('s3tables'), arn('s3vectors')]) {
      const trigger: BucketTrigger = { ...DRIFT, bucket, cause: 'sweep' };
      assert.deepEqual(parseBucketMessage(bucketMessage(trigger), OWN_ROLE), trigger);
    }
  });

  test('is no bucket of a message about another account or Region', () => {
    for (const bucket of [arn('s3tables', '444455556666'), arn('s3vectors', '111122223333', 'us-east-1')]) {
      assert.throws(() => parseBucketMessage(bucketMessage({ ...DRIFT, bucket, cause: 'sweep' }), OWN_ROLE), {
        code: 'malformed-message',
        message: `Not an assess message: bucket: expected an ARN of the account and Region of the message, found "${bucket}"`,
      });
    }
  });

  test('is named by no event, and no other ARN is a bucket', () => {
    const event = { requestParameters: { bucketName: arn('s3tables') } };
    assert.throws(() => read(event), { code: 'malformed-message' });
    for (const bucket of ['arn:aws:s3:::lake', `${arn('s3tables')}/table/1`, arn('s3')]) {
      const message = bucketMessage({ ...DRIFT, bucket, cause: 'sweep' });
      assert.throws(() => parseBucketMessage(message, OWN_ROLE), { code: 'malformed-message' });
    }
  });
});

test('fields that AWS may add later change nothing', () => {
  const event = recorded();
  const detail = { ...event.detail, addedLater: [1], addendum: { reason: 'DELIVERY_DELAY' } };
  assert.deepEqual(
    parseBucketMessage({ ...event, addedLater: true, detail }, OWN_ROLE),
    parseBucketMessage(event, OWN_ROLE),
  );
});

test('a trigger that is written as a message is read back, but for what only an event can tell', () => {
  const triggers: BucketTrigger[] = [
    { ...DRIFT, attempt: 4, observe: true, sends: 2, waitedFor: 'somebody' },
    { ...DRIFT, cause: 'sweep', at: '2026-11-02T03:00:00.123Z', logSources: [{ bucket: 'app-1', prefix: 'logs/' }] },
    { ...DRIFT, cause: 'tagged' },
  ];
  const told = { actor: 'arn:aws:iam::111122223333:user/alice', tags: [{ key: 'team', value: '' }], someTags: true };
  for (const trigger of triggers) {
    assert.deepEqual(parseBucketMessage(bucketMessage({ ...trigger, ...told }), OWN_ROLE), trigger);
  }
});

test('what a message of an earlier version, or of somebody else, tells of who did what is passed over', () => {
  const forged = {
    actor: 'arn:aws:iam::111122223333:role/security-admin',
    tags: [{ key: 'exempt', value: '2026-12-31' }],
  };
  const message = { reseal: 'assess', version: 1, ...DRIFT, cause: 'tagged', ...forged, someTags: false };
  assert.deepEqual(parseBucketMessage(message, OWN_ROLE), { ...DRIFT, cause: 'tagged' });
});

test("what looks like an event is nobody's word in the queue of our own messages", () => {
  assert.throws(() => parseBucketMessage(recorded(), OWN_ROLE, true), { code: 'malformed-message' });
  assert.deepEqual(parseBucketMessage(bucketMessage(DRIFT), OWN_ROLE, true), DRIFT);
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
      message: `Not an assess message: bucket: expected a bucket name (3 to 115 letters, digits, dots, hyphens or underscores; S3 Batch Operations takes no longer one), or the ARN of a table bucket or a vector bucket, found "${'b'.repeat(79)}... (${length + 2} characters)`,
    });
  }
});

test('Regions of every partition are known by their form', () => {
  for (const region of ['eusc-de-east-1', 'us-gov-east-1', 'cn-northwest-1', 'us-isob-east-1', 'mx-central-1']) {
    assert.deepEqual(parseBucketMessage(bucketMessage({ ...DRIFT, region }), OWN_ROLE), { ...DRIFT, region });
  }
  for (const region of ['EU-west-1', ' eu-west-1', 'eu-west-1a', 'eu-west', 'e-west-1', 'eu-1']) {
    assert.throws(
      () => parseBucketMessage(bucketMessage({ ...DRIFT, region }), OWN_ROLE),
      { code: 'malformed-message' },
      region,
    );
  }
});

test('of a message with thousands of faults the first fifty are named, and how many more there are', () => {
  const many = [
    { ...DRIFT, reseal: 'assess', version: 1, logSources: Array(20_000).fill({ bucket: 1, prefix: 2 }) },
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

function recorded(): { detail: object } {
  const file = new URL('../../events/put-bucket-encryption/weakened-aes256.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function read(change: object): unknown {
  const event = recorded();
  return parseBucketMessage({ ...event, detail: { ...event.detail, ...change } }, OWN_ROLE);
}

describe('whom the logs of a bucket are sent to', () => {
  const event = JSON.parse(readFileSync(new URL('../../events/put-bucket-logging/on.json', import.meta.url), 'utf8'));
  const sentTo = (BucketLoggingStatus: unknown) => {
    const detail = { ...event.detail, requestParameters: { bucketName: 'the-source', BucketLoggingStatus } };
    return parseBucketMessage({ ...event, detail }, OWN_ROLE);
  };

  test('is looked at, and the message says who sends them, also on the way through our own queue', () => {
    const trigger = sentTo({ LoggingEnabled: { TargetBucket: 'the-target', TargetPrefix: '' } });
    assert(!('ignored' in trigger));
    assert.deepEqual(
      [trigger.bucket, trigger.loggedBucket, trigger.cause],
      ['the-target', 'the-source', 'logging-changed'],
    );
    const { actor: _, ...unnamed } = trigger;
    assert.deepEqual(parseBucketMessage(bucketMessage(trigger), OWN_ROLE), unnamed);
  });

  const nobody = { ignored: 'PutBucketLogging names no bucket that receives logs' };
  for (const status of [
    undefined,
    '',
    {},
    { LoggingEnabled: '' },
    { LoggingEnabled: { TargetBucket: 7 } },
    { LoggingEnabled: { TargetBucket: '../x' } },
  ]) {
    test(`is nobody where the record has ${JSON.stringify(status)}`, () => assert.deepEqual(sentTo(status), nobody));
  }
});
