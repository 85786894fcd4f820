import type { ListBucketsOutput, ListBucketsRequest } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { ownerOf } from './bucket.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3 } from './store.ts';

const LARGEST_PAGE = 10_000;

/**
 * GET /. The caller's buckets of all Regions, by name. Each bucket's Region is told only where the request has a parameter
 * (API ListBuckets); a page is 10,000.
 */
export function listBuckets(s3: S3, input: ListBucketsRequest, call: Call): ListBucketsOutput {
  const {
    MaxBuckets: size = LARGEST_PAGE,
    Prefix: prefix = '',
    BucketRegion: region,
    ContinuationToken: token,
  } = input;
  if (size < 1 || size > LARGEST_PAGE)
    throw invalidArgument(`MaxBuckets must be between 1 and ${LARGEST_PAGE}`, 'max-buckets', String(size));
  if (region !== undefined && region !== call.region) {
    throw invalidArgument('The bucket-region parameter must be the Region of the endpoint', 'bucket-region', region);
  }
  const after = token === undefined ? '' : readToken(token);
  const matching = s3.store
    .bucketsOf(call.caller.accountId)
    .filter(
      (bucket) =>
        bucket.name.startsWith(prefix) && bucket.name > after && (region === undefined || bucket.region === region),
    );
  const page = matching.slice(0, size);
  const asked = [input.MaxBuckets, input.Prefix, region, token].some((value) => value !== undefined);
  return {
    Buckets: page.map((bucket) => ({
      Name: bucket.name,
      CreationDate: bucket.createdAt,
      ...(asked ? { BucketRegion: bucket.region } : {}),
    })),
    Owner: ownerOf(call.caller.accountId),
    Prefix: input.Prefix,
    ContinuationToken: matching.length > page.length ? writeToken(page.at(-1)?.name ?? '') : undefined,
  };
}

function writeToken(name: string): string {
  return Buffer.from(`after:${name}`).toString('base64');
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('after:'))
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  return text.slice('after:'.length);
}
