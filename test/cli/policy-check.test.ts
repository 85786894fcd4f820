import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms';
import { startLocal } from '../../local/start-local.ts';
import { createClients } from '../local/clients.ts';
import { runCli } from './run-cli.ts';
import { written } from './written.ts';

const NOWHERE = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_REGION: undefined,
  AWS_DEFAULT_REGION: undefined,
  AWS_PROFILE: undefined,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const STANDARD = 'version: 1\nstandard: { algorithm: aws:kms, key: alias/reseal }\n';

test('a good policy exits with 0 and says so', async () => {
  assert.deepEqual(await run(['policy', 'check', 'reseal.yaml']), {
    status: 0,
    stdout: '',
    stderr: 'reseal.yaml is good\n',
  });
});

test('warnings are lines on standard output, in the order of the file, and exit with 0', async (t) => {
  const file = written(
    t,
    `exceptions:\n  - { bucket: old, reason: r, owner: o, until: 2020-01-01 }\nrules:\n  - { name: a, when: {} }\n  - { name: b, when: { kind: directory } }\n${STANDARD}`,
  );
  assert.deepEqual(await run(['policy', 'check', file]), {
    status: 0,
    stdout:
      `${file}:2:41 warning exceptions[0].until: expected a day that is not over, found "2020-01-01"\n` +
      `${file}:5:5 warning rules[1]: expected buckets that no earlier rule takes, found rule "b", whose buckets all go to rules[0] "a"\n`,
    stderr: `${file} is good\n`,
  });
});

test('an exception that lasts longer than the policy allows is an error', async (t) => {
  const file = written(
    t,
    `exceptions:\n  - { bucket: old, reason: r, owner: o, until: 2099-12-31 }\nlimits: { exceptionDays: 90 }\n${STANDARD}`,
  );
  const { status, stdout } = await run(['policy', 'check', file]);
  assert.equal(status, 1);
  assert.match(
    stdout,
    /:2:41 error exceptions\[0\]\.until: expected a day within 90 days \(limits\.exceptionDays\): .* or earlier, found "2099-12-31"\n$/,
  );
});

describe('errors are lines on standard output and exit with 1', () => {
  const rows: [string, string, string][] = [
    [
      'of the language',
      'version: 1\nrules: [{ name: default, when: {} }]\nstandard: { algorithm: AES256, key: keep }\n',
      ':2:11 error rules[0].name: expected a name of your own: default, unknown and all that begins with built-in are taken, found "default"',
    ],
    [
      'of YAML',
      'version: 1\n\tmode: x\n',
      ':2:1 error the policy: expected spaces at the start of a line, two for each level, found a tab',
    ],
    [
      'of a tag that nobody knows',
      `${STANDARD}mode: !secret enforce\n`,
      ":3:7 error the policy: expected '!secret', put it in quotes, because ! in front of a word is a YAML tag, found !secret",
    ],
  ];
  for (const [name, body, line] of rows) {
    test(name, async (t) => {
      const file = written(t, body);
      const { status, stdout, stderr } = await run(['policy', 'check', file]);
      assert.deepEqual([status, stdout.split('\n')[0], stderr], [1, `${file}${line}`, '']);
    });
  }

  test('of a file that is not there', async () => {
    const line =
      'no.yaml:1:1 error the policy: expected a file that can be read (check the path and its permissions), found ENOENT\n';
    assert.deepEqual(await run(['policy', 'check', 'no.yaml']), { status: 1, stdout: line, stderr: '' });
  });

  test('of aliases that multiply without end', async (t) => {
    const levels = Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n},`.repeat(9)}*l${n}]\n`);
    const file = written(t, `l0: &l0 x\n${levels.join('')}`);
    const { status, stdout } = await run(['policy', 'check', file]);
    assert.deepEqual(
      [status, stdout],
      [
        1,
        `${file}:1:1 error the policy: expected YAML aliases (*name) that can be resolved, found some that multiply without end: write the values out\n`,
      ],
    );
  });
});

describe('a wrong command line exits with 64', () => {
  const rows: [string[], string][] = [
    [[], 'Missing required positional argument: FILE'],
    [['reseal.yaml', '--strict'], 'expected one of --live, --account, --region, found --strict'],
    [['reseal.yaml', '--account', '111111111111'], 'expected --live beside --account, found nothing'],
    [['reseal.yaml', '--region', 'eu-west-1'], 'expected --live beside --region, found nothing'],
  ];
  for (const [args, message] of rows) {
    test(args.join(' ') || 'no file', async () => {
      const { status, stderr } = await run(['policy', 'check', ...args]);
      assert.deepEqual([status, stderr.split('\n')[0]], [64, message]);
    });
  }
});

