import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { send } from '../protocol/raw-request.ts';
import { makeBucket, openS3, REGION } from './open-s3.ts';

interface Refused {
  readonly name: string;
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly code: string;
}

const COPY = { 'x-amz-copy-source': 'worm/a' };
const RETAINED = '<RetainUntilDate>2027-11-22T10:00:00Z</RetainUntilDate>';

const REFUSED: readonly Refused[] = [
  {
    name: 'the ownership of a new bucket',
    target: '/new',
    headers: { 'x-amz-object-ownership': 'Nobody' },
    code: 'InvalidArgument',
  },
  {
    name: 'the namespace of a new bucket',
    target: '/new',
    headers: { 'x-amz-bucket-namespace': 'planetary' },
    code: 'InvalidArgument',
  },
  {
    name: 'ownership controls',
    target: '/worm?ownershipControls',
    body: '<OwnershipControls><Rule><ObjectOwnership>Nobody</ObjectOwnership></Rule></OwnershipControls>',
    code: 'MalformedXML',
  },
  {
    name: 'MFA delete',
    target: '/worm?versioning',
    body: '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Perhaps</MfaDelete></VersioningConfiguration>',
    code: 'MalformedXML',
  },
  {
    name: 'the status of a lifecycle rule',
    target: '/worm?lifecycle',
    body: '<LifecycleConfiguration><Rule><Status>On</Status></Rule></LifecycleConfiguration>',
    code: 'MalformedXML',
  },
  {
    name: 'the class of a transition',
    target: '/worm?lifecycle',
    body: '<LifecycleConfiguration><Rule><Status>Enabled</Status><Transition><Days>1</Days><StorageClass>STANDARD</StorageClass></Transition></Rule></LifecycleConfiguration>',
    code: 'MalformedXML',
  },
  {
    name: 'the least size of a transition',
    target: '/worm?lifecycle',
    headers: { 'x-amz-transition-default-minimum-object-size': 'tiny' },
    body: '<LifecycleConfiguration><Rule><Status>Enabled</Status></Rule></LifecycleConfiguration>',
    code: 'InvalidArgument',
  },
  {
    name: 'the protocol of a website',
    target: '/worm?website',
    body: '<WebsiteConfiguration><RedirectAllRequestsTo><HostName>h</HostName><Protocol>ftp</Protocol></RedirectAllRequestsTo></WebsiteConfiguration>',
    code: 'MalformedXML',
  },
  {
    name: 'the mode of a default retention',
    target: '/worm?object-lock',
    body: '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>SOFT</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
    code: 'MalformedXML',
  },
  {
    name: 'the mode of a retention',
    target: '/worm/a?retention',
    body: `<Retention><Mode>SOFT</Mode>${RETAINED}</Retention>`,
    code: 'MalformedXML',
  },
  {
    name: 'a legal hold',
    target: '/worm/a?legal-hold',
    body: '<LegalHold><Status>MAYBE</Status></LegalHold>',
    code: 'MalformedXML',
  },
  { name: 'an empty legal hold', target: '/worm/a?legal-hold', body: '<LegalHold/>', code: 'MalformedXML' },
  {
    name: 'the lock mode of a write',
    target: '/worm/b',
    headers: {
      'x-amz-object-lock-mode': 'SOFT',
      'x-amz-object-lock-retain-until-date': '2027-11-22T10:00:00Z',
    },
    code: 'InvalidArgument',
  },
  {
    name: 'the legal hold of a write',
    target: '/worm/b',
    headers: { 'x-amz-object-lock-legal-hold': 'MAYBE' },
    code: 'InvalidArgument',
  },
  {
    name: 'the checksum algorithm of a write',
    target: '/worm/b',
    headers: { 'x-amz-sdk-checksum-algorithm': 'CRC7' },
    code: 'InvalidRequest',
  },
  {
    name: 'the metadata directive of a copy',
    target: '/worm/b',
    headers: { ...COPY, 'x-amz-metadata-directive': 'MERGE' },
    code: 'InvalidArgument',
  },
  {
    name: 'the tagging directive of a copy',
    target: '/worm/b',
    headers: { ...COPY, 'x-amz-tagging-directive': 'MERGE' },
    code: 'InvalidArgument',
  },
  {
    name: 'the checksum type of an upload',
    method: 'POST',
    target: '/worm/b?uploads',
    headers: { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'PARTIAL' },
    code: 'InvalidRequest',
  },
];

describe('a value outside its enumeration is refused:', () => {
  for (const { name, code, ...request } of REFUSED) {
    test(name, async () => {
      await using opened = await openS3();
      await opened.s3.send(
        new CreateBucketCommand({
          Bucket: 'worm',
          ObjectLockEnabledForBucket: true,
          CreateBucketConfiguration: { LocationConstraint: REGION },
        }),
      );
      await opened.s3.send(new PutObjectCommand({ Bucket: 'worm', Key: 'a', Body: 'a' }));
      const answer = await send({ method: 'PUT', ...request, port: opened.aws.port });
      assert.deepEqual([answer.status, /<Code>(\w+)/.exec(answer.body.toString())?.[1]], [400, code]);
    });
  }
});

test('a list of the values themselves passes', async () => {
  await using opened = await openS3();
  await makeBucket(opened.s3, 'data');
  for (const ownership of ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']) {
    const body = `<OwnershipControls><Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule></OwnershipControls>`;
    const answer = await send({ port: opened.aws.port, method: 'PUT', target: '/data?ownershipControls', body });
    assert.equal(answer.status, 200, ownership);
  }
});
