import { GetBucketEncryptionCommand, GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { contentOf } from './contents.ts';
import { describe, meets, type Seen, seenIn, type Wanted } from './wanted.ts';

export interface ObjectReading {
  meets: boolean;
  /** The bytes are the ones that the scenario wrote, in their storage class; what a service wrote need only be readable. */
  intact: boolean;
}

/** Reads every object of a bucket back through the S3 API, byte for byte. */
export async function readObjects(
  { s3, bucket, written }: { s3: S3Client; bucket: string; written: ReadonlyMap<string, Pick<Seen, 'storageClass'>> },
  wanted: Wanted,
): Promise<Map<string, ObjectReading>> {
  const readings = new Map<string, ObjectReading>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    for (const { Key } of page.Contents ?? []) {
      if (Key === undefined) continue;
      const output = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const text = await output.Body?.transformToString('utf-8');
      const was = written.get(Key);
      const isSame = text === contentOf(bucket, Key) && output.StorageClass === was?.storageClass;
      const intact = was === undefined || isSame;
      readings.set(Key, { meets: meets(seenIn(output), wanted), intact });
    }
  }
  return readings;
}

/** The default encryption in a few words, for people. */
export async function readDefault(s3: S3Client, bucket: string, wanted: Wanted): Promise<string> {
  const output = await s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
  const byDefault = output.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  return describe(
    { algorithm: byDefault?.SSEAlgorithm, keyId: byDefault?.KMSMasterKeyID, bucketKey: undefined },
    wanted,
  );
}
