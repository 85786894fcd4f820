import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { type LocalAws, startLocal } from '../../local/start-local.ts';
import { functionsOn, localStack } from '../../scripts/local-stack.ts';
import { HUB_PARAMETERS } from '../../scripts/scenario/org/hub-stack.ts';
import { atOnce } from '../../src/at-once.ts';
import type { Place } from '../../src/bucket-id.ts';
import { type Clients, createClients } from '../../test/local/clients.ts';

const MANAGEMENT = '999999999999';
export const HUB = '111111111111';
export const HOME = 'eu-west-1';
/** Keeps a process below 256 MB: what needs more fails, and without it Node.js collects late where the machine has much memory. */
export const HEAP_OF_256_MB = ['--max-old-space-size=160', '--max-semi-space-size=4'];
export const REGIONS = [HOME, 'eu-central-1', 'us-east-1', 'us-west-2'];

/** An organization as the bench wants it; its buckets are spread evenly over all accounts and Regions, and of these so many are below the standard. */
export interface Wanted {
  accounts: number;
  buckets: number;
  drifted: number;
  algorithm: 'AES256' | 'aws:kms';
}

/** The hub and its members in an embedded AWS, deployed as the templates say before their buckets are made, of which no event tells. */
export async function openOrganization(wanted: Wanted): Promise<LocalAws> {
  const { deployer } = await localStack({ policy: policyFile(wanted), settle: 0, parameters: { ...HUB_PARAMETERS } });
  const aws = await startLocal({ stack: deployer, deployOnFirstUse: false, lambda: functionsOn(4) });
  const accounts = Array.from({ length: wanted.accounts }, (_, at) => (at === 0 ? HUB : String(200_000_000_000 + at)));
  aws.organization.found(MANAGEMENT);
  for (const account of accounts) aws.organization.createAccount(account);
  // So it may list the accounts.
  aws.organization.registerDelegate(HUB, 'config.amazonaws.com');
  const places = accounts.flatMap((account) => REGIONS.map((region) => ({ account, region })));
  await aws.deployer?.ensure(HUB, HOME);
  const NODE_OPTIONS = HEAP_OF_256_MB.join(' ');
  for (const { definition } of aws.functions.list())
    aws.functions.update({ ...definition, environment: { ...definition.environment, NODE_OPTIONS } });
  await atOnce(places, 4, (place) => deployMember(aws, place));
  // The buckets for reports are new, so each is looked at, and an account that is met for the first time is swept at once: before it has others.
  while (!(await aws.world.activity.idle(60_000)));
  aws.bus.faults.add({ kind: 'lose' }, { times: Infinity });
  let from = 0;
  for (const [at, place] of places.entries()) {
    const to = Math.floor((wanted.buckets * (at + 1)) / places.length);
    await furnish(aws, place, { ...wanted, from, to });
    from = to;
  }
  aws.bus.faults.clear();
  for (const { account } of places.filter(({ region }) => region === HOME)) drift(aws, account, wanted);
  return aws;
}

/** The policy: one standard for all. */
function policyFile({ algorithm }: Wanted): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'reseal-organization-')), 'policy.yaml');
  const key = algorithm === 'AES256' ? '' : ', key: alias/reseal';
  writeFileSync(file, `version: 1\nmode: enforce\nstandard: { algorithm: '${algorithm}'${key} }\n`);
  return file;
}

/** A new bucket has SSE-S3, so under a key every one gets the key. */
async function furnish(
  aws: LocalAws,
  place: Place,
  { from, to, algorithm }: Wanted & { from: number; to: number },
): Promise<void> {
  const { account, region } = place;
  aws.deployer?.makeKeys(account, region);
  await using clients = createClients(aws, { account, region, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: region as 'eu-west-1' };
  const located = region === 'us-east-1' ? {} : { CreateBucketConfiguration };
  const Rules = algorithm === 'AES256' ? undefined : [await ruleOf(clients)];
  const numbers = Array.from({ length: to - from }, (_, at) => from + at);
  await atOnce(numbers, 16, async (at) => {
    const Bucket = `team-${account}-${region}-${at}`;
    await clients.s3.send(new CreateBucketCommand({ Bucket, ...located }));
    if (Rules === undefined) return;
    await clients.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  });
}

/** With the key as Reseal writes it, by its ARN. */
async function ruleOf({ kms }: Pick<Clients, 'kms'>) {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/reseal' }));
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KeyMetadata?.Arn } as const;
  return { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true };
}

/** Weakens some buckets behind the API: events that nobody heard. */
function drift(aws: LocalAws, account: string, { drifted }: Wanted): void {
  const its = aws.buckets.bucketsOf(account).filter(({ name }) => name.startsWith('team-'));
  for (const [at, bucket] of its.entries()) {
    if (Math.floor(at * drifted) < Math.floor((at + 1) * drifted))
      bucket.encryption = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false };
  }
}

/** The hub's stack has what its own account needs, in its own Region. */
async function deployMember(aws: LocalAws, { account, region }: Place): Promise<void> {
  if (account === HUB && region === HOME) return;
  const hub = { HubAccountId: HUB, HubRegion: HOME };
  await using clients = createClients(aws, { account, region });
  const create = async (name: string, given: Record<string, string>) =>
    clients.cloudFormation.send(
      new CreateStackCommand({
        StackName: `reseal-${name}`,
        TemplateBody: readFileSync(new URL(`../../infra/member/${name}.yml`, import.meta.url), 'utf8'),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: Object.entries(given).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      }),
    );
  if (region === HOME) await create('roles', { ...hub, ...HUB_PARAMETERS });
  await create('region', hub);
}
