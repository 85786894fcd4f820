import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  PutBucketAclCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import {
  createBucketAcl,
  createBucketPolicy,
  createBucketTags,
  createBucketWebsite,
  createBucketRegion,
  createBucketReplication,
} from '../../../src/aws/bucket/bucket-facts.ts';
import { createBucketLogging } from '../../../src/aws/bucket/bucket-logging.ts';
import type { OwnedBucket } from '../../../src/aws/bucket/owned-bucket.ts';
import type { Fact } from '../../../src/policy/facts.ts';
import { type ApiAnswer, answering, PROXY_PAGE, s3Error, timeout } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';
import { createClients } from '../../local/clients.ts';

const LOGS = { bucket: 'logs', account: ACCOUNT };
const DIRECTORY = { bucket: 'fast--euw1-az1--x-s3', account: ACCOUNT };

type Reader = (owned: OwnedBucket) => Promise<Fact<unknown>>;

const READERS: Record<string, { create: (s3: S3Client) => Reader; what: string; action: string }> = {
  policy: { create: createBucketPolicy, what: 'The policy of bucket logs', action: 's3:GetBucketPolicy' },
  acl: { create: createBucketAcl, what: 'The access control list of bucket logs', action: 's3:GetBucketAcl' },
  replication: {
    create: createBucketReplication,
    what: 'The replication of bucket logs',
    action: 's3:GetReplicationConfiguration',
  },
  website: {
    create: createBucketWebsite,
    what: 'The website configuration of bucket logs',
    action: 's3:GetBucketWebsite',
  },
  tags: { create: createBucketTags, what: 'The tags of bucket logs', action: 's3:GetBucketTagging' },
  logging: { create: createBucketLogging, what: 'The logging of bucket logs', action: 's3:GetBucketLogging' },
};

const xml = (body: string): ApiAnswer => ({
  status: 200,
  body: `<?xml version="1.0"?>${body}`,
  headers: { 'content-type': 'application/xml' },
});
const readWith = (create: (s3: S3Client) => Reader, answer: ApiAnswer) => create(new S3Client(answering(answer)))(LOGS);

