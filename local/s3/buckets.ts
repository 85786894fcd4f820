import {
  BucketLocationConstraint,
  BucketNamespace,
  type CreateBucketOutput,
  type CreateBucketRequest,
  type DeleteBucketRequest,
  type GetBucketLocationOutput,
  type GetBucketLocationRequest,
  type HeadBucketOutput,
  type HeadBucketRequest,
  ObjectOwnership,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { aclOfNewBucket } from './acl.ts';
import { checkBucketName, checkRegionalName } from './bucket-name.ts';
import { type Bucket, newBucket } from './bucket.ts';
import { checkEnumerated } from './enumerated.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3 } from './store.ts';
import { checkTags, MOST_BUCKET_TAGS } from './tags.ts';
import { wholeSeconds } from './stored-object.ts';

/** The model lists all but the Region of the European Sovereign Cloud. */
const REGIONS = new Set<string>([...Object.values(BucketLocationConstraint), 'eusc-de-east-1']);

/** PUT /bucket. Asking again for an own bucket succeeds in us-east-1 and nowhere else. */
export function createBucket(s3: S3, input: CreateBucketRequest, call: Call): CreateBucketOutput {
  const name = input.Bucket ?? '';
  checkBucketName(name, call.caller.accountId);
  checkKinds(input);
  if (input.BucketNamespace === 'account-regional') checkRegionalName(name, call);
  const {
    LocationConstraint: constraint,
    Location: location,
    Bucket: kind,
    Tags: tags,
  } = input.CreateBucketConfiguration ?? {};
  if (location !== undefined || kind !== undefined)
    throw notEmulated('a directory bucket (CreateBucketConfiguration.Location and Bucket)');
  const acl = aclOfNewBucket(input, call.caller.accountId);
  const region = regionOf(constraint, call.region);
  const existing = s3.store.find(name);
  if (existing !== undefined) return answerFor(existing, call);
  const bucket = newBucket({
    name,
    accountId: call.caller.accountId,
    region,
    locationConstraint: constraint,
    createdAt: wholeSeconds(s3.world.now()),
  });
  bucket.ownership = input.ObjectOwnership ?? 'BucketOwnerEnforced';
  bucket.tags = tags === undefined ? undefined : checkTags(tags, MOST_BUCKET_TAGS);
  bucket.acl = acl;
  if (input.ObjectLockEnabledForBucket === true) {
    bucket.versioning = 'Enabled';
    bucket.objectLock = { ObjectLockEnabled: 'Enabled' };
  }
  s3.store.add(bucket);
  return created(bucket);
}

/** DELETE /bucket. Versions and delete markers count as content. */
export function deleteBucket(s3: S3, input: DeleteBucketRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  if (bucket.keys.size > 0) {
    const message =
      bucket.versioning === undefined
        ? 'The bucket you tried to delete is not empty'
        : 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.';
    throw new AwsError('BucketNotEmpty', message, 409, { fields: { BucketName: bucket.name } });
  }
  if (s3.store.accessPoints.ofBucket(bucket.name).length > 0) {
    throw new AwsError(
      'BucketHasAccessPointsAttached',
      'The bucket you are trying to delete has access points attached. Delete your access points and try again.',
      409,
      { fields: { BucketName: bucket.name } },
    );
  }
  s3.store.remove(bucket.name);
}

export function headBucket(s3: S3, input: HeadBucketRequest, call: Call): HeadBucketOutput {
  const bucket = s3.store.locate(input, call);
  return { BucketRegion: bucket.region, BucketArn: bucket.arn, AccessPointAlias: bucket.name !== input.Bucket };
}

/** The constraint as it was given at creation; nothing for us-east-1. Any endpoint answers. */
export function getBucketLocation(s3: S3, input: GetBucketLocationRequest): GetBucketLocationOutput {
  return { LocationConstraint: s3.store.require(input.Bucket, input.ExpectedBucketOwner).locationConstraint };
}

function checkKinds({ BucketNamespace: namespace, ObjectOwnership: ownership }: CreateBucketRequest): void {
  checkEnumerated(ObjectOwnership, ownership, (given) =>
    invalidArgument('Invalid x-amz-object-ownership header', 'x-amz-object-ownership', given),
  );
  checkEnumerated(BucketNamespace, namespace, (given) =>
    invalidArgument('Invalid x-amz-bucket-namespace header', 'x-amz-bucket-namespace', given),
  );
}

function answerFor(existing: Bucket, call: Call): CreateBucketOutput {
  const fields = { BucketName: existing.name };
  if (existing.accountId !== call.caller.accountId) {
    throw new AwsError(
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      409,
      { fields },
    );
  }
  if (call.region === 'us-east-1' && existing.region === 'us-east-1') return created(existing);
  throw new AwsError(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    409,
    {
      fields,
    },
  );
}

function created(bucket: Bucket): CreateBucketOutput {
  const location = bucket.region === 'us-east-1' ? `/${bucket.name}` : `http://${bucket.name}.s3.amazonaws.com/`;
  return { Location: location, BucketArn: bucket.arn };
}

/** Any Region may be asked at us-east-1, only its own one at every other endpoint. */
function regionOf(constraint: string | undefined, endpointRegion: string): string {
  if (constraint === undefined || constraint === '') {
    if (endpointRegion === 'us-east-1') return endpointRegion;
    throw new AwsError(
      'IllegalLocationConstraintException',
      'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
      400,
    );
  }
  const region = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (region === 'us-east-1' || !REGIONS.has(region)) {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
      fields: { LocationConstraint: constraint },
    });
  }
  if (endpointRegion !== 'us-east-1' && endpointRegion !== region) {
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      400,
    );
  }
  return region;
}
