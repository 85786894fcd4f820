import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { EnableSecurityHubCommand, GetFindingsCommand } from '@aws-sdk/client-securityhub';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { LocalAws } from '../../local/start-local.ts';
import { createClients } from '../local/clients.ts';
import { defaultOf, makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT, bucketPk, deployStack, REGION } from './deployed-stack.ts';
import { endProcesses, joinMember, type Member, openPair } from './member.ts';

const ELSEWHERE = { account: '222222222222', region: 'us-east-2' };

/** What the hub's rule puts into the queue after an event of that bucket, as a message of our own. */
const message = (bucket: string, { account, region }: { account: string; region: string }) =>
  JSON.stringify({
    reseal: 'assess',
    version: 1,
    bucket,
    account,
    region,
    cause: 'encryption-deleted',
    at: new Date().toISOString(),
    causeId: `event-of-${bucket}`,
    attempt: 0,
    observe: false,
  });

async function weakBucket({ clients, region }: Pick<Member, 'clients' | 'region'>, Bucket: string): Promise<void> {
  await makeBucket(clients.s3, Bucket, region as 'us-east-2');
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'object', Body: 'body' }));
}

async function keyOf({ clients }: Pick<Member, 'clients'>, Bucket: string): Promise<string | undefined> {
  return (await defaultOf(clients.s3, Bucket)).KMSMasterKeyID;
}

const memberPk = (bucket: string, { account, region } = ELSEWHERE) => `BUCKET#${account}/${region}/${bucket}`;

test('a bucket of another account and Region is repaired, re-encrypted and tracked with sessions there', async () => {
  await using stack = await deployStack();
  await using member = await joinMember(stack.aws, ELSEWHERE);
  await weakBucket(member, 'theirs');
  await stack.sendAsSweep(message('theirs', member));
  await stack.idle();
  assert.equal(await keyOf(member, 'theirs'), member.keyArn);
  assert.equal((await stack.item(memberPk('theirs')))?.['verdict'], 'repair');
  const jobs = stack.aws.jobs.all();
  assert.deepEqual(
    [...new Set(jobs.map(({ accountId, region }) => `${accountId} ${region}`))],
    ['222222222222 us-east-2'],
  );
  const object = await member.clients.s3.send(new HeadObjectCommand({ Bucket: 'theirs', Key: 'object' }));
  assert.equal(object.SSEKMSKeyId, member.keyArn);

  stack.aws.bus.fire(`arn:aws:events:${REGION}:${ACCOUNT}:rule/${stack.named('OpenJobsRule')}`);
  await stack.idle();
  const tokens = jobs.map(({ request }) => `JOB#${request.ClientRequestToken}`);
  const closed = await Promise.all(tokens.map((token) => stack.item(token, 'JOB')));
  assert.deepEqual(
    closed.map((job) => [job?.['account'], job?.['region'], typeof job?.['closedAt']]),
    jobs.map(() => ['222222222222', 'us-east-2', 'string']),
  );
});

test('a finding goes to the Security Hub of the member', async () => {
  await using stack = await deployStack();
  await using member = await joinMember(stack.aws, ELSEWHERE);
  const { securityHub } = member.clients;
  await securityHub.send(new EnableSecurityHubCommand({ EnableDefaultStandards: false }));
  await weakBucket(member, 'theirs');
  stack.aws.faults.add({ kind: 'access-denied', operation: 'PutBucketEncryption' });
  await stack.sendAsSweep(message('theirs', member));
  await stack.idle();
  assert.equal((await stack.item(memberPk('theirs')))?.['verdict'], 'hold');
  const { Findings = [] } = await securityHub.send(new GetFindingsCommand({}));
  assert.deepEqual(
    Findings.map(({ AwsAccountId, Resources }) => [AwsAccountId, Resources?.[0]?.Region]),
    [['222222222222', 'us-east-2']],
  );
});