for (const [name, { create, what, action }] of Object.entries(READERS)) {
  test(`${name}: a denied read names the bucket, the error and what to allow`, async () => {
    assert.deepEqual(await readWith(create, s3Error(403, 'AccessDenied')), {
      kind: 'unread',
      why: `${what} could not be read with ${action} (AccessDenied): allow ${action} to Reseal's role, and see that no other policy denies it.`,
      denied: true,
    });
  });

  test(`${name}: a slow, busy, moved or missing bucket is unread, and nobody is told to allow anything`, async () => {
    const answers = [
      timeout(),
      s3Error(503, 'SlowDown'),
      s3Error(301, 'PermanentRedirect'),
      s3Error(404, 'NoSuchBucket'),
    ];
    const whys = (await Promise.all(answers.map((answer) => readWith(create, answer)))).map((fact) =>
      fact.kind === 'unread' && !fact.denied ? fact.why : fact,
    );
    const start = `${what} could not be read with ${action}`;
    assert.deepEqual(whys, [
      `${start} (TimeoutError: a request has exceeded the configured 5000 ms requestTimeout.): it is tried again later.`,
      `${start} (SlowDown: said S3): it is tried again later.`,
      `${start} (PermanentRedirect): it is in another Region.`,
      `${start} (NoSuchBucket): it is not there any more, or not in this account and Region.`,
    ]);
  });

  test(`${name}: a request that S3 does not take is unread by name`, async () => {
    assert.match(
      JSON.stringify(await readWith(create, s3Error(400, 'InvalidArgument'))),
      /"unread".*\(InvalidArgument/,
    );
  });

  test(`${name}: the expected owner is named, but for directory buckets, which would answer 501`, async () => {
    const s3 = new S3Client({ region: REGION });
    const mock = mockClient(s3).onAnyCommand().resolves({});
    await create(s3)(LOGS);
    await create(s3)(DIRECTORY);
    assert.deepEqual(
      mock.calls().map((call) => call.args[0].input),
      [{ Bucket: 'logs', ExpectedBucketOwner: ACCOUNT }, { Bucket: DIRECTORY.bucket }],
    );
  });
}

test('what is not configured is a value', async () => {
  const facts = await Promise.all([
    readWith(createBucketPolicy, s3Error(404, 'NoSuchBucketPolicy')),
    readWith(createBucketReplication, s3Error(404, 'ReplicationConfigurationNotFoundError')),
    readWith(createBucketWebsite, s3Error(404, 'NoSuchWebsiteConfiguration')),
    readWith(createBucketTags, s3Error(404, 'NoSuchTagSet')),
    readWith(createBucketLogging, xml('<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>')),
  ]);
  assert.deepEqual(facts, [
    { kind: 'read', value: undefined },
    { kind: 'read', value: [] },
    { kind: 'read', value: 'none' },
    { kind: 'read', value: [] },
    { kind: 'read', value: undefined },
  ]);
});

test('a tag may lack its value and never its key', async () => {
  const tagged = (tags: string) =>
    readWith(createBucketTags, {
      status: 200,
      body: `<Tagging><TagSet>${tags}</TagSet></Tagging>`,
      headers: { 'content-type': 'application/xml' },
    });
  assert.deepEqual(await tagged('<Tag><Key>a</Key></Tag>'), { kind: 'read', value: [{ key: 'a', value: '' }] });
  const odd = await tagged('<Tag><Key>a</Key></Tag><Tag><Value>b</Value></Tag>');
  assert(odd.kind === 'unread' && odd.why.endsWith(': a tag has no key.'), JSON.stringify(odd));
});

test('an answer that is none of the service does not pass for "nothing there"', async () => {
  const facts = await Promise.all([
    readWith(createBucketPolicy, { status: 200 }),
    readWith(createBucketAcl, PROXY_PAGE),
    readWith(createBucketReplication, PROXY_PAGE),
    readWith(createBucketWebsite, PROXY_PAGE),
    readWith(createBucketTags, PROXY_PAGE),
  ]);
  assert.deepEqual(
    facts.map((fact) => (fact.kind === 'unread' ? fact.why : fact.value)),
    [
      'The policy of bucket logs cannot be read from the answer to s3:GetBucketPolicy: it is empty.',
      'The access control list of bucket logs cannot be read from the answer to s3:GetBucketAcl: it names no owner.',
      'The replication of bucket logs cannot be read from the answer to s3:GetReplicationConfiguration: it has no rules or no role.',
      'The website configuration of bucket logs cannot be read from the answer to s3:GetBucketWebsite: it has neither IndexDocument nor RedirectAllRequestsTo.',
      'The tags of bucket logs cannot be read from the answer to s3:GetBucketTagging: it has no TagSet.',
    ],
  );
});

const grant = (grantee: string, permission: string) =>
  `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ${grantee}</Grantee><Permission>${permission}</Permission></Grant>`;
const acl = (...grants: string[]) =>
  xml(
    `<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList>${grants.join('')}</AccessControlList></AccessControlPolicy>`,
  );

test('grants are told by id or by group, the owner apart', async () => {
  const answer = acl(
    grant('xsi:type="CanonicalUser"><ID>me</ID><DisplayName>me</DisplayName>', 'FULL_CONTROL'),
    grant('xsi:type="CanonicalUser"><ID>them</ID>', 'READ'),
    grant('xsi:type="Group"><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI>', 'WRITE'),
  );
  assert.deepEqual(await readWith(createBucketAcl, answer), {
    kind: 'read',
    value: [
      { id: 'me', permission: 'FULL_CONTROL', isOwner: true },
      { id: 'them', permission: 'READ', isOwner: false },
      { uri: 'http://acs.amazonaws.com/groups/s3/LogDelivery', permission: 'WRITE', isOwner: false },
    ],
  });
});

test('a grant to nobody that is known makes the list unread', async () => {
  const fact = await readWith(createBucketAcl, acl(grant('xsi:type="Surprise"><Planet>Mars</Planet>', 'READ')));
  assert.deepEqual(fact, {
    kind: 'unread',
    why: 'The access control list of bucket logs cannot be read from the answer to s3:GetBucketAcl: grant 1 names no grantee or no permission.',
    denied: false,
  });
});

test('a website that only redirects is told from one that serves objects', async () => {
  const site = xml(
    '<WebsiteConfiguration><IndexDocument><Suffix>i.html</Suffix></IndexDocument></WebsiteConfiguration>',
  );
  const redirect = xml(
    '<WebsiteConfiguration><RedirectAllRequestsTo><HostName>example.com</HostName></RedirectAllRequestsTo></WebsiteConfiguration>',
  );
  const facts = await Promise.all([site, redirect].map((answer) => readWith(createBucketWebsite, answer)));
  assert.deepEqual(facts, [
    { kind: 'read', value: 'site' },
    { kind: 'read', value: 'redirect' },
  ]);
});

test('the target of the access logs is told with its prefix, which may be empty', async () => {
  const logging = (inner: string) =>
    xml(`<BucketLoggingStatus><LoggingEnabled>${inner}</LoggingEnabled></BucketLoggingStatus>`);
  const facts = await Promise.all(
    [
      '<TargetBucket>all-logs</TargetBucket><TargetPrefix>app/</TargetPrefix>',
      '<TargetBucket>all-logs</TargetBucket><TargetPrefix/>',
      '<TargetPrefix>app/</TargetPrefix>',
    ].map((inner) => readWith(createBucketLogging, logging(inner))),
  );
  assert.deepEqual(facts, [
    { kind: 'read', value: { targetBucket: 'all-logs', prefix: 'app/' } },
    { kind: 'read', value: { targetBucket: 'all-logs', prefix: '' } },
    {
      kind: 'unread',
      why: 'The logging of bucket logs cannot be read from the answer to s3:GetBucketLogging: it names no target bucket.',
      denied: false,
    },
  ]);
});

test('the embedded S3 tells policy, tags and website of a bucket before and after they are set', async () => {
  await using local = await openAws();
  const { s3 } = local.clients;
  const Bucket = await local.bucket('told');
  const owned = { bucket: Bucket, account: ACCOUNT };
  const readAll = async () => [
    await createBucketPolicy(s3)(owned),
    await createBucketTags(s3)(owned),
    await createBucketWebsite(s3)(owned),
  ];
  const absent = await readAll();
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: '222222222222' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
      },
    ],
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'team', Value: 'a' }] } }));
  const IndexDocument = { Suffix: 'index.html' };
  await s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: { IndexDocument } }));
  assert.deepEqual(
    [absent, await readAll()],
    [
      [
        { kind: 'read', value: undefined },
        { kind: 'read', value: [] },
        { kind: 'read', value: 'none' },
      ],
      [
        { kind: 'read', value: Policy },
        { kind: 'read', value: [{ key: 'team', value: 'a' }] },
        { kind: 'read', value: 'site' },
      ],
    ],
  );
});

