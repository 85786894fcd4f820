import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateNamespaceCommand,
  CreateTableBucketCommand,
  CreateTableCommand,
  DeleteTableBucketEncryptionCommand,
  type EncryptionConfiguration,
  GetTableBucketEncryptionCommand,
  PutTableBucketEncryptionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-s3tables';
import { rollback } from '../../src/remediation/rollback.ts';
import { arnOfTables, maintenanceOf } from '../local/s3tables/open-tables.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { paste, putKeyPolicy, told } from './others.ts';

const LAKE = arnOfTables('lake');
const OWN = {
  Sid: 'Own',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'kms:*',
  Resource: '*',
};

/** A table bucket with a namespace, and a key whose policy lets the maintenance of S3 Tables in. */
async function withLake(encryptionConfiguration?: EncryptionConfiguration): Promise<GuardedAccount> {
  const account = await openGuardedAccount();
  const { s3Tables } = account.clients;
  await s3Tables.send(new CreateTableBucketCommand({ name: 'lake', encryptionConfiguration }));
  await s3Tables.send(new CreateNamespaceCommand({ tableBucketARN: LAKE, namespace: ['sales'] }));
  await putKeyPolicy(account, OWN, maintenanceOf(LAKE));
  return account;
}

const makeTable = ({ clients }: GuardedAccount, name: string, encryptionConfiguration?: EncryptionConfiguration) =>
  clients.s3Tables.send(
    new CreateTableCommand({
      tableBucketARN: LAKE,
      namespace: 'sales',
      name,
      format: 'ICEBERG',
      encryptionConfiguration,
    }),
  );

async function encryptionOf({ clients }: GuardedAccount): Promise<EncryptionConfiguration | undefined> {
  const asked = new GetTableBucketEncryptionCommand({ tableBucketARN: LAKE });
  return (await clients.s3Tables.send(asked)).encryptionConfiguration;
}

const underKey = ({ keyArn }: GuardedAccount) => ({ sseAlgorithm: 'aws:kms' as const, kmsKeyArn: keyArn });

test("a table bucket without an encryption of its own gets the standard's key by its ARN", async () => {
  await using account = await withLake();
  const outcome = await account.assess(sweepFact(account, LAKE));
  assert.deepEqual(told(outcome), ['repair', ['weaker-algorithm']]);
  assert.deepEqual(await encryptionOf(account), underKey(account));
  assert.deepEqual(account.operations(), [
    'GetTableBucketEncryption',
    'GetTableBucket',
    'DescribeKey',
    'UpdateItem',
    'GetKeyPolicy',
    'GetTableBucketEncryption',
    'GetTableBucket',
    'PutTableBucketEncryption',
    'GetTableBucketEncryption',
    'ListTables',
    'UpdateItem',
  ]);
  account.advance(60);
  assert.deepEqual(told(await account.assess(sweepFact(account, LAKE))), ['compliant', []]);
});

test('what the repair replaced stays in the ledger, and a rollback puts it back and holds the bucket', async () => {
  await using account = await withLake({ sseAlgorithm: 'AES256' });
  await account.assess(sweepFact(account, LAKE));
  const repair = Object([(await account.item(LAKE))?.['repairs']].flat()[0]);
  const wrote = { algorithm: 'aws:kms', keyId: account.keyArn, bucketKey: false };
  assert.deepEqual([repair.replaced, repair.wrote], [{ algorithm: 'AES256' }, wrote]);
  account.advance(60);
  const by = `arn:aws:iam::${ACCOUNT}:role/operator`;
  const done = await rollback({ bucket: LAKE, account: ACCOUNT, region: REGION, by }, account.deps);
  assert.deepEqual([done.replaced, done.restored], [wrote, { algorithm: 'AES256' }]);
  assert.deepEqual(await encryptionOf(account), { sseAlgorithm: 'AES256' });
  account.advance(60);
  assert.deepEqual(told(await account.assess(sweepFact(account, LAKE))), ['hold', ['rolled-back', 'weaker-algorithm']]);
});

test('a key that keeps out the maintenance of S3 Tables is held, and pasting what the hold gives lets it be repaired', async () => {
  await using account = await withLake();
  await putKeyPolicy(account, OWN);
  await assert.rejects(makeTable(account, 'before', underKey(account)), {
    name: 'AccessDeniedException',
    message: /^maintenance\.s3tables/,
  });
  const held = await account.assess(sweepFact(account, LAKE));
  assert.deepEqual(told(held), ['hold', ['key-policy-lacks-writer', 'weaker-algorithm']]);
  const [reason] = held.reasons;
  assert.equal(
    reason?.message,
    `S3 Tables compacts the tables of every table bucket. So bucket ${LAKE} receives S3 Tables maintenance, and the policy of key ${account.keyArn} does not let maintenance.s3tables.amazonaws.com call kms:GenerateDataKey: add the statement below (reseal policy explain shows it too) to the key policy, or ask for AES256 there by a rule of the policy.`,
  );
  const { Sid: _, ...asDocumented } = Object(maintenanceOf(LAKE));
  assert.deepEqual(JSON.parse(reason?.paste ?? '{}'), { Sid: 'AllowS3TablesMaintenance', ...asDocumented });
  assert.equal(await paste(account, held.reasons), 1);
  account.advance(60);
  assert.equal((await account.assess(sweepFact(account, LAKE))).kind, 'repair');
  await makeTable(account, 'after');
});

test('a key policy that shuts the maintenance out later is told of a bucket that is right otherwise', async () => {
  await using account = await withLake();
  await account.assess(sweepFact(account, LAKE));
  await putKeyPolicy(account, OWN, maintenanceOf(arnOfTables('another')));
  account.advance(60);
  assert.deepEqual(told(await account.assess(sweepFact(account, LAKE, { causeId: 'sweep-2' }))), [
    'compliant',
    ['key-shut'],
  ]);
});

