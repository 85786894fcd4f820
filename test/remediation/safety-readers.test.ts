import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateAccessPointCommand,
  GetAccessPointCommand,
  PutAccessPointPolicyCommand,
} from '@aws-sdk/client-s3-control';
import {
  GetObjectCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketWebsiteCommand,
  type PutObjectCommandInput,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { createClients } from '../local/clients.ts';
import { textOf } from '../local/s3/deliveries.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { write } from './objects.ts';
import { asked, paste, putPolicy, STRANGER, told } from './others.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

const NEW_BUCKET = { ...SSE_S3, ...BLOCKS_SSE_C };
const READ = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };
const DISTRIBUTION = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
const CLOUDFRONT = {
  ...READ,
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Condition: { StringEquals: { 'AWS:SourceArn': DISTRIBUTION } },
};
const DOOR = { AccountId: ACCOUNT, Name: 'door' };
const DOOR_ARN = `arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/door`;

interface Row {
  who: string;
  letIn: (account: GuardedAccount) => Promise<void>;
  /** Status of its reading the newest object. */
  read: (account: GuardedAccount) => Promise<number>;
  codes: string[];
  /** How its objects are written. */
  written?: Pick<PutObjectCommandInput, 'ACL'>;
}

const open = ({ clients }: GuardedAccount) =>
  clients.s3.send(new PutPublicAccessBlockCommand({ Bucket: 'data', PublicAccessBlockConfiguration: {} }));

/** What S3 answers when somebody reads the object: 200 with its bytes, or the status of the error. */
async function readAs(account: GuardedAccount, place: object, bucket = 'data'): Promise<number> {
  await using reader = createClients(account.aws, place);
  try {
    assert.equal(await textOf(reader.s3, bucket, 'object'), 'bytes of object');
    return 200;
  } catch (error) {
    if (error instanceof Error && '$metadata' in error) return Object(error.$metadata).httpStatusCode;
    throw error;
  }
}

const CAN_BE_GRANTED: Row[] = [
  {
    who: 'another account',
    letIn: (account) => putPolicy(account, 'data', { ...READ, Principal: { AWS: STRANGER } }),
    read: (account) => readAs(account, { account: STRANGER }),
    codes: ['reader-other-account'],
  },
  {
    who: 'CloudFront with origin access control',
    letIn: (account) => putPolicy(account, 'data', CLOUDFRONT),
    read: async (account) => {
      const service = { service: 'cloudfront.amazonaws.com', sourceArn: DISTRIBUTION };
      const body = JSON.stringify({ ...service, bucket: 'data', key: 'object' });
      return (await asked(account, { method: 'POST', target: '/_local/read', body })).status;
    },
    codes: ['reader-cloudfront'],
  },
  {
    who: 'another account through an access point',
    letIn: async (account) => {
      const Condition = { StringEquals: { 's3:DataAccessPointAccount': ACCOUNT } };
      await putPolicy(account, 'data', { ...READ, Principal: { AWS: '*' }, Condition });
      const { s3Control } = account.clients;
      await s3Control.send(new CreateAccessPointCommand({ ...DOOR, Bucket: 'data' }));
      const Statement = [{ ...READ, Principal: { AWS: STRANGER }, Resource: `${DOOR_ARN}/object/*` }];
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
      await s3Control.send(new PutAccessPointPolicyCommand({ ...DOOR, Policy }));
    },
    read: async (account) => {
      const { Alias } = await account.clients.s3Control.send(new GetAccessPointCommand(DOOR));
      return readAs(account, { account: STRANGER }, Alias);
    },
    codes: ['reader-access-point'],
  },
];

