import {
  type BucketLifecycleConfiguration,
  type DeleteBucketWebsiteRequest,
  ExpirationStatus,
  type GetBucketLifecycleConfigurationOutput,
  type GetBucketLifecycleConfigurationRequest,
  type GetBucketOwnershipControlsOutput,
  type GetBucketOwnershipControlsRequest,
  type GetBucketTaggingOutput,
  type GetBucketTaggingRequest,
  type GetBucketVersioningOutput,
  type GetBucketVersioningRequest,
  type GetBucketWebsiteOutput,
  type GetBucketWebsiteRequest,
  MFADelete,
  ObjectOwnership,
  Protocol,
  type PutBucketLifecycleConfigurationOutput,
  type PutBucketLifecycleConfigurationRequest,
  type PutBucketOwnershipControlsRequest,
  type PutBucketTaggingRequest,
  type PutBucketVersioningRequest,
  type PutBucketWebsiteRequest,
  TransitionDefaultMinimumObjectSize,
  TransitionStorageClass,
  type WebsiteConfiguration,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { grantsToOthers } from './acl-grants.ts';
import { aclAgainstOwnership } from './acl.ts';
import { checkEnumerated } from './enumerated.ts';
import { NO_CONTENT, type NoContent } from './no-content.ts';
import { invalidArgument, malformedXml } from './s3-error.ts';
import type { S3 } from './store.ts';
import { checkTags, MOST_BUCKET_TAGS } from './tags.ts';

/** Which bucket, in every request below. */
interface BucketInput {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Versioning cannot be turned off again, only suspended, and not even that under Object Lock. */
export function putBucketVersioning(s3: S3, input: PutBucketVersioningRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  const { Status: status, MFADelete: mfa } = input.VersioningConfiguration ?? {};
  if (mfa === 'Enabled') throw notEmulated('MFA delete');
  checkEnumerated(MFADelete, mfa, malformedXml);
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  if (status === 'Suspended' && bucket.objectLock !== undefined) {
    throw new AwsError(
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      409,
    );
  }
  bucket.versioning = status;
}

export function getBucketVersioning(s3: S3, input: GetBucketVersioningRequest, call: Call): GetBucketVersioningOutput {
  return { Status: s3.store.locate(input, call).versioning };
}

export function putBucketTagging(s3: S3, input: PutBucketTaggingRequest, call: Call): NoContent {
  const bucket = s3.store.locate(input, call);
  bucket.tags = checkTags(input.Tagging?.TagSet ?? [], MOST_BUCKET_TAGS);
  return NO_CONTENT;
}

export function getBucketTagging(s3: S3, input: GetBucketTaggingRequest, call: Call): GetBucketTaggingOutput {
  const { tags } = s3.store.locate(input, call);
  if (tags === undefined) throw absent('NoSuchTagSet', 'The TagSet does not exist');
  return { TagSet: [...tags] };
}

export function deleteBucketTagging(s3: S3, input: BucketInput, call: Call): void {
  s3.store.locate(input, call).tags = undefined;
}

/** Lists are disabled only where the bucket's own list grants nobody else anything (S3 guide, "Setting Object Ownership on an existing bucket"). */
export function putBucketOwnershipControls(s3: S3, input: PutBucketOwnershipControlsRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  const rules = input.OwnershipControls?.Rules ?? [];
  if (rules.length !== 1 || rules[0]?.ObjectOwnership === undefined) throw malformedXml();
  checkEnumerated(ObjectOwnership, rules[0].ObjectOwnership, malformedXml);
  const ownership = rules[0].ObjectOwnership;
  if (ownership === 'BucketOwnerEnforced' && grantsToOthers(bucket)) throw aclAgainstOwnership();
  bucket.ownership = ownership;
}

export function getBucketOwnershipControls(
  s3: S3,
  input: GetBucketOwnershipControlsRequest,
  call: Call,
): GetBucketOwnershipControlsOutput {
  const { ownership } = s3.store.locate(input, call);
  if (ownership === undefined)
    throw absent('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found');
  return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } };
}

