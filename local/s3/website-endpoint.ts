import { randomUUID } from 'node:crypto';
import type { WebsiteConfiguration } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { ANONYMOUS } from '../identity/caller.ts';
import type { WireResponse } from '../service.ts';
import type { Bucket } from './bucket.ts';
import { getObject } from './get-object.ts';
import { onObject } from './resource-permission.ts';
import { accessDenied, methodNotAllowed, noSuchBucket } from './s3-error.ts';
import type { S3 } from './store.ts';
import { currentObject } from './versions.ts';
import { errorAnswer, errorHeaders, pageAnswer, redirectAnswer } from './website-page.ts';
import { encodeKey, redirectAfter, redirectBefore, type WebsiteRequest } from './website-routing.ts';

/** Answers one request to a website endpoint (S3 guide, "Hosting a static website"). Everybody who asks there is anonymous. */
export function answerWebsite(s3: S3, request: WebsiteRequest): WireResponse {
  try {
    const bucket = siteBucket(s3, request);
    const site = siteOf(bucket);
    const redirect = redirectBefore(site, request);
    return redirect === undefined ? answerKey(s3, { bucket, site, request }) : redirectAnswer(redirect);
  } catch (error) {
    if (error instanceof AwsError) return errorAnswer(error);
    throw error;
  }
}

interface Visit {
  readonly bucket: Bucket;
  readonly site: WebsiteConfiguration;
  readonly request: WebsiteRequest;
}

/** A key that ends in a slash, or none, is the index document of that folder. */
function answerKey(s3: S3, visit: Visit): WireResponse {
  const { bucket, site, request } = visit;
  const index = site.IndexDocument?.Suffix ?? '';
  const key = request.key === '' || request.key.endsWith('/') ? `${request.key}${index}` : request.key;
  try {
    const page = readPage(s3, visit, key);
    const { WebsiteRedirectLocation: location } = page;
    return location === undefined ? pageAnswer(200, page) : redirectAnswer({ status: 301, location });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const isFolder =
      currentObject(bucket, key) === undefined && currentObject(bucket, `${request.key}/${index}`) !== undefined;
    if (isFolder) return redirectAnswer({ status: 302, location: `${request.root}/${encodeKey(request.key)}/` });
    return answerFailure(s3, visit, error);
  }
}

/** The rule for this status, else the error document with this status, else S3's own page. */
function answerFailure(s3: S3, visit: Visit, error: AwsError): WireResponse {
  const redirect = redirectAfter(visit.site, visit.request, error.status);
  if (redirect !== undefined) return redirectAnswer(redirect);
  const document = visit.site.ErrorDocument?.Key;
  if (document === undefined || error.status >= 500) return errorAnswer(error);
  try {
    const page = pageAnswer(error.status, readPage(s3, visit, document));
    return { ...page, headers: { ...errorHeaders(error), ...page.headers } };
  } catch (second) {
    // An error document that cannot be read itself leaves S3's own page of the first error.
    if (second instanceof AwsError) return errorAnswer(error);
    throw second;
  }
}

/** Website endpoints speak plain HTTP and are never signed, so that an object under a KMS key is refused, whatever the key policy says. */
function readPage(s3: S3, { bucket, request }: Visit, key: string): ReturnType<typeof getObject> {
  const call: Call = {
    service: 's3',
    operation: 'GetObject',
    region: bucket.region,
    caller: ANONYMOUS,
    requestId: randomUUID(),
    time: s3.world.now(),
    sourceIp: request.sourceIp,
    userAgent: request.headers['user-agent'] ?? '',
  };
  const referer = request.headers['referer'];
  const context = { 'aws:SecureTransport': 'false', ...(referer === undefined ? {} : { 'aws:Referer': referer }) };
  s3.world.identity.authorize(call, [onObject(bucket, { Key: key }, 's3:GetObject', context)]);
  const protection = currentObject(bucket, key)?.sealed.protection;
  if (protection !== undefined && 'keyArn' in protection) throw accessDenied();
  return getObject(s3, { Bucket: bucket.name, Key: key }, call);
}

function siteBucket(s3: S3, { method, bucket: name, region }: WebsiteRequest): Bucket {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed();
  const bucket = s3.store.find(name);
  if (bucket === undefined) throw noSuchBucket(name);
  if (region === undefined || region === bucket.region) return bucket;
  throw new AwsError(
    'IncorrectEndpoint',
    'The specified bucket exists in another region. Please direct requests to the specified endpoint.',
    400,
  );
}

function siteOf(bucket: Bucket): WebsiteConfiguration {
  if (bucket.website !== undefined) return bucket.website;
  throw new AwsError('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration', 404, {
    fields: { BucketName: bucket.name },
  });
}
