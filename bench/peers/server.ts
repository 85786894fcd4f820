/** The server's process of ../peers.ts: on request it furnishes an account of its own for one contender, and says afterwards how many buckets have their standard. */
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetBucketEncryptionCommand, PutBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { startLocal } from '../../local/start-local.ts';
import { ledgerTable, REGION } from '../../test/aws/fixture.ts';
import { createClients } from '../../test/local/clients.ts';
import { memberRole } from '../../test/runtime/function-environment.ts';
import { atOnce } from '../../src/at-once.ts';
import { bucketNames, type Contest } from './contest.ts';

const aws = await startLocal();

process.on('message', ({ furnish, count }: { furnish?: Contest; count?: Contest }) => {
  if (furnish !== undefined) void furnished(furnish).then((keyArn) => process.send?.({ keyArn }));
  if (count !== undefined) void countRight(count).then((right) => process.send?.({ right }));
});
process.on('disconnect', () => process.exit());
process.send?.({ endpoint: aws.endpoint });

/** Every second bucket has the key already where the standard is a key. Each new bucket has SSE-S3. */
async function furnished({ account, buckets, algorithm }: Contest): Promise<string> {
  const keyArn = aws.world.keys.create({ accountId: account, region: REGION, alias: 'alias/reseal' }).arn;
  aws.world.identity.putRole(memberRole(account));
  await using clients = createClients(aws, { account, region: REGION, forcePathStyle: true });
  await clients.dynamoDb.send(new CreateTableCommand(ledgerTable()));
  const byDefault = { SSEAlgorithm: algorithm, KMSMasterKeyID: keyArn };
  const ServerSideEncryptionConfiguration = {
    Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }],
  };
  await atOnce(bucketNames({ account, buckets }).entries(), 16, async ([index, Bucket]) => {
    const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
    await clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    if (algorithm === 'AES256' || index % 2 === 1) return;
    await clients.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  });
  return keyArn;
}

async function countRight({ account, buckets, algorithm }: Contest): Promise<number> {
  await using clients = createClients(aws, { account, region: REGION, forcePathStyle: true });
  let right = 0;
  await atOnce(bucketNames({ account, buckets }), 16, async (Bucket) => {
    const { ServerSideEncryptionConfiguration: found } = await clients.s3.send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    if (found?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm === algorithm) right += 1;
  });
  return right;
}
