import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { deliver, paste, putKeyPolicy, putPolicy, told } from './others.ts';
import { BLOCKS_SSE_C, dsseKms, SSE_S3, sseKms } from './rules.ts';

const NEW_BUCKET = { ...SSE_S3, ...BLOCKS_SSE_C };
const FOREIGN = '999999999999';

interface Row {
  what: string;
  service: string;
  folder: string;
  /** The resource of this account that it writes for. */
  sourceArn: string;
  /** True where AWS documents a grant that does not say for which account. */
  forAnybody?: true;
}

const WRITERS: Row[] = [
  {
    what: 'VPC flow logs',
    service: 'delivery.logs.amazonaws.com',
    folder: 'vpcflowlogs',
    sourceArn: `arn:aws:logs:${REGION}:${ACCOUNT}:delivery-source:flow`,
  },
  {
    what: 'Network Load Balancer access logs',
    service: 'delivery.logs.amazonaws.com',
    folder: 'elasticloadbalancing',
    sourceArn: `arn:aws:logs:${REGION}:${ACCOUNT}:*`,
  },
  {
    what: 'CloudTrail logs',
    service: 'cloudtrail.amazonaws.com',
    folder: 'CloudTrail',
    sourceArn: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/all`,
  },
  {
    what: 'Config history',
    service: 'config.amazonaws.com',
    folder: 'Config',
    sourceArn: `arn:aws:config:${REGION}:${ACCOUNT}:config-rule/all`,
  },
  {
    what: 'CloudFront standard logs (v2)',
    service: 'delivery.logs.amazonaws.com',
    folder: 'CloudFront',
    sourceArn: `arn:aws:logs:us-east-1:${ACCOUNT}:delivery-source:cf`,
  },
  {
    what: 'WAF logs',
    service: 'delivery.logs.amazonaws.com',
    folder: 'WAFLogs',
    sourceArn: `arn:aws:logs:${REGION}:${ACCOUNT}:*`,
  },
  {
    what: 'SES incoming mail',
    service: 'ses.amazonaws.com',
    folder: 'mail',
    sourceArn: `arn:aws:ses:${REGION}:${ACCOUNT}:receipt-rule-set/in:receipt-rule/all`,
  },
  { what: 'S3 Inventory reports', service: 's3.amazonaws.com', folder: 'inventory', sourceArn: 'arn:aws:s3:::app' },
  {
    what: 'S3 Storage Lens exports',
    service: 'storage-lens.s3.amazonaws.com',
    folder: 'lens',
    sourceArn: `arn:aws:s3:${REGION}:${ACCOUNT}:storage-lens/all`,
  },
  {
    what: 'CloudWatch Logs exports',
    service: `logs.${REGION}.amazonaws.com`,
    folder: 'exports',
    sourceArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*`,
    forAnybody: true,
  },
];

const keyOf = ({ folder }: Row) => `AWSLogs/${ACCOUNT}/${folder}/one.log`;

/** One delivery for a resource of this account, or of another. */
function delivered(account: GuardedAccount, row: Row, sourceAccount = ACCOUNT): Promise<string> {
  const { service } = row;
  const sourceArn = row.sourceArn.replace(ACCOUNT, sourceAccount);
  return deliver(account, { service, bucket: 'logs', key: keyOf(row), sourceArn, sourceAccount });
}