describe('--live', () => {
  const policy = `version: 1
standard:
  algorithm: aws:kms
  key: { default: alias/reseal, eu-central-1: alias/frankfurt, '222222222222': alias/theirs }
rules:
  - { name: a, when: { regions: [eu-west-1] }, standard: { key: alias/missing } }
  - { name: b, when: { accounts: ['111111111111'] }, standard: { key: alias/mine } }
`;

  test('asks KMS wherever an alias is looked up, and warns where it is not', async (t) => {
    await using local = await startLocal();
    await alias(local, 'eu-west-1', 'alias/reseal');
    const file = written(t, policy);
    const env = { AWS_ENDPOINT_URL: local.endpoint, AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'local' };
    assert.deepEqual(await run(['policy', 'check', file, '--live'], env), {
      status: 0,
      stdout:
        `${file}:4:33 warning standard.key.eu-central-1: expected an alias that your account has in eu-central-1, found "alias/frankfurt", which KMS does not know there\n` +
        `${file}:6:60 warning rules[0].standard.key: expected an alias that your account has in eu-west-1, found "alias/missing", which KMS does not know there\n`,
      stderr: `${file} is good (3 aliases asked in eu-west-1, eu-central-1; 2 not, which other accounts get (--account says which is yours))\n`,
    });
    const { stdout } = await run(['policy', 'check', file, '--live', '--account', '111111111111'], env);
    assert.deepEqual(
      stdout.match(/rules\[1\].*/g),
      ['eu-west-1', 'eu-central-1'].map(
        (region) =>
          `rules[1].standard.key: expected an alias that your account has in ${region}, found "alias/mine", which KMS does not know there`,
      ),
    );
  });

  test('asks in the Region of --region alone, else in that of the profile', async (t) => {
    await using local = await startLocal();
    const env = { AWS_ENDPOINT_URL: local.endpoint, AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'local' };
    const named = await run(['policy', 'check', written(t, policy), '--live', '--region', 'ap-south-1'], env);
    assert.match(named.stderr, /is good \(1 alias asked in ap-south-1; /);
    const config = written(
      t,
      '[profile theirs]\nregion = sa-east-1\naws_access_key_id = 111111111111\naws_secret_access_key = local\n',
    );
    const profile = {
      AWS_ENDPOINT_URL: local.endpoint,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_CONFIG_FILE: config,
      AWS_PROFILE: 'theirs',
    };
    const asked = await run(['policy', 'check', 'reseal.yaml', '--live'], profile);
    assert.deepEqual([asked.status, asked.stderr], [0, 'reseal.yaml is good (1 alias asked in sa-east-1)\n']);
  });

  test('asks only for the account of the credentials', async (t) => {
    await using local = await startLocal();
    const env = { AWS_ENDPOINT_URL: local.endpoint, AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'local' };
    const { status, stdout, stderr } = await run(
      ['policy', 'check', written(t, policy), '--live', '--account', '222222222222'],
      env,
    );
    assert.deepEqual([status, stdout], [1, '']);
    assert.equal(
      stderr,
      'expected credentials of account 222222222222 (--account), found those of 111111111111 (arn:aws:iam::111111111111:root): KMS answers for the account of the credentials alone\n',
    );
  });

  test('does not ask where only another account has a key', async (t) => {
    await using local = await startLocal();
    const env = { AWS_ENDPOINT_URL: local.endpoint, AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'local' };
    const file = written(
      t,
      "version: 1\nstandard: { algorithm: aws:kms, key: { eu-west-1: alias/a, '222222222222/sa-east-1': alias/b } }\nrules: [{ name: a, when: { accounts: ['222222222222'], regions: [ap-south-1] } }]\n",
    );
    const { stderr } = await run(['policy', 'check', file, '--live', '--account', '111111111111'], env);
    assert.match(stderr, / is good \(1 alias asked in eu-west-1; 1 not, /);
  });

  test('claims nothing where KMS does not say', async () => {
    const { status, stdout, stderr } = await run(['policy', 'check', 'reseal.yaml', '--live'], {
      AWS_REGION: 'eu-west-1',
    });
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(
      stderr,
      /^KMS did not say whether alias\/reseal is in eu-west-1: CredentialsProviderError: .*; the AWS credentials of this shell are missing or not valid: set AWS_PROFILE or the access keys, or sign in again\n$/,
    );
  });

  test('asks in no Region that is none', async () => {
    const { status, stderr } = await run(['policy', 'check', 'reseal.yaml', '--live'], { AWS_REGION: 'mars' });
    assert.deepEqual([status, stderr], [1, 'expected a Region in AWS_REGION or the profile (eu-west-1), found mars\n']);
  });

  test('has to know where to ask', async () => {
    assert.deepEqual(await run(['policy', 'check', 'reseal.yaml', '--live']), {
      status: 1,
      stdout: '',
      stderr:
        'the policy names no Region: say with --region in which to ask KMS, or set AWS_REGION or the Region of the profile\n',
    });
  });
});

test('5,000 rules are checked, and how long that took is printed', async (t) => {
  const rules = Array.from(
    { length: 5000 },
    (_, n) =>
      `  - name: team-${n}\n    when:\n      buckets: [team-${n}-*]\n    standard:\n      key: alias/team-${n}\n`,
  );
  const file = written(t, `${STANDARD}rules:\n${rules.join('')}`);
  const started = performance.now();
  assert.deepEqual(await run(['policy', 'check', file]), { status: 0, stdout: '', stderr: `${file} is good\n` });
  t.diagnostic(`it took ${Math.round(performance.now() - started)} ms (about a second where nothing else runs)`);
});

async function alias(local: Awaited<ReturnType<typeof startLocal>>, region: string, name: string): Promise<void> {
  await using clients = createClients(local, { region });
  const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand({}));
  await clients.kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: KeyMetadata?.KeyId }));
}

/** Run without anything that the environment says of AWS. */
const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  runCli(args, { PATH: process.env['PATH'], HOME: process.env['HOME'], ...NOWHERE, NO_COLOR: '1', ...env });
