import { GetObjectCommand } from '@aws-sdk/client-s3';
import { contentOf } from '../contents.ts';
import { putPolicy } from '../make-bucket.ts';
import { putAll } from '../put-objects.ts';
import { assertSame, type Dependent } from './dependent.ts';

/** Another account, which the bucket policy lets read and the policy of the standard's key does not. */
export const foreignReader: Dependent = {
  does: 'reading from another account',

  async arrange({ bucket, owner: { s3 }, partnerAccount }) {
    await putPolicy(s3, bucket, {
      Sid: 'PartnerReads',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${partnerAccount}:root` },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
    });
  },

  async use({ bucket, owner, partner }, round) {
    const key = `shared/${round}.txt`;
    const written = await putAll(owner.s3, bucket, [key]);
    const answer = await partner.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    assertSame(key, await answer.Body?.transformToString(), contentOf(bucket, key));
    return written;
  },
};
