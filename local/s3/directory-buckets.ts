import type {
  CreateBucketOutput,
  CreateBucketRequest,
  DeleteBucketRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListDirectoryBucketsOutput,
  ListDirectoryBucketsRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { type Bucket, newBucket, partitionOf } from './bucket.ts';
import { invalidArgument, invalidRequest } from './s3-error.ts';
import type { S3 } from './store.ts';
import { wholeSeconds } from './stored-object.ts';

const LARGEST_PAGE = 1000;

/** Base name, zone id, suffix (S3 guide, "Directory bucket naming rules"). */
const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?--([a-z0-9]+-az\d+)--x-s3$/;

/** PUT /bucket at the control endpoint. The zone is in the name and in the configuration, and both must say the same. */
export function createDirectoryBucket(s3: S3, input: CreateBucketRequest, call: Call): CreateBucketOutput {
  const name = input.Bucket ?? '';
  const zone = zoneOf(name);
  checkConfiguration(input, zone);
  const existing = s3.store.find(name);
  if (existing !== undefined) throw alreadyThere(existing, call);
  const { accountId } = call.caller;
  const bucket: Bucket = {
    ...newBucket({
      name,
      accountId,
      region: call.region,
      locationConstraint: undefined,
      createdAt: wholeSeconds(s3.world.now()),
    }),
    arn: directoryBucketArn(name, accountId, call.region),
    encryption: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: true },
  };
  s3.store.add(bucket);
  return {
    Location: `https://${name}.s3express-${zone}.${call.region}.amazonaws.com/`,
    BucketArn: bucket.arn,
  };
}

/** DELETE /bucket. */
export function deleteDirectoryBucket(s3: S3, input: DeleteBucketRequest, call: Call): void {
  refuseExpectedOwner(input);
  const bucket = s3.store.locate(input, call);
  if (bucket.keys.size > 0) {
    throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, {
      fields: { BucketName: bucket.name },
    });
  }
  s3.store.remove(bucket.name);
}

export function headDirectoryBucket(s3: S3, input: HeadBucketRequest, call: Call): HeadBucketOutput {
  const bucket = s3.store.locate(input, call);
  return {
    BucketRegion: bucket.region,
    BucketArn: bucket.arn,
    BucketLocationType: 'AvailabilityZone',
    BucketLocationName: zoneOf(bucket.name),
    AccessPointAlias: false,
  };
}

/** GET / at the control endpoint: the caller's directory buckets of the endpoint's Region, by name. */
export function listDirectoryBuckets(
  s3: S3,
  input: ListDirectoryBucketsRequest,
  call: Call,
): ListDirectoryBucketsOutput {
  const { MaxDirectoryBuckets: size = LARGEST_PAGE, ContinuationToken: token } = input;
  if (size < 0 || size > LARGEST_PAGE)
    throw invalidArgument(
      `MaxDirectoryBuckets must be between 0 and ${LARGEST_PAGE}`,
      'max-directory-buckets',
      String(size),
    );
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
  const own = s3.store
    .bucketsOf(call.caller.accountId)
    .filter(({ region, name }) => region === call.region && name > after);
  const page = own.slice(0, size);
  const last = page.at(-1);
  return {
    Buckets: page.map(({ name, createdAt, arn }) => ({ Name: name, CreationDate: createdAt, BucketArn: arn })),
    ...(last !== undefined && own.length > page.length
      ? { ContinuationToken: Buffer.from(last.name).toString('base64url') }
      : {}),
  };
}

export function directoryBucketArn(name: string, accountId: string, region: string): string {
  return `arn:${partitionOf(region)}:s3express:${region}:${accountId}:bucket/${name}`;
}

/** The header that control calls on directory buckets do not know: sending it at all fails (aws-facts 1.4). */
export function refuseExpectedOwner(input: { ExpectedBucketOwner?: string | undefined }): void {
  if (input.ExpectedBucketOwner === undefined) return;
  throw new AwsError(
    'NotImplemented',
    'A header you provided implies functionality that is not implemented: x-amz-expected-bucket-owner',
    501,
    { fields: { Header: 'x-amz-expected-bucket-owner' } },
  );
}

function zoneOf(name: string): string {
  const zone = NAME.exec(name)?.[1];
  if (zone !== undefined && name.length <= 63) return zone;
  throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { fields: { BucketName: name } });
}

function checkConfiguration({ CreateBucketConfiguration: given }: CreateBucketRequest, zone: string): void {
  const { Location: location, Bucket: kind, Tags: tags, LocationConstraint: constraint } = given ?? {};
  if (location?.Type === 'LocalZone') throw notEmulated('a directory bucket in a local zone');
  if (tags !== undefined && tags.length > 0) throw notEmulated('the tags of a directory bucket');
  if (constraint !== undefined) throw invalidRequest('A directory bucket has a Location and no LocationConstraint');
  if (location?.Type !== 'AvailabilityZone' || location.Name !== zone)
    throw invalidRequest(`The Location of the bucket must be the AvailabilityZone ${zone} that its name has`);
  if (kind?.Type !== 'Directory' || (kind.DataRedundancy ?? 'SingleAvailabilityZone') !== 'SingleAvailabilityZone')
    throw invalidRequest('A bucket of this name must be of type Directory with the redundancy SingleAvailabilityZone');
}

function alreadyThere({ name, accountId }: Bucket, call: Call): AwsError {
  const fields = { BucketName: name };
  return accountId === call.caller.accountId
    ? new AwsError('BucketAlreadyOwnedByYou', 'You already own a bucket of this name.', 409, { fields })
    : new AwsError('BucketAlreadyExists', 'The requested bucket name is not available.', 409, { fields });
}
