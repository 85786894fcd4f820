import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketEncryptionCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT, deployStack, REGION } from './deployed-stack.ts';
import { endProcesses, openPair } from './member.ts';

const PLACE = { account: '222222222222', region: 'us-east-2' } as const;
const PK = `BUCKET#${PLACE.account}/${PLACE.region}/theirs`;
const ROLES = ['assess-bucket', 'track-job', 'sweep', 'announce-change', 'batch', 'copy-batch', 'forward'];

/** The hub and a member of one organization, and what takes the member's roles away and gives new ones of the same names. */
async function openMember() {
  const opened = await openPair(PLACE);
  const { stack } = opened;
  const { identity } = stack.aws.world;
  const arnOf = (name: string) => `arn:aws:iam::${PLACE.account}:role/reseal-${name}`;
  const roles = ROLES.map((name) => identity.role(arnOf(name)) ?? assert.fail(name));
  return {
    ...opened,
    leave: () => {
      stack.aws.organization.removeAccount(PLACE.account);
      for (const { arn } of roles) identity.deleteRole(arn);
    },
    comeBack: () => {
      stack.aws.organization.inviteAccount(PLACE.account);
      for (const role of roles) identity.putRole(role);
    },
    askForOpenJobs: async () => {
      stack.aws.bus.fire(`arn:aws:events:${REGION}:${ACCOUNT}:rule/${stack.named('OpenJobsRule')}`);
      await stack.idle();
    },
  };
}

test('an account that has returned is repaired at its next event, although the functions have sessions of its roles before', async () => {
  await using opened = await openMember();
  const { stack, member } = opened;
  await makeBucket(member.clients.s3, 'theirs', PLACE.region);
  await stack.idle();
  assert.equal(Object((await stack.item(PK))?.['repairs']).length, 1);
  opened.leave();
  opened.comeBack();
  await member.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: 'theirs' }));
  await stack.idle();
  const item = await stack.item(PK);
  assert.equal(Object(item?.['repairs']).length, 2, JSON.stringify(item));
  assert.deepEqual(await stack.waiting('JobDeadLetters'), []);
});

test('an account that leaves while its job runs: the job stays open, is no dead letter, and is closed with its counts once the account is back', async () => {
  await using opened = await openMember();
  const { stack, member } = opened;
  const { s3 } = member.clients;
  await makeBucket(s3, 'theirs', PLACE.region);
  for (const Key of ['one', 'two', 'three']) await s3.send(new PutObjectCommand({ Bucket: 'theirs', Key, Body: 'b' }));
  let hasLeft = false;
  stack.aws.onOutcome(({ call }) => {
    if (call.operation !== 'UpdateObjectEncryption' || hasLeft) return;
    hasLeft = true;
    opened.leave();
  });
  await stack.idle();
  assert.equal(hasLeft, true);
  const [job] = stack.aws.jobs.all().filter(({ counts }) => counts.total > 0);
  const token = `JOB#${job?.request.ClientRequestToken}`;
  await opened.askForOpenJobs();
  const open = await stack.item(token, 'JOB');
  assert.deepEqual([open?.['account'], open?.['closedAt']], [PLACE.account, undefined]);
  assert.deepEqual(await stack.waiting('JobDeadLetters'), []);
  const said = stack.aws.functions.list().flatMap(({ log }) => log.lines.map((line) => JSON.stringify(line)));
  assert.ok(said.some((line) => line.includes(String(job?.id)) && /could not be assumed|takes no session/.test(line)));

  opened.comeBack();
  await endProcesses(stack.aws, 'track-job');
  await opened.askForOpenJobs();
  const closed = await stack.item(token, 'JOB');
  assert.equal(typeof closed?.['closedAt'], 'string', JSON.stringify(closed));
  assert.equal(Number(closed?.['succeeded']) + Number(closed?.['failed']), 3);
  await s3.send(new HeadObjectCommand({ Bucket: 'theirs', Key: 'three' }));
});

test('a sweep goes on in the hub although its role there was deleted and made again', async () => {
  await using stack = await deployStack();
  const { identity } = stack.aws.world;
  const role = identity.role(`arn:aws:iam::${ACCOUNT}:role/reseal-sweep`) ?? assert.fail('the stack has it');
  const swept = async () => {
    const { sweep } = Object(await stack.sweep());
    await stack.idle();
    const { endedAt, unreached } = (await stack.item('SWEEP#all', `SWEEP#${sweep}`)) ?? {};
    assert.equal(typeof endedAt, 'string');
    return Object(unreached).accounts;
  };
  assert.equal(await swept(), 0);
  identity.deleteRole(role.arn);
  identity.putRole(role);
  // The session of the role before is refused, and forgotten with that.
  assert.equal(await swept(), 0);
});
