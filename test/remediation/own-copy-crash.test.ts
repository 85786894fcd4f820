import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListMultipartUploadsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { createObjectCopier } from '../../src/aws/object/object-copier.ts';
import { createObjectHead } from '../../src/aws/bucket/object-head.ts';
import { closedJob } from '../../src/ledger/job-item.ts';
import type { ObjectTask } from '../../src/policy/copy/object-task.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { createClients } from '../local/clients.ts';
import { allow, roleOf } from '../local/s3/open-s3.ts';
import { onEveryCall } from './recorded-calls.ts';
import { ownJobs, piecesOf, queuedOwn, smallPages } from './run-own-jobs.ts';

const READS = /^(?:Get|Head|List|Query)/;
const KEYS = ['a', 'b', 'c', 'd', 'z'];
const MIB = 1024 ** 2;

const LAMBDA = { service: 'lambda.amazonaws.com' };
const ROLE = roleOf('reencrypt', [allow(['s3:*', 'kms:*'])], LAMBDA.service);

class Died extends Error {}

/** Stands around every call of the stories; the process dies around call number `at`, and makes no other one before it is begun anew. */
function dying(account: GuardedAccount) {
  const state = { calls: [] as string[], at: 0, when: 'before' as 'before' | 'after', isDead: false };
  const around = async <T>(operation: string, send: () => Promise<T>): Promise<T> => {
    if (state.isDead) throw new Died();
    state.calls.push(operation);
    if (state.calls.length !== state.at) return send();
    state.isDead = true;
    if (state.when === 'after') await send();
    throw new Died();
  };
  onEveryCall(account.told, ({ operation }, send) => around(operation, send));
  return { state, around };
}

type Dying = ReturnType<typeof dying>;

/** A versioned bucket of two pages with a large object and one that nobody may read, and its job, told to the end. */
async function toldToItsEnd(account: GuardedAccount, bucket: string, { state, around }: Dying) {
  const { s3 } = account.clients;
  const { token } = await queuedOwn(account, KEYS, { bucket, own: { does: ['copy', 'own-copy'] } });
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  const body = { seed: 's', sizeBytes: 300 * MIB };
  account.aws.buckets.seedObject({ bucket, key: 'big', body, partSizes: [150 * MIB, 150 * MIB] });
  // Uploads that nobody goes on with are known by the role that began them.
  const copyObject = async (task: ObjectTask) => {
    const credentials = account.aws.world.identity.startSession(ROLE.arn, 'reseal', LAMBDA);
    await using member = createClients(account.aws, { account: ACCOUNT, region: REGION, credentials });
    onEveryCall(member, ({ operation }, send) => around(operation, send));
    const copy = createObjectCopier({ s3: () => member.s3, s3Once: () => member.s3 }, () => account.now());
    return await copy(task, { timeLeftMs: () => 600_000 });
  };
  const head = createObjectHead(account.told.s3, () => account.now());
  const readObject: typeof head = async (owned, name) =>
    name.key === 'z' ? { kind: 'unread', code: 'AccessDenied' } : head(owned, name);
  const own = ownJobs(account, { ...smallPages(account, 4), readObject, copyObject }, around);
  state.calls = [];
  const launch = { account: ACCOUNT };
  const messages: (() => Promise<unknown>)[] = [() => trackJob(launch, own.trackDeps)];
  for (let rounds = 0; rounds < 4; rounds += 1) {
    for (;;) {
      messages.push(...own.waiting.splice(0).map((message) => () => own.handle(message)));
      const [message] = messages;
      if (message === undefined) break;
      try {
        await message();
        messages.shift();
      } catch (error) {
        assert.ok(error instanceof Died || state.isDead, error as Error);
        // The message comes back when the lease has ended too.
        state.isDead = false;
        account.advance(1_800);
      }
    }
    const isClosed = (await account.jobItem(token))?.['closedAt'] !== undefined;
    if (isClosed) break;
    account.advance(6 * 3_600);
    messages.push(() => trackJob({ token }, own.trackDeps));
  }
  return { token, calls: state.calls };
}

async function endOf(account: GuardedAccount, bucket: string, token: string) {
  const { status, failures, failedKeys, failed, succeeded } = closedJob.parse(await account.jobItem(token));
  const rows = Array.from(account.aws.buckets.find(bucket)?.keys.from('') ?? []);
  const objects = rows.flatMap(({ versions }) => {
    const [current] = versions;
    assert.ok(current?.kind === 'object');
    const { algorithm } = current.sealed.protection;
    return [`${current.key}: ${versions.length} versions, ${algorithm}`];
  });
  const { Uploads = [] } = await account.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  const open = (await piecesOf(account, token)).filter(({ endedAt }) => endedAt === undefined);
  const { pieces, ranges } = (await account.jobItem(token)) ?? {};
  return {
    succeeded,
    end: { status, failures, failedKeys, failed, objects, uploads: Uploads.length, open, pieces, ranges },
  };
}

test('whatever call a process dies around, each object is written once, and nothing is left without a word', async () => {
  await using account = await openGuardedAccount();
  account.aws.world.identity.putRole(ROLE);
  const process = dying(account);
  const { state } = process;
  const whole = await toldToItsEnd(account, 'whole', process);
  const { end, succeeded } = await endOf(account, 'whole', whole.token);
  assert.deepEqual(end, {
    status: 'complete-with-failures',
    failures: [{ code: 'AccessDenied', count: 1, cause: 'denied' }],
    failedKeys: [{ key: 'z', code: 'AccessDenied', cause: 'denied' }],
    failed: 1,
    objects: [...['a', 'b', 'big', 'c', 'd'].map((key) => `${key}: 2 versions, aws:kms`), 'z: 1 versions, AES256'],
    uploads: 0,
    open: [],
    pieces: 0,
    ranges: 0,
  });
  assert.equal(succeeded, 5);
  const operations = new Set(whole.calls);
  for (const each of ['UploadPartCopy', 'CopyObject', 'TransactWriteItems', 'SendPieces', 'AskToClose'])
    assert.ok(operations.has(each), each);
  for (const [index, operation] of whole.calls.entries()) {
    // A read says the same whenever it is made: once for each kind.
    if (READS.test(operation) && whole.calls.indexOf(operation) !== index) continue;
    for (const when of READS.test(operation) ? (['before'] as const) : (['before', 'after'] as const)) {
      Object.assign(state, { at: index + 1, when, isDead: false });
      const bucket = `dead-${when}-${index}`;
      const { token } = await toldToItsEnd(account, bucket, process);
      const died = await endOf(account, bucket, token);
      assert.deepEqual(died.end, end, `dead ${when} call ${index + 1}, ${operation}`);
      // What was done and not counted yet is at the standard when it is looked at again.
      assert.ok(died.succeeded <= succeeded);
    }
  }
});
