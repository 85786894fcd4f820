import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sendable } from '../../src/aws/queue/queues.ts';
import { ResealError } from '../../src/errors.ts';
import { bucketMessage, type BucketTrigger } from '../../src/intake/bucket-message.ts';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import { parseJobMessage } from '../../src/intake/parse-job-message.ts';
import { parseSweepRequest } from '../../src/intake/parse-sweep-request.ts';
import { CLOCK, OWN_ROLE } from './expected-triggers.ts';

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_102, numRuns: 1500 };

test('whatever comes in is read or refused as malformed, and nothing else happens', () => {
  const head = fc.record(
    {
      source: fc.constantFrom('aws.s3', 'aws.s3express', 'aws.events'),
      'detail-type': fc.constantFrom(
        'AWS API Call via CloudTrail',
        'AWS Service Event via CloudTrail',
        'Scheduled Event',
      ),
      detail: fc.record(
        {
          eventName: fc.constantFrom('CreateBucket', 'PutBucketEncryption', 'JobStatusChanged', 'JobCreated'),
          errorCode: fc.jsonValue(),
          userIdentity: fc.jsonValue(),
          requestParameters: fc.oneof(fc.jsonValue(), fc.record({ bucketName: fc.jsonValue() })),
          serviceEventDetails: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  );
  const payload = fc.oneof(head, fc.jsonValue(), fc.json(), fc.string(), fc.record({ reseal: fc.jsonValue() }));
  const parsers = [
    (value: unknown) => parseBucketMessage(value, OWN_ROLE),
    parseJobMessage,
    (value: unknown) => parseSweepRequest(value, CLOCK),
  ];
  fc.assert(
    fc.property(payload, fc.constantFrom(...parsers), (value, parse) => {
      try {
        assert.equal(typeof parse(value), 'object');
      } catch (error) {
        assert(error instanceof ResealError);
        assert.equal(error.code, 'malformed-message');
      }
    }),
    RUNS,
  );
});

test('every trigger survives its message, but for who did it', () => {
  const trigger: fc.Arbitrary<BucketTrigger> = fc.record(
    {
      bucket: fc.stringMatching(/^[A-Za-z0-9._-]{3,63}$/),
      account: fc.stringMatching(/^\d{12}$/),
      region: fc.constantFrom('eu-west-1', 'us-gov-east-1', 'ap-southeast-2'),
      cause: fc.constantFrom('created', 'encryption-deleted', 'encryption-put', 'sweep'),
      at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((at) => at.toISOString()),
      causeId: fc.uuid(),
      actor: fc.constant('arn:aws:iam::111122223333:user/alice'),
      userAgent: fc.string({ unit: 'binary' }).map((text) => `a${text}\uFFFF`),
      attempt: fc.nat(),
      observe: fc.boolean(),
    },
    { requiredKeys: ['bucket', 'account', 'region', 'cause', 'at', 'causeId', 'attempt', 'observe'] },
  );
  fc.assert(
    fc.property(trigger, (it) => {
      const message = bucketMessage(it);
      assert.equal(sendable(message), message);
      const { actor: _, ...own } = it;
      assert.deepEqual(parseBucketMessage(message, OWN_ROLE), own);
    }),
    RUNS,
  );
});