/** A bucket that the service may write to, whoever it writes for. */
async function withLogs(account: GuardedAccount, { service, folder }: Row): Promise<void> {
  await account.bucket('logs');
  await putPolicy(account, 'logs', {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::logs/AWSLogs/${ACCOUNT}/${folder}/*`,
  });
}

for (const row of WRITERS) {
  test(`${row.what} fail under a key without a grant: the bucket is held, and pasting what the hold gives lets it be repaired`, async () => {
    await using account = await openGuardedAccount();
    await withLogs(account, row);
    assert.equal(await delivered(account, row), 'delivered');
    await account.put('logs', sseKms(account.keyArn));
    assert.equal(await delivered(account, row), 'KeyPolicyDenies');
    await account.put('logs', NEW_BUCKET);

    const held = await account.assess(eventFact(account, 'logs'));
    assert.deepEqual(told(held), ['hold', ['key-policy-lacks-writer', 'weaker-algorithm']]);
    assert.deepEqual([await account.rule('logs'), await delivered(account, row)], [NEW_BUCKET, 'delivered']);
    assert.deepEqual((await account.item('logs'))?.['reasons'], held.reasons);

    assert.equal(await paste(account, held.reasons), 1);
    account.advance(60);
    assert.equal((await account.assess(eventFact(account, 'logs'))).kind, 'repair');
    assert.equal(await delivered(account, row), 'delivered');
    const head = await account.clients.s3.send(new HeadObjectCommand({ Bucket: 'logs', Key: keyOf(row) }));
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ['aws:kms', account.keyArn]);
    const foreign = row.forAnybody === true ? 'delivered' : 'KeyPolicyDenies';
    assert.equal(await delivered(account, row, FOREIGN), foreign);
  });
}

test('a writer that nobody knows is a hold without anything to paste', async () => {
  await using account = await openGuardedAccount();
  await withLogs(account, { what: '', service: 'groundstation.amazonaws.com', folder: 'new', sourceArn: '' });
  const held = await account.assess(eventFact(account, 'logs'));
  assert.deepEqual(told(held), ['hold', ['writer-unknown', 'weaker-algorithm']]);
  assert.deepEqual(
    [held.reasons.map((reason) => reason.paste), await account.rule('logs')],
    [[undefined, undefined], NEW_BUCKET],
  );
});

test('logs and their writers are all named at once', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('logs');
  const statements = WRITERS.map(({ service, folder }) => ({
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::logs/AWSLogs/${ACCOUNT}/${folder}/*`,
  }));
  await putPolicy(account, 'logs', ...statements);
  const held = await account.assess(eventFact(account, 'logs'));
  const lacking = WRITERS.map(() => 'key-policy-lacks-writer');
  assert.deepEqual(told(held), ['hold', [...lacking, 'weaker-algorithm']]);
  assert.equal(await paste(account, held.reasons), WRITERS.length);
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, 'logs'))).kind, 'repair');
  for (const row of WRITERS) assert.equal(await delivered(account, row), 'delivered', row.what);
});

test('CloudWatch cannot export under DSSE-KMS whatever the key policy says, so such a standard is a hold', async () => {
  await using account = await openGuardedAccount();
  const row = WRITERS.find(({ what }) => what === 'CloudWatch Logs exports');
  assert.ok(row);
  await withLogs(account, row);
  await paste(account, (await account.assess(eventFact(account, 'logs'))).reasons);
  await account.put('logs', dsseKms(account.keyArn));
  assert.equal(await delivered(account, row), 'DsseNotSupported');
  await account.put('logs', NEW_BUCKET);
  account.advance(60);
  const policy = policyWith({ standard: { algorithm: 'aws:kms:dsse', key: 'alias/reseal' } });
  const held = await account.assess(eventFact(account, 'logs'), { policy });
  assert.deepEqual(told(held), ['hold', ['writer-cannot-dsse', 'weaker-algorithm']]);
  assert.deepEqual([await account.rule('logs'), await delivered(account, row)], [NEW_BUCKET, 'delivered']);
});

test('a Bucket Key stops a trail whose grant lacks kms:Decrypt: turning only that on is held, and pasting lets it be repaired', async () => {
  await using account = await openGuardedAccount();
  const row = WRITERS.find(({ what }) => what === 'CloudTrail logs');
  assert.ok(row);
  await withLogs(account, row);
  const grant = { Effect: 'Allow', Resource: '*' };
  const actions = ['kms:GenerateDataKey*', 'kms:DescribeKey'];
  await putKeyPolicy(
    account,
    { ...grant, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*' },
    { ...grant, Principal: { Service: row.service }, Action: actions },
  );
  const without = { ...sseKms(account.keyArn), ...BLOCKS_SSE_C, BucketKeyEnabled: false };
  await account.put('logs', { ...without, BucketKeyEnabled: true });
  assert.equal(await delivered(account, row), 'KeyPolicyDenies');
  await account.put('logs', without);
  assert.equal(await delivered(account, row), 'delivered');

  const held = await account.assess(eventFact(account, 'logs'));
  assert.deepEqual(told(held), ['hold', ['key-policy-lacks-writer', 'bucket-key-off']]);
  assert.deepEqual([await account.rule('logs'), await delivered(account, row)], [without, 'delivered']);
  assert.equal(await paste(account, held.reasons), 1);
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, 'logs'))).kind, 'repair');
  assert.equal(await delivered(account, row), 'delivered');
});
