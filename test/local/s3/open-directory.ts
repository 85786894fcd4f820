import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { openS3, type OpenedS3 } from './open-s3.ts';

export const ZONE = 'euw1-az1';
export const NAME = `data--${ZONE}--x-s3`;

/** An embedded AWS with one directory bucket. */
export async function openDirectory(): Promise<OpenedS3> {
  const opened = await openS3();
  await opened.s3.send(
    new CreateBucketCommand({
      Bucket: NAME,
      CreateBucketConfiguration: {
        Location: { Type: 'AvailabilityZone', Name: ZONE },
        Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
      },
    }),
  );
  return opened;
}
