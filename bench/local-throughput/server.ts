/** The server's process of ../local-throughput.ts: one bucket, one role that may read its encryption, then serves until its parent ends it. */
import { startLocal } from '../../local/start-local.ts';

const ACCOUNT = '111111111111';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/bench`;

const aws = await startLocal();
const { identity } = aws.world;
await aws.world.invoke(
  's3',
  'CreateBucket',
  { Bucket: 'bench' },
  { caller: identity.administrator(ACCOUNT), region: 'us-east-1' },
);
identity.putRole({
  arn: ROLE,
  name: 'bench',
  trust: { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } },
  policies: [
    { Statement: { Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetBucketTagging'], Resource: 'arn:aws:s3:::*' } },
    {
      Statement: {
        Effect: 'Allow',
        Action: ['s3:GetEncryptionConfiguration', 's3:PutEncryptionConfiguration'],
        Resource: 'arn:aws:s3:::*',
        Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
      },
    },
  ],
});
const { accessKeyId } = identity.startSession(ROLE, 'bench', { service: 'lambda.amazonaws.com' });
process.send?.({ port: aws.port, accessKeyId });
