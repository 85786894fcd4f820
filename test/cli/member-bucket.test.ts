import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { update } from '../../src/aws/ledger/ledger-update.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { TABLE } from '../aws/fixture.ts';
import { itemOf } from '../aws/ledger/ledger-item-of.ts';
import { createClients } from '../local/clients.ts';
import { allow, defaultOf, makeBucket, roleOf } from '../local/s3/open-s3.ts';
import {
  ACCOUNT as HUB,
  type GuardedAccount,
  openGuardedAccount,
  REGION as HUB_REGION,
} from '../remediation/guarded-account.ts';
import { runCli } from './run-cli.ts';
import { written } from './written.ts';

const MEMBER = { account: '222222222222', region: 'us-east-2' } as const;
const ID = { ...MEMBER, bucket: 'theirs' };
const POLICY = 'version: 1\nstandard:\n  algorithm: aws:kms\n  key: alias/reseal\n';
const WHERE = ['--account', MEMBER.account, '--region', MEMBER.region];
const LEDGER = ['--table', TABLE, '--hub-region', HUB_REGION];

const OWN = { AWS_ACCESS_KEY_ID: HUB, AWS_SECRET_ACCESS_KEY: 'local' };

const reseal = (account: GuardedAccount, args: string[], credentials: NodeJS.ProcessEnv = OWN) =>
  runCli(args, { AWS_ENDPOINT_URL: account.aws.endpoint, ...credentials });

/** Credentials of a role of the hub's account that have ended. */
function endedCredentials(account: GuardedAccount): NodeJS.ProcessEnv {
  const { identity } = account.aws.world;
  const role = roleOf('operator', [allow('*')]);
  identity.putRole(role);
  const session = identity.startSession(role.arn, 's', { service: 'lambda.amazonaws.com' });
  account.advance(24 * 3_600);
  return {
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
}

/** A role of the member that lets in the hub's account. */
function letIn({ aws }: GuardedAccount, name: string): void {
  const arn = `arn:aws:iam::${MEMBER.account}:role/${name}`;
  const Statement = [{ Effect: 'Allow', Principal: { AWS: HUB }, Action: 'sts:AssumeRole' }];
  aws.world.identity.putRole({ ...roleOf(name, [allow(['s3:*', 'kms:*'])]), arn, name, trust: { Statement } });
}

/** A bucket of the member that Reseal has repaired, as the hub's ledger has it. */
async function openMember() {
  const account = await openGuardedAccount();
  const clients = createClients(account.aws, MEMBER);
  const { arn: keyId } = account.aws.world.keys.create({
    accountId: MEMBER.account,
    region: MEMBER.region,
    alias: 'alias/reseal',
  });
  await makeBucket(clients.s3, 'theirs', MEMBER.region);
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyId } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }];
  await clients.s3.send(
    new PutBucketEncryptionCommand({ Bucket: 'theirs', ServerSideEncryptionConfiguration: { Rules } }),
  );
  const repair = {
    at: '2026-11-02T10:00:00.000Z',
    causeId: 'event-1',
    cause: 'created',
    replaced: { algorithm: 'AES256', bucketKey: false },
    wrote: { algorithm: 'aws:kms', keyId, bucketKey: true },
    policySha256: 'abc',
  };
  const set = { v: 1, ...ID, verdict: 'repair', rev: 1, compliantAt: repair.at, repairs: [repair] };
  await update(account.clients.dynamoDb, { table: TABLE, key: bucketKey(ID), set });
  return {
    account,
    algorithm: async () => (await defaultOf(clients.s3, 'theirs')).SSEAlgorithm,
    item: () => itemOf(account.clients.dynamoDb, bucketKey(ID)),
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await account[Symbol.asyncDispose]();
    },
  };
}

test('a bucket of a member is rolled back under a role there, in the ledger of the hub, and acknowledged', async () => {
  await using member = await openMember();
  const { account } = member;
  letIn(account, 'storage-operator');
  const back = await reseal(account, ['rollback', 'theirs', ...WHERE, ...LEDGER, '--role', 'storage-operator']);
  assert.deepEqual([back.status, back.stderr], [0, '']);
  const again = `reseal acknowledge theirs --table ${TABLE} --account ${MEMBER.account} --region ${MEMBER.region} --hub-region ${HUB_REGION}.`;
  assert.ok(back.stdout.includes(again), back.stdout);
  assert.equal(await member.algorithm(), 'AES256');
  const rolledBack = (await member.item())?.['rolledBack'];
  assert.match(JSON.stringify(rolledBack), new RegExp(`"by":"arn:aws:iam::${HUB}:`), 'the person, not the role');
  const ended = await reseal(account, ['acknowledge', 'theirs', ...WHERE, ...LEDGER]);
  assert.deepEqual([ended.status, ended.stderr], [0, '']);
  assert.equal((await member.item())?.['rolledBack'], undefined);
});

