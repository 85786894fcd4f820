import type { Parser } from './expected-triggers.ts';

/** What one malformed file of events/ is refused with: the whole message. */
export interface ExpectedError {
  parser: Parser;
  error: string;
}

export const EXPECTED_ERRORS: Readonly<Record<string, ExpectedError>> = {
  'malformed/array.json': {
    parser: 'bucket',
    error: 'Not a bucket event: the message: expected an EventBridge event as a mapping, found a list',
  },
  'malformed/assess-newer-version.json': {
    parser: 'bucket',
    error: 'Not an assess message: version: expected 1, the only version of this message there is, found 2',
  },
  'malformed/assess-wrong-types.json': {
    parser: 'bucket',
    error:
      'Not an assess message: bucket: expected a bucket name (3 to 115 letters, digits, dots, hyphens or underscores; S3 Batch Operations takes no longer one), or the ARN of a table bucket or a vector bucket, found "x"; cause: expected one of created, encryption-deleted, encryption-put, tagged, access-changed, logging-changed, deleted, sweep, found "whim"; attempt: expected the number of tries so far, 0 or more, found -1; observe: expected true or false, found "no"',
  },
  'malformed/bad-bucket-name.json': {
    parser: 'bucket',
    error:
      'Not a CreateBucket event: detail.requestParameters.bucketName: expected a bucket name (3 to 115 letters, digits, dots, hyphens or underscores; S3 Batch Operations takes no longer one), found "my bucket/%20"',
  },
  'malformed/detail-is-text.json': {
    parser: 'bucket',
    error: 'Not a bucket event: detail: expected the CloudTrail record as a mapping, found "CreateBucket"',
  },
  'malformed/empty-object.json': {
    parser: 'bucket',
    error:
      'Not a bucket event: source: expected the source of the event, such as aws.s3, found nothing; detail-type: expected the detail-type of the event, found nothing; detail: expected the CloudTrail record as a mapping, found nothing',
  },
  'malformed/job-status-is-a-number.json': {
    parser: 'job',
    error: 'Not a JobStatusChanged event: detail.serviceEventDetails.status: expected the status of a job, found 7',
  },
  'malformed/job-without-details.json': {
    parser: 'job',
    error:
      'Not a JobStatusChanged event: detail.serviceEventDetails: expected a mapping with jobId and status, found nothing',
  },
  'malformed/missing-bucket-name.json': {
    parser: 'bucket',
    error:
      'Not a DeleteBucketEncryption event: detail.requestParameters.bucketName: expected a bucket name (3 to 115 letters, digits, dots, hyphens or underscores; S3 Batch Operations takes no longer one), found nothing',
  },
  'malformed/not-json.json': {
    parser: 'bucket',
    error: 'Not a bucket message: the message: expected JSON text, found "{\\"version\\":\\"0\\",\\"id\\":\\""',
  },
  'malformed/null.json': {
    parser: 'bucket',
    error: 'Not a bucket event: the message: expected an EventBridge event as a mapping, found null',
  },
  'malformed/omitted-request-parameters.json': {
    parser: 'bucket',
    error: 'Not a PutBucketEncryption event: detail.requestParameters: expected a mapping with bucketName, found null',
  },
  'malformed/sweep-bad-name.json': {
    parser: 'sweep',
    error:
      'Not a sweep request: buckets[1]: expected a bucket name (3 to 115 letters, digits, dots, hyphens or underscores; S3 Batch Operations takes no longer one), or the ARN of a table bucket or a vector bucket, found "a/b"; prefix: expected the beginning of the names of the buckets to sweep, found ""',
  },
  'malformed/sweep-no-buckets.json': {
    parser: 'sweep',
    error: 'Not a sweep request: buckets: expected a list of 1 to 1000 bucket names, found an empty list',
  },
  'malformed/sweep-other-event.json': {
    parser: 'sweep',
    error: 'Not a scheduled event: detail-type: expected "Scheduled Event", found "AWS API Call via CloudTrail"',
  },
  'malformed/sweep-unknown-key.json': {
    parser: 'sweep',
    error:
      'Not a sweep request: bucket: expected one of accounts, ous, regions, buckets, prefix, rule, observe, found an unknown key; observ: expected one of accounts, ous, regions, buckets, prefix, rule, observe, found an unknown key',
  },
  'malformed/write-without-bucket.json': {
    parser: 'write',
    error:
      'Not a PutObject event: detail.requestParameters.bucketName: expected a bucket name (3 to 115 letters, digits, dots, hyphens or underscores; S3 Batch Operations takes no longer one), found nothing',
  },
  'malformed/wrong-types.json': {
    parser: 'bucket',
    error:
      'Not a CreateBucket event: id: expected the id of the event, found null; account: expected an account id of 12 digits, found 111122223333; region: expected an AWS Region such as eu-west-1, found "Ireland"; time: expected a time such as 2026-11-02T10:15:30Z, found "yesterday"; detail.requestParameters.bucketName: expected a bucket name (3 to 115 letters, digits, dots, hyphens or underscores; S3 Batch Operations takes no longer one), found a list',
  },
};
