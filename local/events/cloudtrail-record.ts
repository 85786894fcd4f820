import { randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import type { Outcome } from '../world.ts';
import { requestParameters } from './cloudtrail-parameters.ts';
import { dataDetail } from './data-events.ts';
import { resourceTagParameters } from './cloudtrail-resource-tags.ts';

export interface RecordSource {
  readonly outcome: Outcome;
  readonly eventName: string;
  readonly bucket: string;
  /** Of the object that was written; undefined for what was done to the bucket. */
  readonly key: string | undefined;
  readonly owner: string | undefined;
}

/** A CloudTrail record of one call on an S3 bucket or object, as EventBridge carries it in `detail` (CloudTrail guide, "Record contents"). */
export function recordDetail({ outcome, eventName, bucket, key, owner }: RecordSource): Record<string, unknown> {
  const { call, input, error } = outcome;
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(call),
    eventTime: `${call.time.toISOString().slice(0, 19)}Z`,
    eventSource: `${call.service === 's3express' ? 's3express' : 's3'}.amazonaws.com`,
    eventName,
    awsRegion: call.region,
    sourceIPAddress: call.sourceIp,
    userAgent: call.userAgent,
    ...(error === undefined ? {} : { errorCode: error.code, errorMessage: error.message }),
    requestParameters:
      call.service === 's3control' ? resourceTagParameters(call, input) : requestParameters(call, bucket, input),
    responseElements: null,
    additionalEventData: { SignatureVersion: 'SigV4', AuthenticationMethod: 'AuthHeader' },
    requestID: call.requestId,
    eventID: randomUUID(),
    readOnly: false,
    ...(owner === undefined ? {} : { resources: [bucketResource(call, bucket, owner)] }),
    eventType: 'AwsApiCall',
    managementEvent: true,
    eventCategory: 'Management',
    ...(key === undefined ? {} : dataDetail(outcome, { bucket, key, owner })),
  };
}

function bucketResource({ service, region }: Call, bucket: string, accountId: string): object {
  return service === 's3express'
    ? {
        accountId,
        type: 'AWS::S3Express::DirectoryBucket',
        ARN: `arn:aws:s3express:${region}:${accountId}:bucket/${bucket}`,
      }
    : { accountId, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` };
}

/** Root for administrators; the role and its session for the rest; the service's name where a service made the call for them. */
function userIdentity({ caller, time, userAgent }: Call): object {
  const { accountId, accessKeyId, arn, role } = caller;
  if (caller.isAnonymous === true) return { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' };
  const invokedBy = /^[a-z0-9-]+\.amazonaws\.com$/.test(userAgent) ? { invokedBy: userAgent } : {};
  if (role === undefined) {
    return { type: 'Root', principalId: accountId, arn, accountId, accessKeyId, ...invokedBy };
  }
  const principalId = `AROA${role.name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .slice(0, 17)
    .padEnd(17, '0')}`;
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${role.sessionName}`,
    arn,
    accountId,
    accessKeyId,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId, arn: role.arn, accountId, userName: role.name },
      attributes: { creationDate: `${time.toISOString().slice(0, 19)}Z`, mfaAuthenticated: 'false' },
    },
    ...invokedBy,
  };
}
