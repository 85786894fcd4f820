import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Context } from '../../../src/iam/conditions.ts';
import type { KeyFacts, Reason } from '../../../src/policy/model.ts';
import { policyWriters } from '../../../src/policy/writers/policy-writers.ts';
import type { ServiceGrant } from '../../../src/policy/writers/services.ts';
import type { Writer } from '../../../src/policy/writers/writer.ts';
import { type WriterCase, writerReasons } from '../../../src/policy/writers/writer-reasons.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT, bucketWith, FOREIGN_KEY, KEY, safetyWith, USABLE } from '../literals.ts';

const STATE = bucketWith({ algorithm: 'AES256' });
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

function keyPolicy(...statements: unknown[]): WriterCase['safety'] {
  return safetyWith({ keyPolicy: statementsOf({ Statement: [ADMIN, ...statements] }) });
}

function holdsOf(writers: readonly Writer[], change: Partial<WriterCase> = {}): Reason[] {
  return writerReasons({
    writers,
    key: USABLE,
    safety: keyPolicy(),
    algorithm: 'aws:kms',
    state: STATE,
    partition: 'aws',
    ...change,
  });
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
  Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
};
const EVIDENCE =
  'The bucket policy lets delivery.logs.amazonaws.com write (statement W, under AWSLogs/111122223333/vpcflowlogs).';

test('without writers, or under SSE-S3, nobody is stopped', () => {
  assert.deepEqual(holdsOf([]), []);
  assert.deepEqual(holdsOf(FLOW_LOGS, { algorithm: 'AES256' }), []);
});

test("a writer that the key policy lets in stands in no repair's way", () => {
  assert.deepEqual(holdsOf(FLOW_LOGS, { safety: keyPolicy(FLOW_GRANT) }), []);
});