const NEVER: Row[] = [
  {
    who: 'everybody',
    letIn: async (account) => {
      await open(account);
      await putPolicy(account, 'data', { ...READ, Principal: '*' });
    },
    read: (account) => readAs(account, { anonymous: true }),
    codes: ['reader-anonymous'],
  },
  {
    who: 'the visitors of a website',
    letIn: async (account) => {
      await open(account);
      await putPolicy(account, 'data', { ...READ, Principal: '*' });
      const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } };
      await account.clients.s3.send(new PutBucketWebsiteCommand({ Bucket: 'data', WebsiteConfiguration }));
    },
    read: async (account) => (await asked(account, { target: '/_local/website/data/object' })).status,
    codes: ['reader-anonymous', 'reader-website'],
  },
  {
    who: 'everybody whom the access control list lets in',
    letIn: async (account) => {
      await open(account);
      const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };
      await account.clients.s3.send(new PutBucketOwnershipControlsCommand({ Bucket: 'data', OwnershipControls }));
      await account.clients.s3.send(new PutBucketAclCommand({ Bucket: 'data', ACL: 'public-read' }));
    },
    read: (account) => readAs(account, { anonymous: true }),
    codes: ['reader-anonymous'],
    written: { ACL: 'public-read' },
  },
];

/** The bucket data with one object, which is read, and no longer is once it was written under SSE-KMS. */
async function showBreak(account: GuardedAccount, { letIn, read, written }: Row): Promise<void> {
  await account.bucket('data');
  await letIn(account);
  await write(account, 'data', 'object', written);
  assert.equal(await read(account), 200);
  await account.put('data', sseKms(account.keyArn));
  await write(account, 'data', 'object', written);
  const refused = await read(account);
  assert.equal(refused === 403 || refused === 400, true, `S3 answered ${refused}`);
  await account.put('data', NEW_BUCKET);
}

/** Held by those codes, the bucket is as it was, and what is written next is read. */
async function hold(account: GuardedAccount, { read, codes, written }: Row) {
  const held = await account.assess(eventFact(account, 'data'));
  assert.deepEqual(told(held), ['hold', [...codes, 'weaker-algorithm']]);
  await write(account, 'data', 'object', written);
  assert.deepEqual([await account.rule('data'), await read(account)], [NEW_BUCKET, 200]);
  return held;
}

for (const row of CAN_BE_GRANTED) {
  test(`${row.who} cannot read under a key without a grant: the bucket is held, and pasting what the hold gives lets it be repaired`, async () => {
    await using account = await openGuardedAccount();
    await showBreak(account, row);
    const held = await hold(account, row);
    assert.equal(await paste(account, held.reasons), 1);
    account.advance(60);
    assert.equal((await account.assess(eventFact(account, 'data'))).kind, 'repair');
    await write(account, 'data', 'object');
    const { SSEKMSKeyId } = await account.clients.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'object' }));
    assert.deepEqual([SSEKMSKeyId, await row.read(account)], [account.keyArn, 200]);
  });
}

for (const row of NEVER) {
  test(`${row.who} can never read under SSE-KMS: the bucket is held without anything to paste`, async () => {
    await using account = await openGuardedAccount();
    await showBreak(account, row);
    const held = await hold(account, row);
    assert.deepEqual(
      held.reasons.flatMap((reason) => reason.paste ?? []),
      [],
    );
  });
}

test('what is pasted for a reader lets it use the key through this S3 only', async () => {
  await using account = await openGuardedAccount();
  const [row] = CAN_BE_GRANTED;
  assert.ok(row);
  await account.bucket('data');
  await row.letIn(account);
  const held = await account.assess(eventFact(account, 'data'));
  assert.deepEqual(JSON.parse(held.reasons[0]?.paste ?? ''), {
    Sid: `ReadersOfData${STRANGER}`,
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${STRANGER}:root` },
    Action: ['kms:Decrypt'],
    Resource: '*',
    Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } },
  });
});

test('a reader of the own account and a website that only redirects hold nobody', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  await putPolicy(account, 'data', { ...READ, Principal: { AWS: ACCOUNT } });
  const WebsiteConfiguration = { RedirectAllRequestsTo: { HostName: 'www.example.com' } };
  await account.clients.s3.send(new PutBucketWebsiteCommand({ Bucket: 'data', WebsiteConfiguration }));
  assert.equal((await account.assess(eventFact(account, 'data'))).kind, 'repair');
  await write(account, 'data', 'object');
  assert.equal(await readAs(account, { account: ACCOUNT }), 200);
});