test('what happens in a member is heard by the hub over its bus, and answered in the member until its jobs are closed', async () => {
  await using opened = await openPair(ELSEWHERE);
  const { stack, member } = opened;
  await weakBucket(member, 'theirs');
  await stack.idle();
  assert.equal(await keyOf(member, 'theirs'), member.keyArn);
  const item = await stack.item(memberPk('theirs'));
  assert.equal(Object(item?.['repairs']).length, 1);
  const tokens = stack.aws.jobs.all().map(({ request }) => `JOB#${request.ClientRequestToken}`);
  const closed = await Promise.all(tokens.map((token) => stack.item(token, 'JOB')));
  assert.equal(closed.length, 2);
  // The event of its end came over the same bus.
  assert.deepEqual(
    closed.map((job) => [job?.['account'], typeof job?.['closedAt']]),
    tokens.map(() => [ELSEWHERE.account, 'string']),
  );
  const ignored = stack.aws.functions.list().flatMap(({ log }) => log.lines.map((line) => JSON.stringify(line)));
  assert.equal(
    ignored.some((line) => line.includes('PutBucketEncryption was done by Reseal itself')),
    true,
  );
});

test('the end of a job in an account that cannot be reached waits in the ledger, and is recorded when it can', async () => {
  await using opened = await openPair(ELSEWHERE);
  const { stack, member } = opened;
  const arn = `arn:aws:iam::${ELSEWHERE.account}:role/reseal-track-job`;
  const { identity } = stack.aws.world;
  const role = identity.role(arn) ?? assert.fail();
  // The job is launched under the role that follows it, and nobody gets in from then on.
  stack.aws.onOutcome(({ call }) => {
    if (call.operation === 'CreateJob') identity.deleteRole(arn);
  });
  await weakBucket(member, 'theirs');
  await stack.idle();
  assert.equal(Object((await stack.item(memberPk('theirs')))?.['repairs']).length, 1);
  const [token = assert.fail('no job')] = stack.aws.jobs.all().map(({ request }) => request.ClientRequestToken);
  const open = await stack.item(`JOB#${token}`, 'JOB');
  assert.deepEqual([open?.['status'], open?.['open']], ['open', 'OPEN']);
  assert.deepEqual(await stack.waiting('JobDeadLetters'), []);

  identity.putRole(role);
  await endProcesses(stack.aws, 'track-job');
  stack.aws.bus.fire(`arn:aws:events:${REGION}:${ACCOUNT}:rule/${stack.named('OpenJobsRule')}`);
  await stack.idle();
  assert.equal(typeof (await stack.item(`JOB#${token}`, 'JOB'))?.['closedAt'], 'string');
});

test('a member of another organization than its template says is neither heard nor entered', async () => {
  await using opened = await openPair(ELSEWHERE, { parameters: { OrganizationId: 'o-another00000' } });
  const { stack, member } = opened;
  await weakBucket(member, 'theirs');
  await stack.idle();
  assert.equal(await stack.item(memberPk('theirs')), undefined);
  await stack.sendAsSweep(message('theirs', member));
  await stack.idle();
  assert.match(JSON.stringify((await stack.item(memberPk('theirs')))?.['reasons']), /"account-unreachable"/);
});

test('a member that is suspended, and one whose organization denies the role its reads, are named and not judged', async () => {
  const ways: [name: string, shut: (aws: LocalAws) => void, said: RegExp][] = [
    ['suspended', ({ organization }) => organization.setState(ELSEWHERE.account, 'SUSPENDED'), /"account-unreachable"/],
    [
      'denied',
      ({ organization }) => {
        const Statement = [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }];
        organization.attachPolicy(ELSEWHERE.account, { Version: '2012-10-17', Statement });
      },
      /explicit deny in a service control policy/,
    ],
  ];
  for (const [name, shut, said] of ways) {
    await using opened = await openPair(ELSEWHERE);
    const { stack, member } = opened;
    stack.aws.bus.faults.add({ kind: 'lose' });
    await weakBucket(member, 'theirs');
    shut(stack.aws);
    await stack.sendAsSweep(message('theirs', member));
    await stack.idle();
    const item = await stack.item(memberPk('theirs'));
    assert.deepEqual([item?.['verdict'], item?.['parked']], ['unreadable', true], name);
    assert.match(JSON.stringify(item?.['reasons']), said, name);
  }
});