test('a writer that the key policy does not name is held, with the statement that is missing', () => {
  assert.deepEqual(holdsOf(FLOW_LOGS), [
    {
      code: 'key-policy-lacks-writer',
      message: `${EVIDENCE} So bucket logs receives VPC flow logs, and the policy of key ${KEY} does not let delivery.logs.amazonaws.com call kms:Encrypt: add the statement below (reseal policy explain shows it too) to the key policy, or ask for AES256 there by a rule of the policy.`,
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
      const holds = holdsOf(FLOW_LOGS, { safety: keyPolicy(...granted, { ...FLOW_GRANT, ...change }) });
      assert.deepEqual(
        holds.map((hold) => hold.code),
        [code],
      );
    });
  }

  test('the sentence names the condition that could not be decided', () => {
    const hanging = { ...FLOW_GRANT, Condition: { StringEquals: { 'aws:SourceOrgID': 'o-a' } } };
    assert.equal(
      holdsOf(FLOW_LOGS, { safety: keyPolicy(hanging) })[0]?.message,
      `${EVIDENCE} So bucket logs receives VPC flow logs, and whether the policy of key ${KEY} lets delivery.logs.amazonaws.com call kms:Encrypt could not be decided, because it depends on aws:SourceOrgID (statement AllowVPCFlowLogs): add the statement below (reseal policy explain shows it too) to the key policy, or ask for AES256 there by a rule of the policy.`,
    );
  });

  test('each account that writes must be let in', () => {
    const writers = writersBy(
      { Service: 'config.amazonaws.com' },
      { Condition: { StringEquals: { 'aws:SourceAccount': [ACCOUNT, '444455556666'] } } },
    );
    const grant = { Effect: 'Allow', Principal: { Service: 'config.amazonaws.com' }, Action: 'kms:*', Resource: '*' };
    const only = (accounts: string[]) => ({ ...grant, Condition: { StringEquals: { 'AWS:SourceAccount': accounts } } });
    assert.equal(holdsOf(writers, { safety: keyPolicy(only([ACCOUNT])) })[0]?.code, 'key-policy-lacks-writer');
    assert.deepEqual(holdsOf(writers, { safety: keyPolicy(only([ACCOUNT, '444455556666'])) }), []);
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
    { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b' } },
    { StringEquals: { 'aws:SourceOrgID': 'o-a' }, StringNotEquals: { 'aws:SourceAccount': '444455556666' } },
    { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': 'o-a/r-b/ou-b-1/*' } },
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
        const paste = JSON.parse(hold?.paste ?? 'null');
        assert.deepEqual(paste.Condition, principal === canonical ? undefined : condition);
        const mended = keyPolicy(paste);
        assert.deepEqual(holdsOf(writers, { safety: mended }), []);
      });
    }
  }
});

test('of a service that writes for any account only the own one is let in: it is held, and the bucket policy is to say for whom', () => {
  const writers = writersBy({ Service: 'config.amazonaws.com' });
  const own = { StringEquals: { 'aws:SourceAccount': ACCOUNT } };
  const grant = { ...FLOW_GRANT, Principal: { Service: 'config.amazonaws.com' }, Condition: own };
  const [hold] = holdsOf(writers, { safety: keyPolicy(grant) });
  assert.deepEqual([hold?.code, hold?.paste], ['key-policy-unclear', undefined]);
  assert.match(hold?.message ?? '', /: say for which accounts it writes by aws:SourceAccount, .* in the bucket policy/);
  const saying = writersBy({ Service: 'config.amazonaws.com' }, { Condition: own });
  assert.deepEqual(holdsOf(saying, { safety: keyPolicy(grant) }), []);
});

test('what two statements of the bucket policy say is pasted together, and what only one says is not', () => {
  const is = (id: string) => ({ StringEquals: { 'aws:SourceAccount': id } });
  const not = (...ids: string[]) => ({ StringNotEquals: { 'aws:SourceOrgID': ids } });
  const [one, two] = [
    { ...is(ACCOUNT), ...not('o-a', 'o-b'), ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b' } },
    { ...is('444455556666'), ...not('o-b') },
  ].map((Condition) => writersBy({ Service: 'config.amazonaws.com' }, { Condition })[0]);
  assert.ok(one && two);
  const both = [{ ...one, requests: [...one.requests, ...two.requests] }];
  const paste = JSON.parse(holdsOf(both)[0]?.paste ?? 'null');
  const accounts = { 'aws:SourceAccount': [ACCOUNT, '444455556666'] };
  assert.deepEqual(paste.Condition, { StringEquals: accounts, StringNotEquals: { 'aws:SourceOrgID': 'o-b' } });
  assert.deepEqual(holdsOf(both, { safety: keyPolicy(paste) }), []);
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
  assert.deepEqual(holdsOf(writers, { safety: keyPolicy(guide) }), []);
});

test('a service asks for the bucket with a Bucket Key, and for its objects without one', () => {
  const context = (arn: string) => ({ StringLike: { 'kms:EncryptionContext:aws:s3:arn': arn } });
  const denying = (arn: string) => keyPolicy(FLOW_GRANT, { ...FLOW_GRANT, Effect: 'Deny', Condition: context(arn) });
  const codesOf = (arn: string, bucketKey?: boolean) =>
    holdsOf(FLOW_LOGS, { safety: denying(arn), ...(bucketKey === undefined ? {} : { bucketKey }) }).map(
      ({ code }) => code,
    );
  assert.deepEqual(codesOf('arn:aws:s3:::other*'), []);
  assert.deepEqual(codesOf('arn:aws:s3:::logs*'), ['key-policy-denies']);
  assert.deepEqual(
    [codesOf('arn:aws:s3:::logs', true), codesOf('arn:aws:s3:::logs', false)],
    [['key-policy-denies'], []],
  );
  assert.deepEqual([codesOf('*:::logs/*', true), codesOf('*:::logs/*', false)], [[], ['key-policy-denies']]);
  assert.deepEqual(codesOf('arn:aws:s3:::logs'), ['key-policy-unclear']);
});

test('Decrypt is asked of some only where the bucket uses a bucket key', () => {
  const writers = writersBy({ CanonicalUser: 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0' });
  const grant = {
    Effect: 'Allow',
    Principal: { Service: 'delivery.logs.amazonaws.com' },
    Action: 'kms:GenerateDataKey*',
    Resource: '*',
  };
  assert.equal(holdsOf(writers, { safety: keyPolicy(grant) }).length, 1);
  assert.deepEqual(holdsOf(writers, { safety: keyPolicy(grant), bucketKey: false }), []);
});

describe('writers that no statement helps', () => {
  test('one of which nobody knows whether it can', () => {
    assert.deepEqual(holdsOf(writersBy({ Service: 'new.amazonaws.com' }), { safety: safetyWith({}) }), [
      {
        code: 'writer-unknown',
        message:
          'The bucket policy lets new.amazonaws.com write (statement W). So bucket logs receives objects of new.amazonaws.com, and whether they can be written under a customer key is not known: where a test shows that they can, let new.amazonaws.com use the key under the conditions that the bucket policy has (kms:GenerateDataKey, kms:Decrypt), or ask for AES256 there by a rule of the policy.',
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
    assert.deepEqual(holdsOf(writers, { safety: keyPolicy(grant) }), []);
    assert.deepEqual(
      holdsOf(writers, { safety: keyPolicy(grant), algorithm: 'aws:kms:dsse' }).map(({ code }) => code),
      ['writer-cannot-dsse'],
    );
  });

  test('any under a key that AWS manages', () => {
    assert.deepEqual(holdsOf(FLOW_LOGS, { key: { ...USABLE, manager: 'AWS' } }), [
      {
        code: 'key-policy-lacks-writer',
        message: `${EVIDENCE} So bucket logs receives VPC flow logs, and the AWS managed key ${KEY} lets in nobody but account ${ACCOUNT}: name a customer key in the policy.`,
      },
    ]);
  });

  test("any under another account's key, whose policy nobody here can see", () => {
    assert.deepEqual(holdsOf(FLOW_LOGS, { key: FOREIGN, safety: safetyWith({}) }), [
      {
        code: 'key-policy-not-ours',
        message: `${EVIDENCE} So bucket logs receives VPC flow logs, and the key ${FOREIGN_KEY} belongs to account 444455556666, so its policy cannot be read here: name a key of account ${ACCOUNT} in the policy.`,
      },
    ]);
  });
});

describe('the statement that a key policy lacks', () => {
  const OWN = { 'aws:sourceaccount': ACCOUNT };
  const ARN = { 'aws:sourcearn': `arn:aws:logs:*:${ACCOUNT}:*` };
  const GRANT: ServiceGrant = { needs: 'GenerateDataKey*' };
  const UNLIMITED = { ...GRANT, limit: 'none' };
  const ON_SOURCE = { ...GRANT, limit: 'aws:SourceArn' };

  function pasteFor(grant: ServiceGrant, contexts: Context[] = [OWN], service = 'Logs'): string | undefined {
    const principal = { kind: 'service', name: 'logs.amazonaws.com' } as const;
    const requests = contexts.map((context) => ({ principal, context }));
    const [hold, ...more] = holdsOf([{ service, evidence: 'Seen.', takes: 'customer-key', grant, requests }]);
    assert.deepEqual([hold?.code, more], ['key-policy-lacks-writer', []]);
    return hold?.paste;
  }

  function conditionIn(grant: ServiceGrant, contexts?: Context[]): unknown {
    const paste = pasteFor(grant, contexts);
    return paste === undefined ? 'none' : JSON.parse(paste).Condition;
  }

  test('is what AWS documents for the service, with a Sid of letters and digits', () => {
    assert.deepEqual(JSON.parse(pasteFor(GRANT, [OWN], 'S3 server-access logs (v2)') ?? ''), {
      Sid: 'AllowS3ServerAccessLogsV2',
      Effect: 'Allow',
      Principal: { Service: 'logs.amazonaws.com' },
      Action: ['kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    });
  });

  const other = { 'aws:sourceaccount': '444455556666' };
  const account = (ids: unknown) => ({ StringEquals: { 'aws:SourceAccount': ids } });
  const two = ['arn:aws:logs:eu-west-1:444455556666:a', 'arn:aws:logs:eu-west-1:444455556666:b'];
  const rows: [name: string, grant: ServiceGrant, contexts: Context[], condition: unknown][] = [
    ['names every account once', GRANT, [OWN, other, OWN], account([ACCOUNT, '444455556666'])],
    [
      'is a pattern where one is',
      GRANT,
      [{ 'aws:sourceaccount': '1111*' }],
      { StringLike: { 'aws:SourceAccount': '1111*' } },
    ],
    [
      'is on the source where AWS says so',
      ON_SOURCE,
      [{ ...OWN, ...ARN }],
      { ArnLike: { 'aws:SourceArn': ARN['aws:sourcearn'] } },
    ],
    [
      'is on every source that may be meant',
      ON_SOURCE,
      [
        { ...OWN, ...ARN },
        { ...other, 'aws:sourcearn': two },
      ],
      { ArnLike: { 'aws:SourceArn': [ARN['aws:sourcearn'], ...two] } },
    ],
    ['is on the account where no source is known', ON_SOURCE, [OWN], account(ACCOUNT)],
    ['is on the account where AWS says no more', GRANT, [{ ...OWN, ...ARN }], account(ACCOUNT)],
    [
      'is on the organization where no account is known',
      GRANT,
      [{ 'aws:sourceorgid': 'o-a' }],
      { StringEquals: { 'aws:SourceOrgID': 'o-a' } },
    ],
    ['is none where AWS documents none', UNLIMITED, [OWN], undefined],
  ];
  for (const [name, grant, contexts, condition] of rows) {
    test(`has a condition that ${name}`, () => assert.deepEqual(conditionIn(grant, contexts), condition));
  }

  test('is none where one context does not tell the account: it would let in every account', () => {
    assert.equal(conditionIn(GRANT, [OWN, {}]), 'none');
    assert.equal(conditionIn(GRANT, [OWN, { 'aws:sourceaccount': null }]), 'none');
    assert.equal(conditionIn(GRANT, [OWN, { 'aws:sourceaccount': [] }]), 'none');
  });
});