test('a role by its ARN says the account too, and one of another account is refused', async () => {
  await using member = await openMember();
  const { account } = member;
  letIn(account, 'storage-operator');
  const role = ['--role', `arn:aws:iam::${MEMBER.account}:role/storage-operator`];
  const other = await reseal(account, [
    'rollback',
    'theirs',
    '--account',
    HUB,
    '--region',
    'us-east-2',
    ...LEDGER,
    ...role,
  ]);
  const expected = `expected --role of account ${HUB}, as --account says, found one of ${MEMBER.account}`;
  assert.deepEqual([other.status, other.stderr.split('\n')[0]], [64, expected]);
  const odd = await reseal(account, ['rollback', 'theirs', ...WHERE, ...LEDGER, '--role', 'arn:aws:iam::1:user/eve']);
  assert.match(
    odd.stderr,
    /^expected the name or the ARN of a role after --role \(reseal-reader\), found arn:aws:iam::1:user\/eve\n/,
  );
  assert.equal(odd.status, 64);
  const back = await reseal(account, ['rollback', 'theirs', '--region', MEMBER.region, ...LEDGER, ...role]);
  assert.equal(back.status, 0, back.stderr);
});

test('who cannot reach the bucket or the ledger is told who, which role, and what to do', async () => {
  await using member = await openMember();
  const { account } = member;
  const rollback = ['rollback', 'theirs', ...WHERE, ...LEDGER];
  const rows: [args: string[], said: RegExp, credentials?: NodeJS.ProcessEnv][] = [
    [
      rollback,
      /^the bucket is in account 222222222222, and arn:aws:iam::111111111111:\S+ is of account 111111111111: name with --role a role of 222222222222 to assume\n$/,
    ],
    [
      [...rollback, '--role', 'nobody'],
      /^role arn:aws:iam::222222222222:role\/nobody could not be assumed by arn:aws:iam::111111111111:\S+ \(AccessDenied: .+\): see that there is such a role, that its trust policy lets in arn:aws:iam::111111111111:.+ may do sts:AssumeRole on it\n$/,
    ],
    [
      ['acknowledge', 'theirs', ...WHERE, '--table', TABLE],
      /^there is no table ledger in this account and Region; expected the output LedgerTableName of the hub's stack \(--hub-region names another Region\) \(ResourceNotFoundException: .+\)\n$/,
    ],
    [
      rollback,
      /^STS did not say whose credentials these are: .+the AWS credentials of this shell are missing or not valid/,
      endedCredentials(account),
    ],
  ];
  for (const [args, said, credentials] of rows) {
    const { status, stdout, stderr } = await reseal(account, args, credentials);
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, said);
  }
  assert.equal(await member.algorithm(), 'aws:kms');
});

test('a bucket of a member is explained under reseal-reader, with what the ledger of the hub has of it', async (t) => {
  await using member = await openMember();
  const { account } = member;
  const explain = ['policy', 'explain', 'theirs', '--policy', written(t, POLICY), ...WHERE, ...LEDGER];
  const shut = await reseal(account, explain);
  assert.equal(shut.status, 1);
  assert.match(
    shut.stderr,
    /^role arn:aws:iam::222222222222:role\/reseal-reader could not be assumed by .+OperatorRoleArns/,
  );
  letIn(account, 'reseal-reader');
  const read = await reseal(account, explain);
  assert.deepEqual([read.status, read.stderr], [0, '']);
  assert.match(read.stdout, /^verdict {5}compliant: /m);
  assert.match(read.stdout, /^in force {4}the policy of the last deploy/m);
  letIn(account, 'other-reader');
  account.aws.world.identity.deleteRole(`arn:aws:iam::${MEMBER.account}:role/reseal-reader`);
  assert.equal((await reseal(account, [...explain, '--role', 'other-reader'])).status, 0);
});
