import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { createPolicyPin } from '../../src/aws/published-policy/pinned-policy.ts';
import { TABLE } from '../aws/fixture.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from '../remediation/guarded-account.ts';
import { runCli } from './run-cli.ts';
import { written } from './written.ts';

const HEAD = 'version: 1\nstandard: { algorithm: aws:kms, key: alias/reseal }\n';
const PLACE = ['--bucket', 'policies', '--table', TABLE, '--region', REGION];
const AS = `Account ${ACCOUNT}, ${REGION}, as arn:aws:iam::${ACCOUNT}:root\n`;
const SURE = 'Reseal changes buckets under this policy (mode: enforce).\n';

/** Runs it against the embedded AWS, with no terminal at its standard input. */
function publish(account: GuardedAccount, args: string[], credentials = true) {
  const keys = credentials ? { AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'local' } : {};
  const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: account.aws.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...nowhere,
    ...keys,
  };
  return runCli(['policy', 'publish', ...args, ...PLACE], env);
}

async function opened(): Promise<GuardedAccount> {
  const account = await openGuardedAccount();
  const Bucket = await account.bucket('policies');
  await account.clients.s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  return account;
}

const pinOf = ({ clients }: GuardedAccount) => createPolicyPin(clients.dynamoDb, TABLE)();

test('the difference and every warning are shown, and nothing is published unless somebody says so', async (t) => {
  await using account = await opened();
  const first = written(
    t,
    `${HEAD}rules:\n  - { name: web, when: { buckets: [www.*] }, standard: { algorithm: AES256 } }\n`,
  );
  const { status, stdout } = await publish(account, [first, '--yes']);
  assert.equal(status, 0);
  assert.match(
    stdout,
    /No policy was published here before\. .* All that the new one says:\n(?: {2}\+ .*\n)+Reseal changes buckets .*\n\S+ is in force within a minute: .* publication 1\n$/,
  );

  const next = written(
    t,
    `mode: observe\n${HEAD}rules:\n  - { name: pilot, when: { regions: [eu-wset-1] }, mode: enforce }\n  - { name: web, when: { buckets: [www.*] }, standard: { algorithm: aws:kms } }\n`,
  );
  const shown = `${next}:5:38 warning rules[0].when.regions[0]: expected a Region that this version knows (eu-west-1?), because no bucket is in one that is misspelt, found "eu-wset-1"
${AS}The difference to publication 1, which is in force:
  - mode: "enforce"
  + mode: "observe"
  - rules in order: "web"
  + rules in order: "pilot", "web"
  - rules."web".standard.algorithm: "AES256"
  + rules."web".standard.algorithm: "aws:kms"
  + rules."pilot".mode: "enforce"
  + rules."pilot".name: "pilot"
  + rules."pilot".when.regions: ["eu-wset-1"]
Reseal changes only the buckets of rule "pilot" (mode: observe).
`;
  assert.deepEqual(await publish(account, [next, '--dry-run']), {
    status: 0,
    stdout: `${shown}Nothing was published (--dry-run).\n`,
    stderr: '',
  });
  const asked = await publish(account, [next]);
  assert.deepEqual([asked.status, asked.stdout], [64, shown]);
  assert.match(
    asked.stderr,
    /^expected --yes, because standard input is no terminal and nobody can answer; nothing is changed\n/,
  );
  assert.equal((await pinOf(account))?.order, 1);
  const same = await publish(account, [first, '--yes']);
  assert.deepEqual(same, {
    status: 0,
    stdout: `${AS}No difference to publication 1, which is in force.\n${SURE}Nothing was published: this policy is in force already.\n`,
    stderr: '',
  });
  assert.equal((await pinOf(account))?.order, 1);
});

test('what is in force and cannot be read is said, and can be replaced', async (t) => {
  await using account = await opened();
  const file = written(t, HEAD);
  await publish(account, [file, '--yes']);
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetObject', times: 1 });
  const { status, stdout } = await publish(account, [file, '--yes']);
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^Publication 1 is in force\. What it says cannot be read, so no difference is shown: AccessDenied: /m,
  );
  assert.equal((await pinOf(account))?.order, 2);
});

test('missing credentials are blamed on the credentials', async (t) => {
  await using account = await opened();
  assert.deepEqual(await publish(account, [written(t, HEAD), '--yes'], false), {
    status: 1,
    stdout: '',
    stderr:
      'STS did not say whose credentials these are: CredentialsProviderError: Could not load credentials from any providers; the AWS credentials of this shell are missing or not valid: set AWS_PROFILE or the access keys, or sign in again\n',
  });
});

test('--observe publishes a policy that changes nothing, whatever the file says or leaves out', async (t) => {
  await using account = await opened();
  const pilot = 'rules:\n  - { name: pilot, when: { regions: [eu-west-1] }, mode: enforce }\n';
  for (const text of [HEAD, `${HEAD}${pilot}`, `mode: enforce\n${HEAD}`, `mode: observe\n${HEAD}${pilot}`]) {
    const { status, stdout } = await publish(account, [written(t, text), '--observe', '--dry-run']);
    assert.deepEqual([status, /^Reseal changes no bucket under this policy .*$/m.test(stdout)], [0, true], stdout);
  }
});
