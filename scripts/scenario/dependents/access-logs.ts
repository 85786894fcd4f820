import { GetObjectCommand, ListObjectsV2Command, PutBucketLoggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { createBucket, putPolicy, setDefault } from '../make-bucket.ts';
import { putAll } from '../put-objects.ts';
import type { Dependent } from './dependent.ts';

const PREFIX = 'access-logs/';
const SERVED = 'served.txt';

/** Another bucket, which has its encryption right, sends its server access logs here. */
export const accessLogs: Dependent = {
  does: 'server access logging',

  async arrange({ bucket, place, owner: { s3 }, wanted }) {
    const source = sourceOf(bucket);
    await createBucket(s3, source, place.region);
    await setDefault(s3, source, wanted);
    await putAll(s3, source, [SERVED]);
    await putPolicy(s3, bucket, {
      Sid: 'AccessLogs',
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/${PREFIX}*`,
      Condition: {
        ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${source}` },
        StringEquals: { 'aws:SourceAccount': place.account },
      },
    });
    const target = { TargetBucket: bucket, TargetPrefix: PREFIX };
    await s3.send(new PutBucketLoggingCommand({ Bucket: source, BucketLoggingStatus: { LoggingEnabled: target } }));
  },

  async use({ bucket, owner: { s3 }, stage }) {
    const earlier = await logsIn(s3, bucket);
    const source = sourceOf(bucket);
    const answer = await s3.send(new GetObjectCommand({ Bucket: source, Key: SERVED }));
    await answer.Body?.transformToByteArray();
    await stage.idle();
    if ((await logsIn(s3, bucket)) <= earlier) throw new Error(`no log of a request to ${source} arrived`);
    return new Map();
  },
};

function sourceOf(bucket: string): string {
  return `${bucket}-source`;
}

async function logsIn(s3: S3Client, bucket: string): Promise<number> {
  const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: PREFIX }));
  return KeyCount;
}
