import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { GetObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { createPolicyObject, createPolicyPin } from '../../../src/aws/published-policy/pinned-policy.ts';
import { createPolicyPublication, publishPolicy } from '../../../src/aws/published-policy/policy-publication.ts';
import { parsePolicy } from '../../../src/policy/document/document.ts';
import { trackJob } from '../../../src/remediation/track-job.ts';
import { createPolicySource } from '../../../src/runtime/policy-source.ts';
import { TABLE } from '../fixture.ts';
import { recordingProcess } from '../../runtime/recording-process.ts';
import { guarded, takeAway } from '../../remediation/drifted.ts';
import { eventFact } from '../../remediation/facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith } from '../../remediation/guarded-account.ts';
import { SSE_S3 } from '../../remediation/rules.ts';

const policyJson = (mode: string) =>
  JSON.stringify(parsePolicy({ version: 1, mode, standard: { algorithm: 'aws:kms', key: 'alias/reseal' } }));

function requestOf(json: string) {
  return { json, sha256: createHash('sha256').update(json).digest('hex'), bucket: 'policies' };
}

async function opened(account: GuardedAccount, { versioned = true } = {}) {
  const Bucket = await account.bucket('policies');
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  if (versioned) await account.clients.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  const { s3, dynamoDb } = account.clients;
  const { process, counted } = recordingProcess();
  const source = createPolicySource({
    packaged: await policyWith()(),
    readPin: createPolicyPin(dynamoDb, TABLE),
    readObject: createPolicyObject(s3),
    alarm: () => process.count('PolicyUnreadable'),
    log: process.log,
    now: () => account.now(),
  });
  return { publication: createPolicyPublication({ s3, dynamoDb, table: TABLE }), source, counted };
}

test('a published policy decides from the next look of each function on, a minute later at most', async () => {
  await using account = await openGuardedAccount();
  const { publication, source } = await opened(account);
  const bucket = await account.bucket('weak');
  await account.assess(eventFact(account, bucket), { policy: source });
  const request = requestOf(policyJson('observe'));
  const { pin } = await publishPolicy(request, publication);
  const { Body } = await account.clients.s3.send(
    new GetObjectCommand({ Bucket: pin.bucket, Key: pin.key, VersionId: pin.versionId }),
  );
  assert.deepEqual(
    [await Body?.transformToString(), pin.key, pin.sha256],
    [request.json, 'policy/policy.json', request.sha256],
  );
  const observed = [];
  for (const seconds of [59, 1]) {
    account.advance(seconds);
    await account.put(bucket, SSE_S3);
    const outcome = await account.assess(eventFact(account, bucket), { policy: source });
    const { policySha256 } = (await account.item(bucket)) ?? {};
    observed.push([outcome.kind, 'observed' in outcome, policySha256]);
  }
  assert.deepEqual(observed, [
    ['repair', false, 'the-policy'],
    ['repair', true, request.sha256],
  ]);
});

test('a policy that was uploaded and not pinned changes nothing', async () => {
  await using account = await openGuardedAccount();
  const { publication, source } = await opened(account);
  const cut = { ...publication, pin: async () => Promise.reject(new Error('the line was cut')) };
  await assert.rejects(publishPolicy(requestOf(policyJson('observe')), cut), /the line was cut/);
  account.advance(60);
  assert.equal((await source()).sha256, 'the-policy');
});

test('a bucket that keeps no versions is refused, and nothing is pinned', async () => {
  await using account = await openGuardedAccount();
  const { publication } = await opened(account, { versioned: false });
  await assert.rejects(publishPolicy(requestOf(policyJson('observe')), publication), {
    code: 'not-published',
    bucket: 'policies',
    message: "bucket policies has no versioning, so a policy cannot be pinned in it; use the stack's PolicyBucket",
  });
  assert.equal(await createPolicyPin(account.clients.dynamoDb, TABLE)(), undefined);
});

test('a policy that is replaced while a bucket is being repaired does not change that repair, and the next look uses it', async () => {
  await using account = await openGuardedAccount();
  const { publication, source, counted } = await opened(account);
  const bucket = await account.bucket('weak');
  const encryption: typeof account.deps.encryption = {
    ...account.deps.encryption,
    write: async (rule) => {
      await publishPolicy(requestOf(policyJson('observe')), publication);
      account.advance(60);
      await account.deps.encryption.write(rule);
    },
  };
  const outcome = await account.assess(eventFact(account, bucket), { policy: source, encryption });
  assert.deepEqual([outcome.kind, 'observed' in outcome], ['repair', false]);
  assert.equal((await account.item(bucket))?.['policySha256'], 'the-policy');
  account.advance(5);
  await account.put(bucket, SSE_S3);
  const next = await account.assess(eventFact(account, bucket), { policy: source });
  assert.deepEqual([next.kind, 'observed' in next, counted], ['repair', true, []]);
});

test('a job that was queued before a policy that only observes was published waits until one enforces again', async () => {
  await using account = await openGuardedAccount();
  const { publication } = await opened(account);
  const bucket = await guarded(account);
  await account.assess(await takeAway(account, bucket, 'first'), {}, { mostActive: 0 });
  const rules = [{ name: 'pilot', when: { buckets: ['data*'] }, mode: 'enforce' }];
  const standard = { algorithm: 'aws:kms', key: 'alias/reseal' };
  const pilot = JSON.stringify(parsePolicy({ version: 1, mode: 'observe', standard, rules }));
  const made = [];
  for (const json of [policyJson('observe'), pilot]) {
    await publishPolicy(requestOf(json), publication);
    await trackJob({ account: ACCOUNT }, account.trackDeps);
    made.push((await account.jobs()).length);
  }
  assert.deepEqual(made, [0, 1]);
});
