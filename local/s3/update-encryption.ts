import type { UpdateObjectEncryptionRequest } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import type { Bucket } from './bucket.ts';
import { findObject } from './find-object.ts';
import { authorizeKey, resolveKey } from './kms-access.ts';
import { isLocked } from './retention.ts';
import { accessDenied, invalidRequest } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';

/** What S3 asks of KMS for the new key and for the old one (aws-facts section 2; that the old key is asked is unconfirmed). */
const ON_NEW_KEY = ['kms:GenerateDataKey', 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptTo'];
const ON_OLD_KEY = ['kms:Decrypt', 'kms:ReEncryptFrom'];

/**
 * PUT /bucket/key?encryption: the data key is wrapped under another KMS key and nothing else changes, not the bytes, the ETag, the
 * date or the class. Only SSE-S3 and SSE-KMS objects, only to SSE-KMS by full key ARN, never a locked object.
 */
export function updateObjectEncryption(
  s3: S3,
  input: UpdateObjectEncryptionRequest,
  call: Call,
): Record<string, never> {
  const { bucket, object } = findObject(s3, input, call);
  const { keyArn, bucketKey } = readTarget(input);
  refuseSource(object);
  if (isLocked(object, s3.world.now())) throw accessDenied('Access Denied because object protected by object lock.');
  checkAccount(keyArn, bucket);
  const key = resolveKey(s3, keyArn, bucket, call);
  const use = { bucket, objectKey: object.key };
  const before = object.sealed.protection;
  if (before.algorithm === 'aws:kms')
    authorizeKey(s3, { ...use, keyArn: before.keyArn, bucketKey: before.bucketKey, actions: ON_OLD_KEY }, call);
  authorizeKey(s3, { ...use, keyArn: key.arn, bucketKey, actions: ON_NEW_KEY }, call);
  object.sealed = s3.store.envelope.rewrap(object.sealed, { algorithm: 'aws:kms', keyArn: key.arn, bucketKey });
  return {};
}

/** Key id, alias and alias ARN are refused; the bucket key is off unless asked for, whatever the bucket says. */
function readTarget(input: UpdateObjectEncryptionRequest): { keyArn: string; bucketKey: boolean } {
  const target = input.ObjectEncryption?.SSEKMS;
  if (target === undefined)
    throw invalidRequest('Objects can only be updated to server-side encryption with AWS KMS keys (SSE-KMS)');
  const keyArn = target.KMSKeyArn ?? '';
  if (!/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/.test(keyArn)) {
    throw invalidRequest(
      `The KMS key must be given as its full ARN (arn:aws:kms:region:account:key/id), found ${keyArn === '' ? 'nothing' : keyArn}`,
    );
  }
  return { keyArn, bucketKey: target.BucketKeyEnabled ?? false };
}

function refuseSource(object: StoredObject): void {
  const { algorithm } = object.sealed.protection;
  switch (algorithm) {
    case 'AES256':
    case 'aws:kms':
      return;
    case 'none':
      throw invalidRequest('The source object is not encrypted; only SSE-S3 and SSE-KMS objects can be updated');
    case 'aws:kms:dsse':
    case 'SSE-C':
      throw invalidRequest(
        `The source object is encrypted with ${algorithm}; only SSE-S3 and SSE-KMS objects can be updated`,
      );
  }
}

/** Keys of other accounts of the organization need AWS Support first, so they are refused. */
function checkAccount(keyArn: string, bucket: Bucket): void {
  const account = keyArn.split(':')[4];
  if (account !== bucket.accountId) {
    throw accessDenied(`The KMS key must belong to the account of the bucket (${bucket.accountId}), found ${account}`);
  }
}
