/** A contender of ../peers.ts: the bare SDK over connections as deployed makes the two requests that a compliant bucket costs Reseal, and puts the rule on a bucket that lacks it. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetBucketEncryptionCommand, PutBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { atOnce } from '../../src/at-once.ts';
import { createHubClients } from '../../src/runtime/hub-clients.ts';
import { REGION, TABLE } from '../../test/aws/fixture.ts';
import { AT_ONCE, contend, ownContest } from './contest.ts';

const { account, algorithm, keyArn } = ownContest();
const clients = createHubClients(REGION);
const key = algorithm === 'AES256' ? {} : { KMSMasterKeyID: keyArn };
const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, ...key }, BucketKeyEnabled: true };

await contend((buckets) => atOnce(buckets, AT_ONCE, keep));

async function keep(bucket: string): Promise<void> {
  const target = { Bucket: bucket, ExpectedBucketOwner: account };
  const { ServerSideEncryptionConfiguration: found } = await clients.s3().send(new GetBucketEncryptionCommand(target));
  if (found?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm !== algorithm) {
    const ServerSideEncryptionConfiguration = { Rules: [rule] };
    await clients.s3().send(new PutBucketEncryptionCommand({ ...target, ServerSideEncryptionConfiguration }));
  }
  await clients.dynamoDb().send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { pk: { S: `BUCKET#${account}/${REGION}/${bucket}` }, sk: { S: 'STATE' } },
      UpdateExpression: 'SET #verdict = :verdict, #assessedAt = :assessedAt',
      ExpressionAttributeNames: { '#verdict': 'verdict', '#assessedAt': 'assessedAt' },
      ExpressionAttributeValues: { ':verdict': { S: 'compliant' }, ':assessedAt': { S: new Date().toISOString() } },
    }),
  );
}