export function deleteBucketOwnershipControls(s3: S3, input: BucketInput, call: Call): void {
  s3.store.locate(input, call).ownership = undefined;
}

/** Stored as given; no page is served. */
export function putBucketWebsite(s3: S3, input: PutBucketWebsiteRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  checkWebsite(input.WebsiteConfiguration ?? {});
  bucket.website = input.WebsiteConfiguration;
}

export function getBucketWebsite(s3: S3, input: GetBucketWebsiteRequest, call: Call): GetBucketWebsiteOutput {
  const { website } = s3.store.locate(input, call);
  if (website === undefined)
    throw absent('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration');
  return website;
}

export function deleteBucketWebsite(s3: S3, input: DeleteBucketWebsiteRequest, call: Call): void {
  s3.store.locate(input, call).website = undefined;
}

/** Stored as given; nothing expires or moves. */
export function putBucketLifecycleConfiguration(
  s3: S3,
  input: PutBucketLifecycleConfigurationRequest,
  call: Call,
): PutBucketLifecycleConfigurationOutput {
  const bucket = s3.store.locate(input, call);
  const configuration = input.LifecycleConfiguration;
  if (configuration?.Rules === undefined || configuration.Rules.length === 0) throw malformedXml();
  checkLifecycle(configuration);
  checkEnumerated(TransitionDefaultMinimumObjectSize, input.TransitionDefaultMinimumObjectSize, (given) =>
    invalidArgument(
      'Invalid transition default minimum object size',
      'x-amz-transition-default-minimum-object-size',
      given,
    ),
  );
  const minimumSize = input.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K';
  bucket.lifecycle = { configuration, minimumSize };
  return { TransitionDefaultMinimumObjectSize: minimumSize };
}

export function getBucketLifecycleConfiguration(
  s3: S3,
  input: GetBucketLifecycleConfigurationRequest,
  call: Call,
): GetBucketLifecycleConfigurationOutput {
  const { lifecycle } = s3.store.locate(input, call);
  if (lifecycle === undefined)
    throw absent('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist');
  return { Rules: lifecycle.configuration.Rules, TransitionDefaultMinimumObjectSize: lifecycle.minimumSize };
}

export function deleteBucketLifecycle(s3: S3, input: BucketInput, call: Call): void {
  s3.store.locate(input, call).lifecycle = undefined;
}

/** A website has an index, or sends everybody elsewhere and has nothing more (API PutBucketWebsite, IndexDocument, RedirectAllRequestsTo). */
function checkWebsite(website: WebsiteConfiguration): void {
  const { IndexDocument: index, RedirectAllRequestsTo: all, RoutingRules: rules = [] } = website;
  if (all !== undefined && (index !== undefined || website.ErrorDocument !== undefined || rules.length > 0))
    throw invalidArgument(
      'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
      'RedirectAllRequestsTo',
      'not null',
    );
  if (all === undefined && index === undefined)
    throw invalidArgument(
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      'IndexDocument',
      'null',
    );
  if (index !== undefined && (index.Suffix === undefined || index.Suffix === '' || index.Suffix.includes('/')))
    throw invalidArgument('The IndexDocument Suffix is not well formed', 'IndexDocument', index.Suffix);
  for (const protocol of [all?.Protocol, ...rules.map((rule) => rule.Redirect?.Protocol)])
    checkEnumerated(Protocol, protocol, malformedXml);
}

function checkLifecycle({ Rules: rules = [] }: BucketLifecycleConfiguration): void {
  for (const rule of rules) {
    checkEnumerated(ExpirationStatus, rule.Status, malformedXml);
    for (const { StorageClass } of [...(rule.Transitions ?? []), ...(rule.NoncurrentVersionTransitions ?? [])])
      checkEnumerated(TransitionStorageClass, StorageClass, malformedXml);
  }
}

function absent(code: string, message: string): AwsError {
  return new AwsError(code, message, 404);
}
