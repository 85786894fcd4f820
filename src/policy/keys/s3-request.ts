import type { Context } from '../../iam/conditions.ts';
import { hasVariable } from '../../iam/glob.ts';
import type { Request } from '../../iam/match.ts';
import { askerOfArn } from '../../iam/principal-match.ts';
import type { Condition, Statement } from '../../iam/statement.ts';
import type { Facts } from '../facts.ts';
import { type BucketKind, type BucketState, kindOf } from '../model.ts';
import type { KeyChange } from '../safety.ts';

/** A bucket, and the partition that its ARNs are of. */
export interface PlacedBucket {
  state: Pick<BucketState, 'bucket' | 'account' | 'region'>;
  partition: string;
}

/** With a bucket key S3 sends the bucket as the encryption context, otherwise each object (S3 User Guide, S3 Bucket Keys). */
export const CONTEXT_KEY = 'kms:encryptioncontext:aws:s3:arn';

/** arn:aws:s3:::NAME of a general purpose bucket. */
export function bucketArnOf({ state, partition }: { state: Pick<BucketState, 'bucket'>; partition: string }): string {
  return `arn:${partition}:s3:::${state.bucket}`;
}

/** Every object of a bucket; a directory bucket stands for its objects. */
export function objectsArnOf(bucket: PlacedBucket): string {
  return kindOf(bucket.state.bucket) === 'directory' ? directoryArn(bucket) : `${bucketArnOf(bucket)}/*`;
}

/**
 * What KMS sees of a request that S3 makes for somebody who reads or writes the bucket (KMS condition keys): every form that it may
 * take. Without `bucketKey` it may be with one or without.
 */
export function s3Contexts(bucket: PlacedBucket, bucketKey?: boolean): Context[] {
  const always = { 'kms:grantisforawsresource': null, 'aws:viaawsservice': 'true' };
  const kind = kindOf(bucket.state.bucket);
  if (kind !== 'general-purpose') return [{ ...always, ...contextOfKind(bucket, kind) }];
  const arn = bucketArnOf(bucket);
  const sent = [...(bucketKey === false ? [] : [arn]), ...(bucketKey === true ? [] : [`${arn}/*`])];
  return hostsOf(bucket).flatMap((host) =>
    sent.map((one) => ({ ...always, 'kms:viaservice': host, [CONTEXT_KEY]: one })),
  );
}

/** Which host these come through is not documented. A table bucket's tables are told by their own ARNs, which begin with its (S3 User Guide, SSE-KMS for tables). */
function contextOfKind(bucket: PlacedBucket, kind: Exclude<BucketKind, 'general-purpose'>): Context {
  switch (kind) {
    case 'directory':
      return { 'kms:encryptioncontext:aws:s3express:arn': directoryArn(bucket) };
    case 'table':
      return { [CONTEXT_KEY]: `${bucket.state.bucket}/*` };
    case 'vector':
      return { 'kms:encryptioncontext:aws:s3vectors:arn': bucket.state.bucket };
  }
}

/** How principals of the bucket's own account ask, with its organization; a Bucket Key is assumed where nothing is said of it. */
export function ownRequests(
  arns: readonly string[],
  { state, partition, safety, bucketKey = true }: Omit<KeyChange, 'key'>,
): Request[] {
  const contexts = s3Contexts({ state, partition }, bucketKey).map((one) => ({ ...one, ...safety.organization }));
  return arns.flatMap((arn) => contexts.map((context) => ({ principal: askerOfArn(arn), context })));
}

/**
 * The conditions that a request to the key meets as it met them at the bucket: S3 asks KMS as whoever asked it, so what is known of the
 * principal, or of the source of a service, goes along; where the request came from does not (IAM User Guide, forward access sessions).
 */
export function carried(conditions: readonly Condition[]): Condition[] {
  return conditions.filter(({ key, values }) => CARRIED.test(key) && !values.some(isOfRequest));
}

const CARRIED = /^aws:(principal|source(account|arn|org)|userid$|username$|federatedprovider$|multifactorauth)/;

/** A variable that stands for something else than who asks, or whose account it is: at the key it may have no value. */
function isOfRequest(value: string): boolean {
  return hasVariable(value) && !/^[^$]*\$\{aws:(principal|resource(account|org))[^$]*$/i.test(value);
}

/** The conditions that limit a grant of the key to this bucket's S3 (KMS Developer Guide, kms:ViaService). */
export function onlyThroughS3(bucket: PlacedBucket): Condition[] {
  const [key, values] =
    kindOf(bucket.state.bucket) === 'directory'
      ? ['kms:encryptioncontext:aws:s3express:arn', [directoryArn(bucket)]]
      : ['kms:viaservice', hostsOf(bucket)];
  return [{ operator: 'StringEquals', key, values }];
}

/** Which host a directory bucket's requests come through is not documented, so it has none here; nor is China's, so both spellings count. */
function hostsOf({ state, partition }: PlacedBucket): string[] {
  const host = `s3.${state.region}.amazonaws.com`;
  return partition === 'aws-cn' ? [host, `${host}.cn`] : [host];
}

function directoryArn({ state, partition }: PlacedBucket): string {
  return `arn:${partition}:s3express:${state.region}:${state.account}:bucket/${state.bucket}`;
}

const ON_ORGANIZATION = /aws:principalorg(id|paths)/i;

/** What every request of the bucket's own account carries of its organization (IAM global condition keys); nothing where its path is not known. */
export function organizationContext(ouPath: Facts['ouPath']): Context {
  if (ouPath?.kind !== 'read') return {};
  const path = ouPath.value.replace(/\/*$/, '/');
  return { 'aws:principalorgid': path.split('/')[0] ?? '', 'aws:principalorgpaths': path };
}

/** True where a condition of a policy is on the organization. */
export function speaksOfOrganization(statements: readonly Statement[]): boolean {
  return statements.some(({ conditions }) => conditions.some(({ key }) => ON_ORGANIZATION.test(key)));
}

/** What to add where something depends on the organization and nobody said which it is. */
export function organizationHint(because: readonly string[]): string {
  const hint = ' (where the account is in its organization would decide such a condition, and is not known)';
  return because.some((one) => ON_ORGANIZATION.test(one)) ? hint : '';
}
