import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Call, Caller } from '../../../local/call.ts';
import { createCloudTrail } from '../../../local/events/cloudtrail.ts';
import type { BusEvent, Outcome } from '../../../local/world.ts';

const root: Caller = { accountId: '111111111111', accessKeyId: '111111111111', arn: 'arn:aws:iam::111111111111:root' };
const session: Caller = {
  accountId: '111111111111',
  accessKeyId: 'ASIAEXAMPLE',
  arn: 'arn:aws:sts::111111111111:assumed-role/fixer/run-1',
  role: { arn: 'arn:aws:iam::111111111111:role/fixer', name: 'fixer', sessionName: 'run-1' },
};

const call = (operation: string, changes: Partial<Call> = {}): Call => ({
  service: 's3',
  operation,
  region: 'eu-west-1',
  caller: root,
  requestId: 'REQ1',
  time: new Date('2026-11-22T10:11:12.345Z'),
  sourceIp: '127.0.0.1',
  userAgent: 'aws-cli/2',
  ...changes,
});

/** What one call publishes; `owners` are the buckets that exist. */
function published(outcome: Outcome, owners: Readonly<Record<string, string>> = { b: '111111111111' }): BusEvent[] {
  const events: BusEvent[] = [];
  createCloudTrail({ events: { publish: (event) => events.push(event) }, ownerOf: (bucket) => owners[bucket] })(
    outcome,
  );
  return events;
}

/** Ids are new each time, so they are compared by their form only. */
const withoutIds = ({ id, detail: { eventID, ...detail }, ...event }: BusEvent): unknown => {
  assert.match(`${id} ${String(eventID)}`, /^[0-9a-f-]{36} [0-9a-f-]{36}$/);
  return { ...event, detail };
};

const encryption = {
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/k' },
      BucketKeyEnabled: true,
      BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
    },
  ],
};

describe('CloudTrail', () => {
  test('records PutBucketEncryption whole, shaped as its XML', () => {
    const input = { Bucket: 'b', ServerSideEncryptionConfiguration: encryption };
    assert.deepEqual(published({ call: call('PutBucketEncryption'), input, output: {} }).map(withoutIds), [
      {
        version: '0',
        'detail-type': 'AWS API Call via CloudTrail',
        source: 'aws.s3',
        account: '111111111111',
        time: '2026-11-22T10:11:12Z',
        region: 'eu-west-1',
        resources: [],
        detail: {
          eventVersion: '1.11',
          userIdentity: {
            type: 'Root',
            principalId: '111111111111',
            arn: root.arn,
            accountId: '111111111111',
            accessKeyId: '111111111111',
          },
          eventTime: '2026-11-22T10:11:12Z',
          eventSource: 's3.amazonaws.com',
          eventName: 'PutBucketEncryption',
          awsRegion: 'eu-west-1',
          sourceIPAddress: '127.0.0.1',
          userAgent: 'aws-cli/2',
          requestParameters: {
            bucketName: 'b',
            Host: 's3.eu-west-1.amazonaws.com',
            encryption: '',
            ServerSideEncryptionConfiguration: {
              xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/',
              Rule: {
                ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/k' },
                BucketKeyEnabled: true,
                BlockedEncryptionTypes: { EncryptionType: 'SSE-C' },
              },
            },
          },
          responseElements: null,
          additionalEventData: { SignatureVersion: 'SigV4', AuthenticationMethod: 'AuthHeader' },
          requestID: 'REQ1',
          readOnly: false,
          resources: [{ accountId: '111111111111', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::b' }],
          eventType: 'AwsApiCall',
          managementEvent: true,
          eventCategory: 'Management',
          recipientAccountId: '111111111111',
        },
      },
    ]);
  });

  test('names the role behind a session', () => {
    const [event] = published({ call: call('DeleteBucketEncryption', { caller: session }), input: { Bucket: 'b' } });
    assert.deepEqual(event?.detail['userIdentity'], {
      type: 'AssumedRole',
      principalId: 'AROAFIXER000000000000:run-1',
      arn: session.arn,
      accountId: '111111111111',
      accessKeyId: 'ASIAEXAMPLE',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAFIXER000000000000',
          arn: 'arn:aws:iam::111111111111:role/fixer',
          accountId: '111111111111',
          userName: 'fixer',
        },
        attributes: { creationDate: '2026-11-22T10:11:12Z', mfaAuthenticated: 'false' },
      },
    });
  });

  test('says which service called for the caller', () => {
    const invoked = call('CreateBucket', { userAgent: 'cloudformation.amazonaws.com' });
    const [event] = published({ call: invoked, input: { Bucket: 'b' } });
    assert.equal(Object(event?.detail['userIdentity']).invokedBy, 'cloudformation.amazonaws.com');
  });

  test('records failed calls with their error', () => {
    const error = { code: 'BucketAlreadyExists', message: 'taken' };
    const input = { Bucket: 'gone', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } };
    const [event] = published({ call: call('CreateBucket'), input, error });
    assert.deepEqual(
      {
        code: event?.detail['errorCode'],
        message: event?.detail['errorMessage'],
        resources: event?.detail['resources'],
        parameters: event?.detail['requestParameters'],
      },
      {
        code: 'BucketAlreadyExists',
        message: 'taken',
        resources: undefined,
        parameters: {
          bucketName: 'gone',
          Host: 's3.eu-west-1.amazonaws.com',
          CreateBucketConfiguration: {
            LocationConstraint: 'eu-west-1',
            xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/',
          },
        },
      },
    );
  });

  test("gives the bucket's owner an event of its own with a shared id", () => {
    const events = published(
      { call: call('PutBucketPolicy'), input: { Bucket: 'theirs', Policy: '{"Version":"2012-10-17"}' } },
      { theirs: '222222222222' },
    );
    assert.deepEqual(
      events.map(({ account, detail }) => [account, detail['recipientAccountId']]),
      [
        ['111111111111', '111111111111'],
        ['222222222222', '222222222222'],
      ],
    );
    const [one, other] = events.map(({ detail }) => detail['sharedEventID']);
    assert.equal(typeof one, 'string');
    assert.equal(one, other);
  });

  const silent = [
    'GetBucketEncryption',
    'ListBuckets',
    'PutObject',
    'DeleteObjects',
    'UpdateObjectEncryption',
    'CopyObject',
  ];
  for (const operation of silent) {
    test(`says nothing of ${operation}, which is a read or a data event`, () => {
      assert.deepEqual(published({ call: call(operation), input: { Bucket: 'b', Key: 'k' } }), []);
    });
  }
});
