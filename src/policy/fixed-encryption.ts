import type { Judging } from './decision.ts';
import { arnOf, type Reason } from './model.ts';

/**
 * A vector bucket keeps the encryption that it was made with (S3 API CreateVectorBucket), so no repair can bring it to its standard: what is
 * pasted is the service control policy that refuses the next one, in this account and Region alone, because the key is of them.
 */
export function fixedEncryption(judging: Judging): Reason {
  const { bucket } = judging.known.state;
  const message = `The encryption of vector bucket ${bucket} was set when it was made and nothing changes it: make another vector bucket with the standard's encryption, put the vectors there and delete this one, or write an exception. The service control policy below refuses the next one that is made otherwise.`;
  return { code: 'vector-encryption-fixed', message, paste: JSON.stringify(refusingPolicy(judging), undefined, 2) };
}

/** Conditions: Service Authorization Reference, Amazon S3 Vectors. A request that says nothing of encryption has no such key, and gets SSE-S3. */
function refusingPolicy({ known, standard, key }: Judging): object {
  const { account, region } = known.state;
  const refusal = (Sid: string, Condition: object) => ({
    Sid,
    Effect: 'Deny',
    Action: 's3vectors:CreateVectorBucket',
    Resource: `arn:${known.partition}:s3vectors:${region}:${account}:bucket/*`,
    Condition,
  });
  const isKms = standard.algorithm !== 'AES256';
  const keyArn = isKms && standard.keepKey !== true ? arnOf(key) : undefined;
  const sse = isKms
    ? refusal('VectorBucketsWithoutKms', { StringNotEquals: { 's3vectors:sseType': 'aws:kms' } })
    : refusal('VectorBucketsUnderKms', { StringEquals: { 's3vectors:sseType': 'aws:kms' } });
  const other = { StringNotEquals: { 's3vectors:kmsKeyArn': keyArn } };
  const Statement = [sse, ...(keyArn === undefined ? [] : [refusal('VectorBucketsUnderOtherKeys', other)])];
  return { Version: '2012-10-17', Statement };
}
