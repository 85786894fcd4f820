import { putPolicy } from '../make-bucket.ts';
import type { Dependent, Round, Setting } from './dependent.ts';

/** The accounts that load balancers of two older Regions deliver from (Application Load Balancer guide, "Access logs"). */
const LOAD_BALANCER_ACCOUNTS: Readonly<Record<string, string>> = {
  'eu-west-1': '156460612806',
  'us-east-1': '127311923021',
};
const LOAD_BALANCERS = 'logdelivery.elasticloadbalancing.amazonaws.com';
const CLOUDTRAIL = 'cloudtrail.amazonaws.com';

/** A load balancer, which delivers under SSE-S3 only. */
export const loadBalancer: Dependent = {
  does: 'load balancer logging',

  async arrange({ bucket, place, owner: { s3 } }) {
    const account = LOAD_BALANCER_ACCOUNTS[place.region];
    await putPolicy(s3, bucket, {
      Sid: 'LoadBalancerLogs',
      Effect: 'Allow',
      Principal: account === undefined ? { Service: LOAD_BALANCERS } : { AWS: `arn:aws:iam::${account}:root` },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/${folderOf(place.account)}*`,
    });
  },

  async use(setting, round) {
    const { account, region } = setting.place;
    const sourceArn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/shop/50dc6c495c0c9188`;
    await deliver(setting, { service: LOAD_BALANCERS, sourceArn, round });
    return new Map();
  },
};

/** A trail, which delivers under a customer key only where the key's policy lets it. */
export const cloudTrail: Dependent = {
  does: 'CloudTrail logging',

  async arrange(setting) {
    const { bucket, place, owner } = setting;
    const from = { 'aws:SourceArn': trailOf(setting) };
    const who = { Effect: 'Allow', Principal: { Service: CLOUDTRAIL } };
    await putPolicy(
      owner.s3,
      bucket,
      {
        ...who,
        Sid: 'TrailLooks',
        Action: 's3:GetBucketAcl',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringEquals: from },
      },
      {
        ...who,
        Sid: 'TrailWrites',
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${bucket}/${folderOf(place.account)}*`,
        Condition: { StringEquals: { ...from, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      },
    );
  },

  async use(setting, round) {
    await deliver(setting, { service: CLOUDTRAIL, sourceArn: trailOf(setting), round });
    return new Map();
  },
};

function trailOf({ place }: Setting): string {
  return `arn:aws:cloudtrail:${place.region}:${place.account}:trail/audit`;
}

function folderOf(account: string): string {
  return `AWSLogs/${account}/`;
}

/** One log object, written by the embedded AWS as that service. Throws what AWS would have failed with. */
async function deliver(
  { bucket, place: { account }, stage }: Setting,
  { service, sourceArn, round }: { service: string; sourceArn: string; round: Round },
): Promise<void> {
  const key = `${folderOf(account)}${round}.log`;
  const response = await fetch(`${stage.endpoint}/_local/deliver`, {
    method: 'POST',
    body: JSON.stringify({ service, bucket, key, body: 'one line\n', sourceArn, sourceAccount: account }),
  });
  if (!response.ok) throw new Error(`${service} could not write ${key}: ${await response.text()}`);
}
