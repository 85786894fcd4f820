/** One line of ../members.ts: reads a bucket and a key in so many accounts, in so many Regions of each, and then all once more. */
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { GetBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { atOnce } from '../../src/at-once.ts';
import { createClients } from '../../src/runtime/clients.ts';
import { createMembers } from '../../src/runtime/members.ts';

const [accounts, regions] = process.argv.slice(2).map(Number);
const HUB = { AWS_REGION: 'eu-west-1', MEMBER_ROLE: 'arn:aws:iam::{account}:role/reseal-assess-bucket' };
const REGIONS = ['eu-west-1', 'us-east-1'].slice(0, regions);

const clientsIn = createMembers(HUB, (place, credentials) => createClients(place.region, credentials));
const ids = Array.from({ length: accounts ?? 0 }, (_, at) => String(200_000_000_000 + at));
const places = ids.flatMap((account) => REGIONS.map((region) => ({ account, region })));
const megabytes = () => Math.round(process.resourceUsage().maxRSS / 1_024);
const before = megabytes();
for (let round = 0; round < 2; round += 1)
  await atOnce(places, 64, async (place) => {
    const clients = clientsIn(place);
    const bucket = new GetBucketEncryptionCommand({ Bucket: 'data', ExpectedBucketOwner: place.account });
    await Promise.all([
      clients.s3().send(bucket),
      clients.kms().send(new DescribeKeyCommand({ KeyId: 'alias/reseal' })),
    ]);
  });
const figures = await fetch(`${process.env['AWS_ENDPOINT_URL']}/figures`);
const { sessions, most } = JSON.parse(await figures.text());
console.log(
  `${accounts} accounts in ${regions} Region${regions === 1 ? '' : 's'}, each read twice: ${sessions} sessions, at most ${most} connections (at most 129), ${megabytes()} MB (at most 256), ${before} MB before`,
);
