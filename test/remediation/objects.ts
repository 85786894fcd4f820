import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { StoredObject } from '../../local/s3/stored-object.ts';
import type { GuardedAccount } from './guarded-account.ts';

/** Writes one object whose bytes are known from its key. */
export async function write(
  account: GuardedAccount,
  bucket: string,
  key: string,
  over: Partial<PutObjectCommandInput> = {},
): Promise<void> {
  await account.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: `bytes of ${key}`, ...over }));
}

/** The current objects of a bucket in S3's order, once every job has ended. */
export async function stored(account: GuardedAccount, bucket: string): Promise<StoredObject[]> {
  await account.jobs();
  const rows = Array.from(account.aws.buckets.find(bucket)?.keys.from('') ?? []);
  return rows.flatMap(({ versions: [current] }) => (current?.kind === 'object' ? [current] : []));
}

/** The keys of the objects that are under the standard's key with a Bucket Key, once every job has ended. */
export async function reencrypted(account: GuardedAccount, bucket: string): Promise<string[]> {
  const objects = await stored(account, bucket);
  return objects.flatMap(({ key, sealed: { protection } }) =>
    protection.algorithm === 'aws:kms' && protection.keyArn === account.keyArn && protection.bucketKey ? [key] : [],
  );
}
