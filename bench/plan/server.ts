/** The embedded AWS of ../plan.ts in a process of its own: one account with so many buckets, and an answer to every call after so many milliseconds. */
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { startLocal } from '../../local/start-local.ts';
import { atOnce } from '../../src/at-once.ts';
import { ACCOUNT, REGION } from '../../test/aws/fixture.ts';
import { createClients } from '../../test/local/clients.ts';

const [buckets, ms] = process.argv.slice(2).map(Number);
const aws = await startLocal();
{
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await atOnce(Array(buckets).keys(), 16, async (index) => {
    await clients.s3.send(new CreateBucketCommand({ Bucket: `bucket-${index}`, CreateBucketConfiguration }));
  });
}
const slow = JSON.stringify({ kind: 'slow', operation: '*', ms });
await fetch(`${aws.endpoint}/_local/faults`, { method: 'POST', body: slow });
process.on('disconnect', () => process.exit());
process.send?.(aws.endpoint);