test('the embedded S3 tells access control list, logging and replication of a bucket before and after they are set', async () => {
  await using local = await openAws();
  const { s3 } = local.clients;
  const [Bucket, target, copies] = [
    await local.bucket('source'),
    await local.bucket('all-logs'),
    await local.bucket('copies'),
  ];
  const owned = { bucket: Bucket, account: ACCOUNT };
  const readAll = async () => ({
    acl: await createBucketAcl(s3)(owned),
    logging: await createBucketLogging(s3)(owned),
    replication: await createBucketReplication(s3)(owned),
  });
  const before = await readAll();
  const [owner] = before.acl.kind === 'read' ? before.acl.value : [];

  const uri = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
  for (const each of [Bucket, target]) {
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: each, OwnershipControls }));
    const grants = { GrantFullControl: `id=${owner?.id}`, GrantWrite: `uri=${uri}`, GrantReadACP: `uri=${uri}` };
    await s3.send(new PutBucketAclCommand({ Bucket: each, ...grants }));
  }
  const LoggingEnabled = { TargetBucket: target, TargetPrefix: 'app/' };
  await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
  for (const each of [Bucket, copies]) {
    await s3.send(new PutBucketVersioningCommand({ Bucket: each, VersioningConfiguration: { Status: 'Enabled' } }));
  }
  const role = `arn:aws:iam::${ACCOUNT}:role/replicate`;
  const trust = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  local.aws.world.identity.putRole({ arn: role, name: 'replicate', trust, policies: [] });
  const rule = { ID: 'old', Status: 'Enabled' as const, Prefix: '', Destination: { Bucket: `arn:aws:s3:::${copies}` } };
  const ReplicationConfiguration = { Role: role, Rules: [rule] };
  await s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));

  assert.deepEqual([owner?.permission, owner?.isOwner], ['FULL_CONTROL', true]);
  assert.deepEqual(
    [before, await readAll()],
    [
      {
        acl: { kind: 'read', value: [owner] },
        logging: { kind: 'read', value: undefined },
        replication: { kind: 'read', value: [] },
      },
      {
        acl: {
          kind: 'read',
          value: [owner, { uri, permission: 'READ_ACP', isOwner: false }, { uri, permission: 'WRITE', isOwner: false }],
        },
        logging: { kind: 'read', value: { targetBucket: target, prefix: 'app/' } },
        replication: {
          kind: 'read',
          value: [
            { id: 'old', enabled: true, destinationBucket: copies, replicatesKms: false, usesSourceKey: false, role },
          ],
        },
      },
    ],
  );
});

const head = (status: number, region?: string): ApiAnswer => ({
  status,
  ...(region === undefined ? {} : { headers: { 'x-amz-bucket-region': region } }),
});

test('the Region is what S3 says in its header, whatever the status', async () => {
  const answers = [head(200, 'eu-west-1'), ...[301, 400, 403].map((status) => head(status, 'us-west-2'))];
  const regions = await Promise.all(answers.map((answer) => createBucketRegion(new S3Client(answering(answer)))(LOGS)));
  assert.deepEqual(regions, ['eu-west-1', 'us-west-2', 'us-west-2', 'us-west-2']);
});

test('no header, no bucket and no answer leave the Region unknown', async () => {
  const answers = [head(200), head(403), head(404), timeout()];
  const regions = await Promise.all(answers.map((answer) => createBucketRegion(new S3Client(answering(answer)))(LOGS)));
  assert.deepEqual(regions, [undefined, undefined, undefined, undefined]);
});

test('the owner is proven with the Region', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3).onAnyCommand().resolves({});
  await createBucketRegion(s3)(LOGS);
  assert.deepEqual(
    mock.calls().map((call) => call.args[0].input),
    [{ Bucket: 'logs', ExpectedBucketOwner: ACCOUNT }],
  );
});

test('the embedded S3 names the Region from wherever it is asked', async () => {
  await using local = await openAws();
  await using american = createClients(local.aws, { account: ACCOUNT, region: 'us-west-2' });
  const owned = { bucket: await local.bucket('at-home'), account: ACCOUNT };
  const regions = [await createBucketRegion(local.clients.s3)(owned), await createBucketRegion(american.s3)(owned)];
  assert.deepEqual(regions, [REGION, REGION]);
});
