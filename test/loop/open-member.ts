import assert from 'node:assert/strict';
import { ListStackInstancesCommand } from '@aws-sdk/client-cloudformation';
import { ListBucketsCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { type DeployOptions, REGION } from './deployed-stack.ts';
import { deployment, openOrganization } from './open-organization.ts';

export const MEMBER = '222222222222';

/** An organization of which one account is looked at: its buckets for reports, and the jobs in it. */
export async function openMember(options: DeployOptions = {}) {
  const opened = await openOrganization(options);
  const { aws } = opened.stack;
  aws.world.keys.create({ accountId: MEMBER, region: REGION, alias: 'alias/reseal' });
  const clients = createClients(aws, { account: MEMBER, region: REGION });
  const { s3 } = clients;
  return {
    aws,
    s3,
    /** Of its administrator. */
    clients,
    management: opened.cloudFormation,
    stack: opened.stack,
    organization: aws.organization,
    deploy: async () => {
      await opened.cloudFormation.send(deployment(aws));
      await opened.stack.idle();
    },
    /** Account, Region and detailed status of what the stack sets have there. */
    instances: async () => {
      const of = async (name: string) => {
        const asked = new ListStackInstancesCommand({ StackSetName: `reseal-${name}`, StackInstanceAccount: MEMBER });
        const { Summaries = [] } = await opened.cloudFormation.send(asked);
        return Summaries.map(
          ({ Region, StackInstanceStatus }) => `${name} ${Region} ${StackInstanceStatus?.DetailedStatus}`,
        );
      };
      return [...(await of('roles')), ...(await of('region'))].toSorted();
    },
    reportsBuckets: async () => {
      const asked = { Prefix: 'reseal-reports-', BucketRegion: REGION };
      const { Buckets = [] } = await s3.send(new ListBucketsCommand(asked));
      return Buckets.map(({ Name = '' }) => Name);
    },
    /** Makes a bucket with an object that may not be updated, and returns the end of its job and where S3 has put the report. */
    endOfJob: async (Bucket: string) => {
      await makeBucket(s3, Bucket, REGION);
      await s3.send(new PutObjectCommand({ Bucket, Key: 'locked', Body: 'body' }));
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: lockedIn(Bucket) }));
      await opened.stack.atRest();
      const jobs = aws.jobs.all().filter(({ request }) => request.Report?.Prefix === `reports/${Bucket}`);
      const ends = await Promise.all(
        jobs.map(({ request }) => opened.stack.item(`JOB#${request.ClientRequestToken}`, 'JOB')),
      );
      return ends.find((end) => end?.['failed'] === 1) ?? assert.fail(JSON.stringify(ends));
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

function lockedIn(bucket: string): string {
  const Resource = `arn:aws:s3:::${bucket}/locked`;
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:UpdateObjectEncryption', Resource }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** What the stack sets have in it once all is well. */
export const THERE = ['region eu-west-1 SUCCEEDED', 'region us-east-2 SUCCEEDED', 'roles eu-west-1 SUCCEEDED'];
