import { CreateAccessPointCommand, GetAccessPointCommand } from '@aws-sdk/client-s3-control';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { contentOf } from '../contents.ts';
import { putPolicy } from '../make-bucket.ts';
import { putAll } from '../put-objects.ts';
import { assertSame, type Dependent } from './dependent.ts';

/** Another account reads by an access point of its own, which the bucket's owner cannot see: the bucket policy leaves it to them. */
export const accessPointReader: Dependent = {
  does: "reading by another account's access point",

  async arrange({ bucket, place, owner, partnerAccount, partner }) {
    await putPolicy(owner.s3, bucket, {
      Sid: 'PartnerAccessPoints',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition: { StringEquals: { 's3:DataAccessPointAccount': partnerAccount } },
    });
    const point = { AccountId: partnerAccount, Name: bucket, Bucket: bucket, BucketAccountId: place.account };
    await partner.s3Control.send(new CreateAccessPointCommand(point));
  },

  async use({ bucket, owner, partnerAccount, partner }, round) {
    const key = `shared/${round}.txt`;
    const written = await putAll(owner.s3, bucket, [key]);
    const point = { AccountId: partnerAccount, Name: bucket };
    const { Alias } = await partner.s3Control.send(new GetAccessPointCommand(point));
    const answer = await partner.s3.send(new GetObjectCommand({ Bucket: Alias, Key: key }));
    assertSame(key, await answer.Body?.transformToString(), contentOf(bucket, key));
    return written;
  },
};
