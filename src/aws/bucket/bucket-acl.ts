import { GetBucketAclCommand, type Grant as SdkGrant, type S3Client } from '@aws-sdk/client-s3';
import type { Fact, Grant } from '../../policy/facts.ts';
import { type OwnedBucket, targetOf } from './owned-bucket.ts';
import { notUnderstood, readFact } from '../sdk/read-fact.ts';

const ACTION = 's3:GetBucketAcl';

/** GetBucketAcl: who is granted what beside policies. A bucket without ACLs answers one grant, its owner's. */
export function createBucketAcl(s3: S3Client) {
  return function readBucketAcl(owned: OwnedBucket): Promise<Fact<Grant[]>> {
    const what = `The access control list of bucket ${owned.bucket}`;
    return readFact({ what, action: ACTION }, async () => {
      const output = await s3.send(new GetBucketAclCommand(targetOf(owned)));
      const owner = output.Owner?.ID;
      if (owner === undefined) throw notUnderstood(what, 'it names no owner', ACTION);
      return (output.Grants ?? []).map((grant, at) => {
        const told = grantOf(grant, owner);
        if (told === undefined) throw notUnderstood(what, `grant ${at + 1} names no grantee or no permission`, ACTION);
        return told;
      });
    });
  };
}

function grantOf({ Grantee: grantee, Permission: permission }: SdkGrant, owner: string): Grant | undefined {
  if (permission === undefined) return undefined;
  if (grantee?.URI !== undefined) return { uri: grantee.URI, permission, isOwner: false };
  if (grantee?.ID !== undefined) return { id: grantee.ID, permission, isOwner: grantee.ID === owner };
  return undefined;
}
