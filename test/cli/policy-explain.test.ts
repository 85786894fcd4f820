import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { compilePolicyFile } from '../../cli/policy-file.ts';
import { REASONS } from '../../src/policy/reasons.ts';
import { ROOT, runCli } from './run-cli.ts';
import { DEFAULT_OBJECTS } from '../../src/policy/model.ts';

const HINT = 'reseal --help shows the commands, reseal COMMAND --help how each is used.\n';
const UNDER = ['--policy', 'events/states/policy.yaml'];

const explain = (...args: string[]) => runCli(['policy', 'explain', ...args], { NO_COLOR: '1' });

const TEXT = readFileSync(path.join(ROOT, 'docs/explain.md'), 'utf8');
const blocks = [...TEXT.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, kind = '', body = '']) => ({ kind, body }));
const examples = blocks.flatMap(({ kind, body }, index) =>
  kind === 'text' ? [{ command: blocks[index - 1]?.body.trim() ?? '', answer: body }] : [],
);

describe('docs/explain.md', () => {
  test('shows a repair and a hold', () => assert.equal(examples.length, 2));
  for (const { command, answer } of examples) {
    test(`answers as it shows: ${command}`, async () => {
      assert.deepEqual(await explain(...(command.split(' policy explain ')[1] ?? '').split(' ')), {
        status: 0,
        stdout: answer,
        stderr: '',
      });
    });
  }
});

test('--json prints the same as data', async () => {
  const { status, stdout } = await explain(
    'invoices',
    ...UNDER,
    '--state',
    'events/states/right-already.json',
    '--json',
  );
  const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(stdout), {
    bucket: 'invoices',
    account: '111122223333',
    region: 'eu-west-1',
    at: '2026-11-16T09:00:00.000Z',
    historyKnown: true,
    jobRoleKnown: true,
    rule: 'default',
    observe: false,
    standard: {
      algorithm: 'aws:kms',
      key: 'alias/reseal',
      bucketKey: true,
      blockSseC: 'leave',
      ...DEFAULT_OBJECTS,
    },
    keyArn,
    found: { algorithm: 'aws:kms', keyId: keyArn, bucketKey: true, blocked: ['SSE-C'] },
    facts: {
      read: ['key', 'bucketPolicy', 'acl', 'keyPolicy'],
      unread: [],
      notNeeded: 'tags createdAt ouPath currentKey history replication website accessPoints'.split(' '),
    },
    verdict: 'compliant',
    reasons: [],
    policy: {
      file: 'events/states/policy.yaml',
      sha256: compilePolicyFile(path.join(ROOT, 'events/states/policy.yaml')).sha256,
    },
  });
});

test('--json gives every reason its meaning and what to do', async () => {
  const { stdout } = await explain('sealed', ...UNDER, '--state', 'events/states/encryption-denied.json', '--json');
  const [{ message, ...reason }] = JSON.parse(stdout).reasons;
  assert.match(message, /^The encryption of bucket sealed could not be read/);
  const { meaning, remedy } = REASONS['read-denied'];
  assert.deepEqual(reason, { code: 'read-denied', meaning, remedy });
});

test('a bucket whose encryption nobody may read is shown as unreadable, and the exit status is 0', async () => {
  const { status, stdout } = await explain('sealed', ...UNDER, '--state', 'events/states/encryption-denied.json');
  assert.equal(status, 0);
  assert.match(stdout, /^verdict {5}unreadable: /m);
  assert.match(stdout, /^not read {4}encryption$/m);
  assert.match(stdout, /^ {2}read-denied: The encryption of bucket sealed could not be read \(AccessDenied/m);
});

describe('a wrong command line exits with 64 and says what was expected', () => {
  const state = ['--state', 'events/states/right-already.json'];
  const rows: [string[], string][] = [
    [[...UNDER, ...state], 'Missing required positional argument: BUCKET'],
    [['invoices', ...UNDER], 'expected --account and --region, or --state, found none of them'],
    [
      ['invoices', ...UNDER, '--region', 'eu-west-1'],
      'expected --account too, or --state instead, found --region alone',
    ],
    [
      ['invoices', ...UNDER, '--account', '111122223333'],
      'expected --region too, or --state instead, found --account alone',
    ],
    [
      ['invoices', ...UNDER, '--account', '1', '--region', 'eu-west-1'],
      'expected an account id of 12 digits after --account, found 1',
    ],
    [
      ['orders', ...UNDER, ...state],
      'events/states/right-already.json: expected the state of bucket orders, found that of invoices',
    ],
    [
      ['invoices', ...UNDER, ...state, '--table', 'ledger'],
      'expected no --table beside --state, because the file has it, found --table',
    ],
    [
      ['invoices', ...UNDER, ...state, '--batch-role', 'arn:aws:iam::111122223333:role/jobs'],
      'expected no --batch-role beside --state, because the file has it, found --batch-role',
    ],
    [
      ['invoices', ...UNDER, ...state, '--own'],
      'expected no --own beside --state, because the file has it, found --own',
    ],
  ];
  for (const [args, message] of rows) {
    test(args.join(' '), async () => {
      const { status, stdout, stderr } = await explain(...args);
      assert.deepEqual({ status, stdout, stderr }, { status: 64, stdout: '', stderr: `${message}\n${HINT}` });
    });
  }
});

test('a state file that is none exits with 1 and its problems', async () => {
  const { status, stdout, stderr } = await explain('invoices', ...UNDER, '--state', 'package.json');
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(
    stderr,
    /^package\.json:1:1 error bucket: expected the name of the bucket \(3 to .*\), or the ARN of a table or vector bucket, found nothing$/m,
  );
  assert.doesNotMatch(stderr, /^ {4}at /m);
});
