import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KeyFacts, Reason } from '../../../src/policy/model.ts';
import { policyWriters } from '../../../src/policy/writers/policy-writers.ts';
import type { Writer } from '../../../src/policy/writers/writer.ts';
import { type WriterCase, writerProblems } from '../../../src/policy/writers/writer-problems.ts';
import { policyOf, statementsOf } from '../../iam/documents.ts';
import { ACCOUNT, FOREIGN_KEY, KEY, USABLE } from '../literals.ts';

const STATE = { bucket: 'logs', account: ACCOUNT };
const ADMIN = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
const FOREIGN: KeyFacts = { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' };

function writersBy(principal: unknown, more: object = {}): Writer[] {
  const statement = {
    Sid: 'W',
    Effect: 'Allow',
    Principal: principal,
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::logs/*',
    ...more,
  };
  return policyWriters(statementsOf({ Statement: statement }), { bucket: 'logs', account: ACCOUNT, partition: 'aws' });
}

function keyPolicy(...statements: unknown[]): NonNullable<WriterCase['keyPolicy']> {
  return { kind: 'read', value: policyOf(ADMIN, ...statements) };
}

function holdsOf(writers: readonly Writer[], change: Partial<WriterCase> = {}): Reason[] {
  const found = writerProblems({
    writers,
    key: USABLE,
    keyPolicy: keyPolicy(),
    algorithm: 'aws:kms',
    state: STATE,
    partition: 'aws',
    ...change,
  });
  assert.equal(found.kind, 'known', JSON.stringify(found));
  return found.kind === 'known' ? found.holds : [];
}

const FLOW_LOGS = writersBy(
  { Service: 'delivery.logs.amazonaws.com' },
  { Resource: `arn:aws:s3:::logs/AWSLogs/${ACCOUNT}/vpcflowlogs/*` },
);
const FLOW_GRANT = {
  Sid: 'AllowVPCFlowLogs',
  Effect: 'Allow',
  Principal: { Service: 'delivery.logs.amazonaws.com' },
  Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
  Resource: '*',
  Condition: { StringEquals: { 'aws:SourceAccount': [ACCOUNT] } },
};
const EVIDENCE =
  'The bucket policy lets delivery.logs.amazonaws.com write (statement W, under AWSLogs/111122223333/vpcflowlogs).';

describe('what is asked', () => {
  test('the key policy, once a writer needs a grant in it', () => {
    const given = { writers: FLOW_LOGS, key: USABLE, algorithm: 'aws:kms', state: STATE, partition: 'aws' } as const;
    assert.deepEqual(writerProblems(given), { kind: 'ask', facts: ['keyPolicy'] });
    assert.deepEqual(writerProblems({ ...given, writers: [] }), { kind: 'known', holds: [] });
    assert.deepEqual(writerProblems({ ...given, algorithm: 'AES256' }), { kind: 'known', holds: [] });
  });

  test('a key policy that could not be read or understood is unread by name', () => {
    const of = (policy: NonNullable<WriterCase['keyPolicy']>) =>
      writerProblems({
        writers: FLOW_LOGS,
        key: USABLE,
        keyPolicy: policy,
        algorithm: 'aws:kms',
        state: STATE,
        partition: 'aws',
      });
    assert.deepEqual(of({ kind: 'unread', why: 'Denied.', denied: true }), {
      kind: 'unread',
      reasons: [{ code: 'key-policy-unreadable', message: 'Denied.' }],
    });
    assert.deepEqual(of({ kind: 'read', value: '{"Statement":1}' }), {
      kind: 'unread',
      reasons: [
        {
          code: 'key-policy-unreadable',
          message: `The policy of key ${KEY} was read and not understood: statement 1 is not a JSON object. Correct it, or judge the bucket by hand.`,
        },
      ],
    });
  });
});

test("a writer that the key policy lets in stands in no repair's way", () => {
  assert.deepEqual(holdsOf(FLOW_LOGS, { keyPolicy: keyPolicy(FLOW_GRANT) }), []);
});

test('a writer that the key policy does not name is held, with the statement that is missing', () => {
  assert.deepEqual(holdsOf(FLOW_LOGS), [
    {
      code: 'key-policy-lacks-writer',
      message: `Bucket logs receives VPC flow logs, and the policy of key ${KEY} does not let delivery.logs.amazonaws.com call kms:Encrypt. ${EVIDENCE} Add the statement below (reseal policy explain shows it too) to the key policy.`,
      paste: JSON.stringify(FLOW_GRANT, undefined, 2),
    },
  ]);
});

describe('a grant that falls short', () => {
  const rows: [name: string, change: object, code: string][] = [
    ['lacks an action', { Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] }, 'key-policy-lacks-writer'],
    [
      'is for another account',
      { Condition: { StringEquals: { 'aws:SourceAccount': '9'.repeat(12) } } },
      'key-policy-lacks-writer',
    ],
    [
      'is for one Region of sources',
      { Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:logs:eu-west-1:${ACCOUNT}:*` } } },
      'key-policy-unclear',
    ],
    [
      'depends on the organization',
      { Condition: { StringEquals: { 'aws:SourceOrgID': 'o-a' } } },
      'key-policy-unclear',
    ],
    ['is a denial', { Effect: 'Deny' }, 'key-policy-denies'],
  ];
  for (const [name, change, code] of rows) {
    test(name, () => {
      const granted = name === 'is a denial' ? [FLOW_GRANT] : [];
      const holds = holdsOf(FLOW_LOGS, { keyPolicy: keyPolicy(...granted, { ...FLOW_GRANT, ...change }) });
      assert.deepEqual(
        holds.map((hold) => hold.code),
        [code],
      );
    });
  }

  test('the sentence names the condition that could not be decided', () => {
    const hanging = { ...FLOW_GRANT, Condition: { StringEquals: { 'aws:SourceOrgID': 'o-a' } } };
    assert.equal(
      holdsOf(FLOW_LOGS, { keyPolicy: keyPolicy(hanging) })[0]?.message,
      `Bucket logs receives VPC flow logs, and whether the policy of key ${KEY} lets delivery.logs.amazonaws.com call kms:Encrypt could not be decided: it depends on aws:SourceOrgID (statement AllowVPCFlowLogs). ${EVIDENCE} Add the statement below (reseal policy explain shows it too) to the key policy, or settle the condition.`,
    );
  });

  test('each account that writes must be let in', () => {
    const writers = writersBy(
      { Service: 'config.amazonaws.com' },
      { Condition: { StringEquals: { 'aws:SourceAccount': [ACCOUNT, '444455556666'] } } },
    );
    const grant = { Effect: 'Allow', Principal: { Service: 'config.amazonaws.com' }, Action: 'kms:*', Resource: '*' };
    const only = (accounts: string[]) => ({ ...grant, Condition: { StringEquals: { 'AWS:SourceAccount': accounts } } });
    assert.equal(holdsOf(writers, { keyPolicy: keyPolicy(only([ACCOUNT])) })[0]?.code, 'key-policy-lacks-writer');
    assert.deepEqual(holdsOf(writers, { keyPolicy: keyPolicy(only([ACCOUNT, '444455556666'])) }), []);
  });
});

describe('the statement that is given mends what it is given for', () => {
  const services = [
    'delivery.logs.amazonaws.com',
    'cloudtrail.amazonaws.com',
    'config.amazonaws.com',
    'ses.amazonaws.com',
    's3.amazonaws.com',
    'storage-lens.s3.amazonaws.com',
    'logs.eu-west-1.amazonaws.com',
  ];
  const conditions = [
    {},
    { StringEquals: { 'aws:SourceAccount': ['444455556666', ACCOUNT] } },
    { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:eu-west-1:444455556666:*' } },
    { StringEquals: { 'aws:SourceOrgID': 'o-a' } },
  ];
  const canonical = { CanonicalUser: 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0' };
  for (const principal of [...services.map((name) => ({ Service: name })), canonical]) {
    for (const condition of conditions) {
      test(`${JSON.stringify(principal).slice(0, 60)} under ${JSON.stringify(condition)}`, () => {
        const writers = writersBy(principal, { Condition: condition });
        const [hold, ...more] = holdsOf(writers);
        assert.deepEqual([hold?.code, more], ['key-policy-lacks-writer', []]);
        const mended = keyPolicy(JSON.parse(hold?.paste ?? 'null'));
        assert.deepEqual(holdsOf(writers, { keyPolicy: mended }), []);
      });
    }
  }
});

test('CloudTrail is let in by the statement that its guide gives for the key of a trail', () => {
  const trail = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/org`;
  const writers = writersBy(
    { Service: 'cloudtrail.amazonaws.com' },
    { Condition: { StringEquals: { 'aws:SourceArn': trail } } },
  );
  const guide = {
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
    Resource: '*',
    Condition: {
      StringEquals: { 'aws:SourceArn': trail },
      StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${ACCOUNT}:trail/*` },
    },
  };
  const describeKey = { ...guide, Action: 'kms:DescribeKey', Condition: undefined };
  assert.deepEqual(holdsOf(writers, { keyPolicy: keyPolicy(guide, describeKey) }), []);
});

test('Decrypt is asked of some only where the bucket uses a bucket key', () => {
  const writers = writersBy({ CanonicalUser: 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0' });
  const grant = {
    Effect: 'Allow',
    Principal: { Service: 'delivery.logs.amazonaws.com' },
    Action: 'kms:GenerateDataKey*',
    Resource: '*',
  };
  assert.equal(holdsOf(writers, { keyPolicy: keyPolicy(grant) }).length, 1);
  assert.deepEqual(holdsOf(writers, { keyPolicy: keyPolicy(grant), bucketKey: false }), []);
});

describe('writers that no statement helps', () => {
  test('one of which nobody knows whether it can', () => {
    assert.deepEqual(holdsOf(writersBy({ Service: 'guardduty.amazonaws.com' }), { keyPolicy: undefined }), [
      {
        code: 'writer-unknown',
        message:
          'Bucket logs receives objects of guardduty.amazonaws.com, and whether they can be written under a customer key is not known. The bucket policy lets guardduty.amazonaws.com write (statement W). Name the bucket in an exception, or take the permission away.',
      },
    ]);
  });

  test('a CloudWatch export under DSSE-KMS', () => {
    const writers = writersBy({ Service: 'logs.eu-west-1.amazonaws.com' });
    const grant = {
      Effect: 'Allow',
      Principal: { Service: 'logs.eu-west-1.amazonaws.com' },
      Action: 'kms:*',
      Resource: '*',
    };
    assert.deepEqual(holdsOf(writers, { keyPolicy: keyPolicy(grant) }), []);
    assert.deepEqual(
      holdsOf(writers, { keyPolicy: keyPolicy(grant), algorithm: 'aws:kms:dsse' }).map(({ code }) => code),
      ['writer-cannot-dsse'],
    );
  });

  test('any under a key that AWS manages', () => {
    assert.deepEqual(holdsOf(FLOW_LOGS, { key: { ...USABLE, manager: 'AWS' } }), [
      {
        code: 'key-policy-lacks-writer',
        message: `Bucket logs receives VPC flow logs, and the AWS managed key ${KEY} can be granted to nobody. ${EVIDENCE} Name a key of your own in the policy.`,
      },
    ]);
  });

  test("any under another account's key, whose policy is not even asked for", () => {
    assert.deepEqual(holdsOf(FLOW_LOGS, { key: FOREIGN, keyPolicy: undefined }), [
      {
        code: 'key-policy-not-ours',
        message: `Bucket logs receives VPC flow logs, and the policy of key ${FOREIGN_KEY} can be read in account 444455556666 alone. ${EVIDENCE} Name a key of account ${ACCOUNT} in the policy, or name the bucket in an exception.`,
      },
    ]);
  });
});
