import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand, PutBucketLoggingCommand } from '@aws-sdk/client-s3';
import { CreateTableBucketCommand } from '@aws-sdk/client-s3tables';
import { CreateVectorBucketCommand } from '@aws-sdk/client-s3vectors';
import type { GuardedAccount } from '../../remediation/guarded-account.ts';
import { findLogSources } from '../../../src/remediation/find-log-sources.ts';
import { letWrite } from '../../local/s3/deliveries.ts';
import { arnOfTables, maintenanceOf } from '../../local/s3tables/open-tables.ts';
import { sweepFact } from '../../remediation/facts.ts';
import { ACCOUNT, openGuardedAccount, policyWith, REGION, REPORTS } from '../../remediation/guarded-account.ts';
import { putKeyPolicy, putPolicy, STRANGER } from '../../remediation/others.ts';
import { SSE_S3, sseKms } from '../../remediation/rules.ts';
import { runCli } from '../run-cli.ts';
import { written } from '../written.ts';

const ZONE = 'euw1-az1';
const POLICY = {
  version: 1,
  standard: { algorithm: 'aws:kms', key: 'alias/reseal' },
  objects: { reencrypt: 'all' },
  rules: [
    { name: 'watched', when: { buckets: ['watched-*'] }, mode: 'observe' },
    { name: 'plain', when: { buckets: ['plain-*'] }, standard: { algorithm: 'AES256' } },
    { name: 'lost key', when: { buckets: ['keyless'] }, standard: { algorithm: 'aws:kms', key: 'alias/not-there' } },
  ],
  exceptions: [{ bucket: 'left-alone', reason: 'moves away', owner: 'eva', until: '2027-01-31' }],
};

/** Nothing but SSE-S3: then a plan asks where logs go only for buckets that are not right anyway. */
const SSE_S3_ALONE = {
  version: 1,
  standard: { algorithm: 'AES256' },
  rules: [{ name: 'put back', when: { buckets: ['right'] }, standard: { algorithm: 'AES256', strength: 'exactly' } }],
  exceptions: POLICY.exceptions,
};

const reads = (bucket: string) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` });

/** One bucket of every kind that a sweep may meet. */
async function furnished(account: GuardedAccount): Promise<void> {
  const { s3 } = account.clients;
  for (const name of ['right', 'below', 'shared', 'shared-too', 'logs', 'sender', 'sealed', 'left-alone', 'keyless'])
    await account.bucket(name);
  for (const name of ['watched-below', 'plain-right']) await account.bucket(name);
  await account.put('right', sseKms(account.keyArn));
  for (const name of ['shared', 'shared-too'])
    await putPolicy(account, name, { ...reads(name), Principal: { AWS: `arn:aws:iam::${STRANGER}:root` } });
  await letWrite(s3, 'logs', 'logging.s3.amazonaws.com');
  const BucketLoggingStatus = { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'sender/' } };
  await s3.send(new PutBucketLoggingCommand({ Bucket: 'sender', BucketLoggingStatus }));
  await account.put('logs', sseKms(account.keyArn));
  await putPolicy(account, 'sealed', {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetEncryptionConfiguration',
    Resource: 'arn:aws:s3:::sealed',
  });
  await account.put('left-alone', SSE_S3);
  await s3.send(
    new CreateBucketCommand({
      Bucket: `fast--${ZONE}--x-s3`,
      CreateBucketConfiguration: {
        Location: { Type: 'AvailabilityZone', Name: ZONE },
        Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
      },
    }),
  );
  // The key of the standard lets the maintenance of one table bucket in, so that this one is repaired and the other held.
  const own = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' };
  await putKeyPolicy(account, own, maintenanceOf(arnOfTables('lake')));
  for (const name of ['lake', 'pond']) await account.clients.s3Tables.send(new CreateTableBucketCommand({ name }));
  await account.clients.s3Vectors.send(new CreateVectorBucketCommand({ vectorBucketName: 'embeddings' }));
}

interface Line {
  bucket: string;
  verdict: string;
  rule: string;
  reasons: { code: string; message: string }[];
}

/** What the story of a sweep that only observes decides of each bucket. */
async function swept(
  account: GuardedAccount,
  names: readonly string[],
  document: object,
): Promise<Map<string, unknown>> {
  const { targets } = await findLogSources(names, { account: ACCOUNT, region: REGION }, account.sweepDeps);
  const told = new Map<string, unknown>();
  for (const bucket of names) {
    const fact = sweepFact(account, bucket, { observe: true, logSources: targets.get(bucket) ?? [] });
    const { kind, reasons } = await account.assess(fact, { policy: policyWith(document) });
    const rule = (await account.item(bucket))?.['rule'];
    told.set(bucket, { verdict: kind, rule, codes: reasons.map(({ code, message }) => [code, message]) });
  }
  return told;
}

for (const [wants, document, verdicts] of [
  ['a key', POLICY, ['compliant', 'exempt', 'hold', 'repair', 'unreadable']],
  ['SSE-S3 alone', SSE_S3_ALONE, ['compliant', 'exempt', 'hold', 'repair', 'unreadable']],
] as const)
  test(`under a policy that wants ${wants} a plan gives every kind of bucket the verdict, rule and reasons of a sweep`, async (t) => {
    await using account = await openGuardedAccount();
    await furnished(account);
    const policy = written(t, JSON.stringify(document));
    const { status, stdout, stderr } = await runCli(['plan', '--policy', policy, '--region', REGION, '--json'], {
      AWS_ENDPOINT_URL: account.aws.endpoint,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: 'true',
    });
    assert.equal(stderr, '');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { totals } = lines.pop();
    const planned = new Map(
      lines.map(({ bucket, verdict, rule, reasons }: Line) => [
        bucket,
        { verdict, rule, codes: reasons.map(({ code, message }) => [code, message]) },
      ]),
    );
    // The bucket for reports is known as Reseal's own by the stack alone, and none is deployed yet.
    assert.equal(planned.delete(REPORTS), true);
    const names = [...planned.keys()].toSorted();
    assert.equal(names.length, 15);
    for (const { bucket, cost } of lines)
      if (bucket.includes(':')) assert.deepEqual([cost?.usd ?? 0, cost?.atLeast ?? false], [0, false], bucket);
    const expected = await swept(account, names, document);
    for (const name of names) assert.deepEqual(planned.get(name), expected.get(name), name);
    assert.deepEqual([...new Set([...planned.values()].map(({ verdict }) => verdict))].toSorted(), verdicts);
    assert.equal(totals.verdicts.unreadable, 1);
    assert.equal(status, 1, 'one bucket could not be read');
  });
