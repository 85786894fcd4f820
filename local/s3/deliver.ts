import { AwsError } from '../errors.ts';
import type { Permission } from '../service.ts';
import type { Key } from '../world.ts';
import type { Protection } from './envelope.ts';
import { etagOf } from './etag.ts';
import { replicate } from './replicate.ts';
import { noSuchBucket } from './s3-error.ts';
import { knownWriters, mayWrite, requestKeys, type ServiceWriter, writerOf } from './service-writers.ts';
import type { S3 } from './store.ts';
import { type StoredObject, wholeSeconds } from './stored-object.ts';
import { addVersion } from './versions.ts';

/** One object that a service writes by itself. */
export interface ServiceObject {
  /** Its principal, for example delivery.logs.amazonaws.com. */
  readonly service: string;
  readonly bucket: string;
  readonly key: string;
  readonly body: string;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  /** How the delivery is listed; the ARN or the service where absent. */
  readonly source?: string | undefined;
}

export type Delivered =
  | { readonly kind: 'delivered'; readonly object: StoredObject }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/**
 * Writes as AWS's services do: under the bucket's default encryption, if the bucket policy and the key policy name the service and it can
 * write under such a default at all (aws-facts section 5). What fails writes nothing and is kept by name. Throws for an unknown service.
 */
export function deliver(s3: S3, given: ServiceObject): Delivered {
  const writer = writerOf(given.service);
  if (writer === undefined)
    throw new AwsError('InvalidArgument', `no writer ${given.service} is known here: ${knownWriters().join(', ')}`);
  const route = {
    service: given.service,
    source: given.source ?? given.sourceArn ?? given.service,
    target: given.bucket,
  };
  try {
    const object = write(s3, writer, given);
    s3.store.deliveries.succeeded(route);
    return { kind: 'delivered', object };
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    const { code, message } = cause;
    s3.store.deliveries.failed(route, { code, message, time: s3.world.now() });
    return { kind: 'failed', code, message };
  }
}

function write(s3: S3, writer: ServiceWriter, given: ServiceObject): StoredObject {
  const { service, key } = given;
  const target = s3.store.find(given.bucket);
  if (target === undefined) throw noSuchBucket(given.bucket);
  const request = { service, target, key, from: { arn: given.sourceArn, account: given.sourceAccount } };
  if (!mayWrite(s3, request))
    throw refused('AccessDenied', `the policy of bucket ${target.name} does not let ${service} put ${key}`);
  if (writer.refusesDefaultRetention && target.objectLock?.Rule?.DefaultRetention !== undefined)
    throw refused(
      'DefaultRetention',
      `${service} does not deliver to bucket ${target.name}, which has a default retention`,
    );
  const protection = protectionFor(s3, writer, request);
  const body = Buffer.from(given.body);
  const sealed = s3.store.envelope.seal(body, protection);
  const object = addVersion(target, {
    key,
    lastModified: wholeSeconds(s3.world.now()),
    etag: etagOf(body, sealed),
    sizeBytes: body.length,
    storageClass: 'STANDARD',
    content: { ContentType: 'text/plain' },
    metadata: {},
    checksum: undefined,
    parts: undefined,
    sealed,
    tags: [],
    retention: undefined,
    legalHold: false,
  });
  replicate(s3, target, object);
  return object;
}

type WriteRequest = Parameters<typeof mayWrite>[1];

function protectionFor(s3: S3, writer: ServiceWriter, request: WriteRequest): Protection {
  const { service, target } = request;
  const byDefault = target.encryption.ApplyServerSideEncryptionByDefault;
  const algorithm = byDefault?.SSEAlgorithm ?? 'AES256';
  if (algorithm === 'AES256') return { algorithm };
  if (writer.kms === 'never')
    throw refused(
      'SseS3Only',
      `${service} delivers only under SSE-S3, and the default encryption of bucket ${target.name} is ${algorithm}`,
    );
  if (algorithm === 'aws:kms:dsse' && !writer.dsse)
    throw refused('DsseNotSupported', `${service} does not write under DSSE-KMS, the default of bucket ${target.name}`);
  const key = keyOf(s3, request, byDefault?.KMSMasterKeyID);
  const bucketKey = algorithm === 'aws:kms' && target.encryption.BucketKeyEnabled === true;
  checkKeyPolicy(s3, { writer, request, key, bucketKey });
  return algorithm === 'aws:kms' ? { algorithm, keyArn: key.arn, bucketKey } : dsse(algorithm, key);
}

function dsse(algorithm: string, key: Key): Protection {
  if (algorithm === 'aws:kms:dsse') return { algorithm, keyArn: key.arn };
  throw refused('NotImplemented', `the default encryption ${algorithm} is not emulated for services`);
}

/** Ids and aliases mean something in the account of the requester, and a service's own account has no such key. */
function keyOf(s3: S3, { service, target }: WriteRequest, keyId: string | undefined): Key {
  const managed = `${service} cannot use the AWS managed key, the default of bucket ${target.name}`;
  if (keyId === undefined || /(?:^|:)alias\/aws\//.test(keyId)) throw refused('AwsManagedKey', managed);
  if (!keyId.startsWith('arn:'))
    throw refused(
      'KeyNotByArn',
      `${service} finds no key ${keyId}: the default of bucket ${target.name} must name it by ARN`,
    );
  const key = s3.world.keys.resolve(keyId, target.accountId, target.region);
  if (key.manager === 'AWS') throw refused('AwsManagedKey', managed);
  if (key.region !== target.region)
    throw refused('KMS.NotFoundException', `the key ${key.arn} is not in the Region of bucket ${target.name}`);
  return key;
}

interface KeyCheck {
  readonly writer: ServiceWriter;
  readonly request: WriteRequest;
  readonly key: Key;
  readonly bucketKey: boolean;
}

function checkKeyPolicy(s3: S3, { writer, request, key, bucketKey }: KeyCheck): void {
  const { service, target } = request;
  const decrypts = writer.decrypts === 'always' || (writer.decrypts === 'with bucket key' && bucketKey);
  const actions = [...writer.keyActions, ...(decrypts ? ['kms:Decrypt'] : [])];
  const { 's3:x-amz-acl': _, ...source } = requestKeys(request);
  const permission: Omit<Permission, 'action'> = {
    resource: key.arn,
    resourcePolicy: key.policy,
    context: {
      ...source,
      'kms:EncryptionContext:aws:s3:arn': bucketKey ? target.arn : `${target.arn}/${request.key}`,
      'kms:ViaService': `s3.${target.region}.amazonaws.com`,
    },
  };
  const missing = actions.find((action) => !s3.world.identity.allowsService(service, { ...permission, action }));
  if (missing !== undefined)
    throw refused('KeyPolicyDenies', `the policy of key ${key.arn} does not give ${missing} to ${service}`);
}

function refused(code: string, message: string): AwsError {
  return new AwsError(code, message, 403);
}