test('existing tables keep their encryption and are counted; no job is started', async () => {
  await using account = await withLake();
  await makeTable(account, 'orders');
  await makeTable(account, 'returns');
  const policy = policyWith({ objects: { reencrypt: 'all' } });
  const outcome = await account.assess(sweepFact(account, LAKE), { policy });
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 0]);
  const left = `The 2 existing tables of table bucket ${LAKE} keep the encryption that they were made with, because S3 Tables has no way to change it: make each anew and copy its data where it shall be under the bucket's.`;
  assert.deepEqual((await account.item(LAKE))?.['leftovers'], [{ code: 'existing-tables', message: left }]);
  account.advance(60);
  account.operations();
  assert.deepEqual(told(await account.assess(sweepFact(account, LAKE), { policy })), ['compliant', []]);
  assert.ok(!account.operations().includes('ListTables'));
});

test('under DSSE-KMS a table bucket is judged by SSE-KMS, under SSE-S3 it is right as it is', async () => {
  await using account = await withLake();
  const dsse = policyWith({ standard: { algorithm: 'aws:kms:dsse', key: 'alias/reseal' } });
  assert.deepEqual(told(await account.assess(sweepFact(account, LAKE), { policy: dsse })), [
    'repair',
    ['weaker-algorithm', 'table-no-dsse'],
  ]);
  await account.clients.s3Tables.send(new DeleteTableBucketEncryptionCommand({ tableBucketARN: LAKE }));
  account.advance(60);
  account.operations();
  const s3 = policyWith({ standard: { algorithm: 'AES256' } });
  assert.deepEqual(told(await account.assess(sweepFact(account, LAKE), { policy: s3 })), ['compliant', []]);
  assert.deepEqual(account.operations(), ['GetTableBucketEncryption', 'GetTableBucket', 'UpdateItem']);
});

test('rules and exceptions go by its name, its tags and its age, and a tag alone exempts nothing', async () => {
  await using account = await withLake();
  await account.clients.s3Tables.send(new TagResourceCommand({ resourceArn: LAKE, tags: { data: 'public' } }));
  const policy = policyWith({
    rules: [
      {
        name: 'public',
        when: { buckets: ['la*'], kind: 'table', tags: [{ key: 'data', value: 'public' }], createdAfter: '2026-01-01' },
        standard: { algorithm: 'AES256' },
      },
    ],
    exceptionRequests: { tag: 'data', setBy: ['arn:aws:iam::*:role/security'], maxDays: 30 },
  });
  const trigger = sweepFact(account, LAKE);
  assert.deepEqual(told(await account.assess(trigger, { policy })), ['compliant', ['exception-request-malformed']]);
  assert.ok(account.operations().includes('ListTagsForResource'));
  assert.equal((await account.item(LAKE))?.['rule'], 'public');
  const exception = { bucket: 'lake', reason: 'moving', owner: 'data', until: '2026-12-31' };
  account.advance(60);
  const exempt = await account.assess(trigger, { policy: policyWith({ exceptions: [exception] }) });
  assert.equal(exempt.kind, 'exempt');
});

test('a repair that is only observed costs nothing for objects', async () => {
  await using account = await withLake();
  await account.assess(sweepFact(account, LAKE, { observe: true }));
  const { verdict, observed, price } = (await account.item(LAKE)) ?? {};
  const free = 'The rule itself costs one request, less than a cent; no job is started.';
  assert.deepEqual({ verdict, observed, price }, { verdict: 'repair', observed: true, price: free });
  await assert.rejects(encryptionOf(account), { name: 'NotFoundException' });
});

test('a table bucket that is gone, and one that nobody lets us read, are no buckets under SSE-S3', async () => {
  await using account = await withLake();
  const none = arnOfTables('none');
  const outcome = await account.assess(sweepFact(account, none));
  assert.deepEqual(outcome.reasons[0]?.code, 'bucket-gone');
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetTableBucket', times: 1 });
  const unread = await account.assess(sweepFact(account, LAKE));
  assert.deepEqual([unread.kind, unread.reasons[0]?.code], ['unreadable', 'read-denied']);
  assert.match(
    unread.reasons[0]?.message ?? '',
    /: allow this role s3tables:GetTableBucketEncryption and s3tables:GetTableBucket, /,
  );
});

test('a write that is denied is held, with the action that is missing', async () => {
  await using account = await withLake();
  account.aws.faults.add({ kind: 'access-denied', operation: 'PutTableBucketEncryption', times: 1 });
  const held = await account.assess(sweepFact(account, LAKE));
  assert.deepEqual(told(held), ['hold', ['write-denied']]);
  assert.match(held.reasons[0]?.message ?? '', /^AWS denies this role s3tables:PutTableBucketEncryption on bucket /);
});

test('what somebody else has put between the look and the write is not overwritten unseen', async () => {
  await using account = await withLake({ sseAlgorithm: 'AES256' });
  const { encryption } = account.deps;
  let reads = 0;
  const outcome = await account.assess(eventFact(account, LAKE), {
    encryption: {
      ...encryption,
      read: async (owned) => {
        reads += 1;
        if (reads === 2) {
          const encryptionConfiguration = underKey(account);
          const put = new PutTableBucketEncryptionCommand({ tableBucketARN: LAKE, encryptionConfiguration });
          await account.clients.s3Tables.send(put);
        }
        return encryption.read(owned);
      },
    },
  });
  assert.deepEqual(told(outcome), ['compliant', []]);
});