test('a bucket of a Region that its account has turned off is named, and judged once the Region is on again', async () => {
  const place = { account: ELSEWHERE.account, region: 'eu-south-1' };
  await using opened = await openPair(ELSEWHERE);
  const { stack } = opened;
  const { organization } = stack.aws;
  organization.setRegion(place.account, place.region, 'ENABLED');
  await using south = createClients(stack.aws, place);
  stack.aws.world.keys.create({ accountId: place.account, region: place.region, alias: 'alias/reseal' });
  await makeBucket(south.s3, 'southern', 'eu-south-1');
  organization.setRegion(place.account, place.region, 'DISABLED');
  await stack.sendAsSweep(message('southern', place));
  await stack.idle();
  assert.match(
    JSON.stringify((await stack.item(memberPk('southern', place)))?.['reasons']),
    /takes no session in eu-south-1/,
  );
  organization.setRegion(place.account, place.region, 'ENABLED');
  await stack.sweep();
  await stack.idle();
  assert.equal((await stack.item(memberPk('southern', place)))?.['verdict'], 'repair');
});

test('an account whose role is missing is named and tried again, and costs the others nothing', async () => {
  await using stack = await deployStack();
  await using member = await joinMember(stack.aws, ELSEWHERE);
  await weakBucket(member, 'theirs');
  // Its events are lost: what the hub hears of, the test says.
  stack.aws.bus.faults.add({ kind: 'lose' });
  await weakBucket({ clients: stack.clients, region: REGION }, 'ours');
  const arn = 'arn:aws:iam::222222222222:role/reseal-assess-bucket';
  const { identity } = stack.aws.world;
  const role = identity.role(arn) ?? assert.fail();
  identity.deleteRole(arn);
  await stack.sendAsSweep(message('theirs', member), message('ours', { account: ACCOUNT, region: REGION }));
  await stack.idle();
  assert.equal((await stack.item(bucketPk('ours')))?.['verdict'], 'repair');
  const item = await stack.item(memberPk('theirs'));
  assert.deepEqual([item?.['verdict'], item?.['parked']], ['unreadable', true]);
  assert.match(
    JSON.stringify(item?.['reasons']),
    /"account-unreachable","message":"The encryption of bucket theirs could not be read: account 222222222222 cannot be reached, because role arn:aws:iam::222222222222:role\/reseal-assess-bucket could not be assumed \(AccessDenied: .*deploy infra\/member\/roles\.yml there/,
  );
  assert.deepEqual(await stack.waiting('SweepDeadLetters'), []);
  assert.deepEqual(await stack.waiting('AssessDeadLetters'), []);

  identity.putRole(role);
  await endProcesses(stack.aws, 'assess-bucket');
  await stack.sweep();
  await stack.idle();
  assert.equal((await stack.item(memberPk('theirs')))?.['verdict'], 'repair');
});

test('a member lets in the hub function of the role, and nobody else of the hub', async () => {
  await using stack = await deployStack();
  await using member = await joinMember(stack.aws, ELSEWHERE);
  const enter = async (as: string, name: string) => {
    const service = { service: 'lambda.amazonaws.com' };
    const credentials =
      as === 'administrator'
        ? stack.aws.clientConfig({ account: ACCOUNT, region: REGION }).credentials
        : stack.aws.world.identity.startSession(`arn:aws:iam::${ACCOUNT}:role/reseal-hub-${as}`, 's', service);
    await using clients = createClients(stack.aws, { credentials, region: REGION });
    const RoleArn = `arn:aws:iam::${member.account}:role/reseal-${name}`;
    const entered = clients.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 's' }));
    return await entered.then(
      () => true,
      () => false,
    );
  };
  const names = ['assess-bucket', 'track-job', 'sweep', 'announce-change'];
  for (const name of names) {
    for (const as of [...names, 'administrator']) assert.equal(await enter(as, name), as === name, `${as} as ${name}`);
  }
});
