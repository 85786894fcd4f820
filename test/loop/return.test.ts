import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { CreateStackCommand, DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DeleteBucketCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ROOT } from '../infra/reachable-sources.ts';
import { createClients } from '../local/clients.ts';
import { defaultOf, makeBucket } from '../local/s3/open-s3.ts';
import { REGION } from './deployed-stack.ts';
import { MEMBER, openMember, THERE } from './open-member.ts';

const SQUATTER = '666666666666';

test('an account that leaves keeps its reports, and where it returns it is deployed cleanly, with a bucket for new ones', async () => {
  await using member = await openMember();
  await member.deploy();
  assert.deepEqual(await member.instances(), THERE);
  const [first = '', ...others] = await member.reportsBuckets();
  assert.deepEqual(others, []);
  await member.s3.send(new PutObjectCommand({ Bucket: first, Key: 'reports/data/kept', Body: 'kept' }));

  member.organization.removeAccount(MEMBER);
  await member.stack.atRest();
  assert.deepEqual(await member.instances(), []);
  assert.deepEqual(await member.reportsBuckets(), [first]);

  member.organization.inviteAccount(MEMBER);
  await member.stack.atRest();
  assert.deepEqual(await member.instances(), THERE);
  const [second = ''] = (await member.reportsBuckets()).filter((name) => name !== first);
  assert.notEqual(second, '');
  assert.deepEqual(reportOf(await member.endOfJob('data')), [...WITH_FAILURE, second]);
  await member.s3.send(new HeadObjectCommand({ Bucket: first, Key: 'reports/data/kept' }));

  // What it has kept stays under SSE-S3 too.
  for (const bucket of [first, second]) {
    await member.stack.sendAsSweep(swept(bucket));
    await member.stack.atRest();
    const item = await member.stack.item(`BUCKET#${MEMBER}/${REGION}/${bucket}`);
    assert.deepEqual([item?.['verdict'], item?.['rule']], ['compliant', 'built-in: own bucket'], bucket);
    assert.equal((await defaultOf(member.s3, bucket)).SSEAlgorithm, 'AES256');
  }
});

test('a name that somebody else has taken before does no harm, and one in the namespace of the account nobody can take', async () => {
  await using member = await openMember();
  await using squatter = createClients(member.aws, { account: SQUATTER, region: REGION });
  const guessed = `reseal-reports-${MEMBER}-${REGION}`;
  await makeBucket(squatter.s3, guessed, REGION);
  await makeBucket(squatter.s3, `reseal-reports-0a1b2c3d-${MEMBER}-${REGION}`, REGION);
  for (const name of [`${guessed}-an`, `reseal-reports-0a1b2c3d-${MEMBER}-${REGION}-an`])
    await assert.rejects(makeBucket(squatter.s3, name, REGION), { name: 'InvalidBucketName' });
  await member.deploy();
  assert.deepEqual(await member.instances(), THERE);
  const [ours = '', ...others] = await member.reportsBuckets();
  assert.deepEqual(others, []);
  assert.deepEqual(reportOf(await member.endOfJob('data')), [...WITH_FAILURE, ours]);
});

test('a stack of a Region that is removed and made again under its name leaves one bucket and makes another', async () => {
  await using member = await openMember();
  const { cloudFormation } = member.clients;
  const StackName = 'reseal-region';
  const TemplateBody = readFileSync(path.join(ROOT, 'infra/member/region.yml'), 'utf8');
  for (let made = 1; made <= 2; made += 1) {
    await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    assert.deepEqual([stack?.StackStatus, (await member.reportsBuckets()).length], ['CREATE_COMPLETE', made]);
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
  }
});

test('without a bucket for reports no job begins, and the ledger says what to deploy', async () => {
  await using member = await openMember();
  await member.deploy();
  const [bucket = ''] = await member.reportsBuckets();
  await member.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  await makeBucket(member.s3, 'data', REGION);
  await member.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'object', Body: 'body' }));
  await member.stack.atRest();
  const item = await member.stack.item(`BUCKET#${MEMBER}/${REGION}/data`);
  assert.match(
    JSON.stringify(item?.['leftovers']),
    /"reports-bucket-missing".*Account 222222222222 has no bucket for reports in eu-west-1, so no job is started: deploy infra\/member\/region.yml there/,
  );
  assert.deepEqual(member.aws.jobs.all(), []);
});

const WITH_FAILURE = ['complete-with-failures', [{ key: 'locked', code: 'AccessDenied', cause: 'denied' }]];

function reportOf({ status, failedKeys, report }: Record<string, unknown>) {
  return [status, failedKeys, /^s3:\/\/([^/]+)\//.exec(String(report))?.[1]];
}

const swept = (bucket: string) =>
  JSON.stringify({
    reseal: 'assess',
    version: 1,
    bucket,
    account: MEMBER,
    region: REGION,
    cause: 'sweep',
    at: new Date().toISOString(),
    causeId: `sweep-of-${bucket}`,
    attempt: 0,
    observe: false,
  });
