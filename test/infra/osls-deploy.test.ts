import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { startLocal } from '../../local/start-local.ts';
import { VERSION } from '../../src/runtime/version.ts';
import { createClients } from '../local/clients.ts';
import { shellOf } from '../local/shell.ts';
import { PATIENCE_MS, runHere } from './osls.ts';
import { directory } from './packaged-template.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:security`;
const AT_ONCE = ['--param=SettleSeconds=0', '--param=UnreadableRetrySeconds=0'];
/** What was packaged for the other tests is deployed as it is. */
const PACKAGED = ['--package', path.relative(ROOT, directory)];

async function openAccount() {
  const aws = await startLocal();
  const clients = createClients(aws, { account: ACCOUNT, region: REGION });
  aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/reseal' });
  const env = shellOf(aws, { AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'local' });
  const osls = async (...args: string[]) => {
    const { status, output } = await runHere('npx', ['osls', ...args, '--region', REGION], env);
    assert.equal(status, 0, output);
    return output;
  };
  const stack = async () => {
    const { Stacks: [found] = [] } = await clients.cloudFormation.send(
      new DescribeStacksCommand({ StackName: 'reseal-prod' }),
    );
    return {
      parameters: Object.fromEntries((found?.Parameters ?? []).map((each) => [each.ParameterKey, each.ParameterValue])),
      outputs: Object.fromEntries((found?.Outputs ?? []).map((each) => [each.OutputKey, each.OutputValue ?? ''])),
      tags: Object.fromEntries((found?.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    };
  };
  return {
    ...clients,
    env,
    osls,
    stack,
    /** Makes a bucket, and gives what the ledger says of it in the end. */
    judged: async (Bucket: string) => {
      const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
      await clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
      assert.equal(await aws.world.activity.idle(30_000), true, JSON.stringify(aws.world.activity.counts));
      const Key = { pk: { S: `BUCKET#${ACCOUNT}/${REGION}/${Bucket}` }, sk: { S: 'STATE' } };
      const TableName = (await stack()).outputs['LedgerTableName'];
      const { Item } = await clients.dynamoDb.send(new GetItemCommand({ TableName, Key }));
      return Item === undefined ? undefined : unmarshall(Item);
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

test(
  'parameters that a deployment does not repeat keep their values, and an empty one is emptied',
  { timeout: PATIENCE_MS },
  async () => {
    await using account = await openAccount();
    const { osls, stack } = account;
    await osls('deploy', ...PACKAGED, `--param=AlarmTopicArn=${TOPIC}`, `--param=NotifyTopicArn=${TOPIC}`);
    await osls('deploy', ...PACKAGED, '--param=SettleSeconds=70');
    const { parameters, tags, outputs } = await stack();
    assert.deepEqual(
      [parameters['AlarmTopicArn'], parameters['NotifyTopicArn'], parameters['SettleSeconds'], parameters['LogLevel']],
      [TOPIC, TOPIC, '70', 'INFO'],
    );
    assert.deepEqual(tags, { STAGE: 'prod', 'reseal:version': VERSION });
    assert.equal(outputs['Version'], VERSION);

    await osls('deploy', ...PACKAGED, '--param=AlarmTopicArn=');
    const { parameters: after } = await stack();
    assert.deepEqual([after['AlarmTopicArn'], after['NotifyTopicArn'], after['SettleSeconds']], ['', TOPIC, '70']);
  },
);

test(
  'a hub that was removed goes on with its ledger and the policy that was published to it',
  { timeout: PATIENCE_MS },
  async (t) => {
    await using account = await openAccount();
    const { osls, stack, judged } = account;
    await osls('deploy', ...PACKAGED, ...AT_ONCE);
    const { LedgerTableName: ledger = '', PolicyBucketName: bucket = '', ReportsBucketName } = (await stack()).outputs;

    const folder = mkdtempSync(path.join(tmpdir(), 'reseal-policy-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'observe.yaml');
    writeFileSync(file, 'version: 1\nmode: observe\nstandard: { algorithm: aws:kms, key: alias/reseal }\n');
    const publish = ['policy', 'publish', file, '--yes'];
    const place = ['--bucket', bucket, '--table', ledger, '--region', REGION];
    const command = ['--import', path.join(ROOT, 'local/loopback-hook.mjs'), 'cli/reseal.mjs', ...publish, ...place];
    await promisify(execFile)(process.execPath, command, { cwd: ROOT, env: account.env });
    const before = await judged('before');
    assert.deepEqual([before?.['verdict'], before?.['observed']], ['repair', true]);

    const removed = await osls('remove');
    assert.match(removed, new RegExp(`Kept: the ledger ${ledger}\n`));
    assert.match(removed, new RegExp(`Kept: the policy bucket ${bucket}\n`));
    // Where its name does not follow from the stack, a new one cannot be made beside it.
    await account.s3.send(new DeleteBucketCommand({ Bucket: ReportsBucketName }));

    const again = await osls('deploy', ...PACKAGED, ...AT_ONCE);
    assert.match(again, new RegExp(`Goes on with the ledger ${ledger}\n`));
    const { outputs } = await stack();
    assert.deepEqual([outputs['LedgerTableName'], outputs['PolicyBucketName']], [ledger, bucket]);
    const after = await judged('after');
    assert.deepEqual(
      [after?.['verdict'], after?.['observed'], after?.['policySha256']],
      ['repair', true, before?.['policySha256']],
    );
    const Key = { pk: { S: `BUCKET#${ACCOUNT}/${REGION}/before` }, sk: { S: 'STATE' } };
    const { Item } = await account.dynamoDb.send(new GetItemCommand({ TableName: ledger, Key }));
    assert.deepEqual(Item && unmarshall(Item), before);
  },
);
