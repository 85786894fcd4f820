import type {
  CreateAccessPointRequest,
  CreateAccessPointResult,
  DeleteAccessPointRequest,
  GetAccessPointRequest,
  GetAccessPointResult,
  ListAccessPointsRequest,
  ListAccessPointsResult,
  NetworkOrigin,
} from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { type AccessPoint, accessPointArn, newAccessPoint } from './access-point.ts';
import type { Bucket } from './bucket.ts';
import type { S3 } from './store.ts';
import { wholeSeconds } from './stored-object.ts';

const LARGEST_PAGE = 1000;
const NAME = /^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/;

/** PUT /v20180820/accesspoint/NAME. Everything but its policy is fixed from now on. */
export function createAccessPoint(s3: S3, input: CreateAccessPointRequest, call: Call): CreateAccessPointResult {
  const { accountId } = call.caller;
  const name = input.Name ?? '';
  checkName(name);
  if (input.Scope !== undefined) throw notEmulated('the Scope of an access point of a directory bucket');
  const bucket = bucketFor(s3, input, call);
  const arn = accessPointArn({ name, accountId, region: call.region });
  if (s3.store.accessPoints.byArn(arn) !== undefined) {
    throw new AwsError(
      'AccessPointAlreadyOwnedByYou',
      'Your previous request to create the named accesspoint succeeded and you already own it.',
      409,
      { fields: { AccessPointName: name } },
    );
  }
  const blocks = input.PublicAccessBlockConfiguration;
  const blocked = (value: boolean | undefined): boolean => (blocks === undefined ? true : (value ?? false));
  const point = newAccessPoint({
    name,
    accountId,
    region: call.region,
    bucket: bucket.name,
    bucketAccountId: bucket.accountId,
    vpcId: input.VpcConfiguration?.VpcId,
    publicAccessBlock: {
      BlockPublicAcls: blocked(blocks?.BlockPublicAcls),
      IgnorePublicAcls: blocked(blocks?.IgnorePublicAcls),
      BlockPublicPolicy: blocked(blocks?.BlockPublicPolicy),
      RestrictPublicBuckets: blocked(blocks?.RestrictPublicBuckets),
    },
    tags: input.Tags ?? [],
    createdAt: wholeSeconds(s3.world.now()),
  });
  s3.store.accessPoints.add(point);
  return { AccessPointArn: point.arn, Alias: point.alias };
}

export function getAccessPoint(s3: S3, input: GetAccessPointRequest, call: Call): GetAccessPointResult {
  const point = requireAccessPoint(s3, input, call);
  return {
    ...summary(point),
    PublicAccessBlockConfiguration: point.publicAccessBlock,
    CreationDate: point.createdAt,
    Endpoints: {
      ipv4: `s3-accesspoint.${point.region}.amazonaws.com`,
      dualstack: `s3-accesspoint.dualstack.${point.region}.amazonaws.com`,
    },
  };
}

/** GET /v20180820/accesspoint: of the caller's account in the endpoint's Region, by name; all of them or those of one bucket. */
export function listAccessPoints(s3: S3, input: ListAccessPointsRequest, call: Call): ListAccessPointsResult {
  const { MaxResults: size = LARGEST_PAGE, NextToken: token } = input;
  if (size < 0 || size > LARGEST_PAGE) throw invalid(`MaxResults must be 0 to ${LARGEST_PAGE}, found ${size}`);
  if (input.DataSourceId !== undefined || input.DataSourceType !== undefined)
    throw notEmulated('access points of other data sources than buckets');
  const after = token === undefined ? '' : Buffer.from(token, 'base64').toString();
  if (token !== undefined && !NAME.test(after)) throw invalid('The next token is not valid');
  const rest = s3.store.accessPoints
    .list(call.caller.accountId, call.region)
    .filter(({ name, bucket }) => name > after && (input.Bucket === undefined || bucket === input.Bucket));
  const page = rest.slice(0, size);
  const last = rest.length > page.length ? page.at(-1)?.name : undefined;
  return {
    AccessPointList: page.map(summary),
    ...(last === undefined ? {} : { NextToken: Buffer.from(last).toString('base64') }),
  };
}

export function deleteAccessPoint(s3: S3, input: DeleteAccessPointRequest, call: Call): void {
  s3.store.accessPoints.remove(requireAccessPoint(s3, input, call).arn);
}

/** The access point of the caller's account and the endpoint's Region. Throws NoSuchAccessPoint. */
export function requireAccessPoint(s3: S3, { Name: name = '' }: { Name: string | undefined }, call: Call): AccessPoint {
  const arn = accessPointArn({ name, accountId: call.caller.accountId, region: call.region });
  const point = s3.store.accessPoints.byArn(name.startsWith('arn:') ? name : arn);
  if (point !== undefined && point.accountId === call.caller.accountId) return point;
  throw new AwsError('NoSuchAccessPoint', 'The specified accesspoint does not exist', 404, {
    fields: { AccessPointName: name },
  });
}

/** A bucket of the endpoint's Region; of another account only where the request says whose. */
function bucketFor(s3: S3, input: CreateAccessPointRequest, call: Call): Bucket {
  const bucket = s3.store.find(input.Bucket ?? '');
  if (bucket === undefined || bucket.region !== call.region)
    throw invalid(`The bucket ${input.Bucket ?? ''} does not exist in ${call.region}`);
  if (bucket.accountId === (input.BucketAccountId ?? call.caller.accountId)) return bucket;
  throw new AwsError('AccessDenied', 'Access Denied', 403);
}

function checkName(name: string): void {
  const isValid = NAME.test(name) && !name.startsWith('xn--') && !name.endsWith('-s3alias');
  if (!isValid) throw invalid(`The access point name ${name} is not valid`);
}

function summary(point: AccessPoint) {
  const { vpcId } = point;
  const origin: NetworkOrigin = vpcId === undefined ? 'Internet' : 'VPC';
  return {
    Name: point.name,
    NetworkOrigin: origin,
    ...(vpcId === undefined ? {} : { VpcConfiguration: { VpcId: vpcId } }),
    Bucket: point.bucket,
    AccessPointArn: point.arn,
    Alias: point.alias,
    BucketAccountId: point.bucketAccountId,
  };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequest', message, 400);
}
