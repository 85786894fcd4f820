import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Reason } from '../../../src/policy/model.ts';
import { readerHolds } from '../../../src/policy/readers/reader-holds.ts';
import { writerReasons } from '../../../src/policy/writers/writer-reasons.ts';
import { writersOf } from '../../../src/policy/writers/writers-of.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT, bucketWith, safetyWith, USABLE } from '../literals.ts';

const WRITES = {
  Sid: 'W',
  Effect: 'Allow',
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::logs/AWSLogs/${ACCOUNT}/*`,
};
const USES = { Sid: 'K', Effect: 'Allow', Action: 'kms:*', Resource: '*' };
const byService = (...Service: string[]) => ({ Principal: { Service } });
const known = { state: bucketWith({ algorithm: 'AES256' }), kind: 'general-purpose', partition: 'aws' } as const;

function safetyOf(letting: object[], using: object[]) {
  const bucketPolicy = statementsOf({ Statement: letting.map((one) => ({ ...WRITES, ...one })) });
  return safetyWith({
    bucketPolicy,
    keyPolicy: statementsOf({ Statement: using.map((one) => ({ ...USES, ...one })) }),
  });
}

function writersIn(...letting: object[]) {
  return writersOf(known, [], safetyOf(letting, []));
}

function holdsOf(letting: object[], ...using: object[]): Reason[] {
  const safety = safetyOf(letting, using);
  const writers = writersOf(known, [], safety);
  return writerReasons({ ...known, writers, key: USABLE, safety, algorithm: 'aws:kms' });
}

const codesOf = (...given: Parameters<typeof holdsOf>) => holdsOf(...given).map(({ code }) => code);

describe('who writes under a key of its own settings, or as a role, is no writer', () => {
  const services = [
    'guardduty.amazonaws.com',
    'guardduty.me-south-1.amazonaws.com',
    'macie.amazonaws.com',
    'inspector2.amazonaws.com',
    'inspector2.eu-west-1.amazonaws.com',
    'export.rds.amazonaws.com',
    'rds.amazonaws.com',
    'athena.amazonaws.com',
    'firehose.amazonaws.com',
    'glue.amazonaws.com',
    'lambda.amazonaws.com',
    'appflow.amazonaws.com',
  ];
  for (const service of services) {
    test(service, () => {
      assert.deepEqual(writersIn(byService(service)), []);
      assert.deepEqual(codesOf([byService(service, 'config.amazonaws.com')]), ['key-policy-lacks-writer']);
    });
  }
});

describe('who needs a grant', () => {
  const rows: [service: string, needs: string[]][] = [
    ['acm-pca.amazonaws.com', ['kms:GenerateDataKey', 'kms:Decrypt']],
    ['ssm.amazonaws.com', ['kms:GenerateDataKey', 'kms:Encrypt', 'kms:Decrypt']],
    [
      'workspaces-web.amazonaws.com',
      ['kms:GenerateDataKey', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:Decrypt'],
    ],
  ];
  for (const [service, needs] of rows) {
    test(`${service}: each of ${needs.join(', ')}, and what is pasted gives them`, () => {
      const letting = [byService(service)];
      const [hold, ...more] = holdsOf(letting);
      assert.deepEqual([hold?.code, more], ['key-policy-lacks-writer', []]);
      const paste = JSON.parse(hold?.paste ?? 'null');
      assert.deepEqual(paste.Condition, { StringEquals: { 'aws:SourceAccount': ACCOUNT } });
      assert.deepEqual(holdsOf(letting, paste), []);
      assert.deepEqual(holdsOf(letting, { ...byService(service), Action: needs }), []);
      for (const lacking of needs) {
        const Action = needs.filter((one) => one !== lacking);
        const [short] = holdsOf(letting, { ...byService(service), Action });
        assert.match(short?.message ?? '', new RegExp(`does not let ${service} call ${lacking}:`));
      }
    });
  }
});

const REGIONAL = ['eu-west-1', 'us-east-1', 'me-south-1', 'ap-south-1', 'cn-north-1'].map(
  (region) => `logs.${region}.amazonaws.com`,
);

describe('the regional principals of one family', () => {
  const letting = [byService(...REGIONAL.slice(0, 3)), ...REGIONAL.slice(3).map((name) => byService(name))];

  test('are one writer and one reason, whose statement names each', () => {
    assert.equal(writersIn(...letting).length, 1);
    const [hold, ...more] = holdsOf(letting);
    assert.deepEqual([hold?.code, more], ['key-policy-lacks-writer', []]);
    const paste = JSON.parse(hold?.paste ?? 'null');
    assert.deepEqual(paste.Principal, { Service: REGIONAL });
    assert.deepEqual(holdsOf(letting, paste), []);
  });

  test('must each be let in', () => {
    for (const name of REGIONAL) {
      const others = REGIONAL.filter((one) => one !== name);
      assert.deepEqual(codesOf(letting, byService(...others)), ['key-policy-lacks-writer'], name);
    }
    assert.deepEqual(codesOf(letting, byService(...REGIONAL), { ...byService(REGIONAL[4] ?? ''), Effect: 'Deny' }), [
      'key-policy-denies',
    ]);
    assert.deepEqual(codesOf(letting, byService('logs.amazonaws.com')), ['key-policy-lacks-writer']);
  });

  test('are one of each kind, where they are of several', () => {
    const services = ['foo.eu-west-1.amazonaws.com', 'foo.us-east-1.amazonaws.com', 'bar.eu-west-1.amazonaws.com'];
    assert.deepEqual(codesOf([byService(...REGIONAL, ...services)]), [
      'key-policy-lacks-writer',
      'writer-unknown',
      'writer-unknown',
    ]);
  });
});

describe('a service of which nobody knows', () => {
  const FOO = ['foo.eu-west-1.amazonaws.com', 'foo.us-east-1.amazonaws.com'];
  const letting = FOO.map((name) => byService(name));
  const under = (Condition: object) => ({ ...byService(...FOO), Condition });

  test('is held once for its family, told with each principal and a way out that is no exception', () => {
    const [hold, ...more] = holdsOf(letting);
    assert.deepEqual([hold?.code, hold?.paste, more], ['writer-unknown', undefined, []]);
    assert.match(
      hold?.message ?? '',
      /objects of foo\.amazonaws\.com, .* let foo\.eu-west-1\.amazonaws\.com and foo\.us-east-1\.amazonaws\.com use the key under the conditions that the bucket policy has \(kms:GenerateDataKey, kms:Decrypt\), or ask for AES256 there by a rule of the policy\.$/,
    );
    assert.doesNotMatch(hold?.message ?? '', /exception/);
  });

  test('is cleared by a sure grant to each of its principals', () => {
    assert.deepEqual(codesOf(letting, byService(...FOO)), []);
    assert.deepEqual(codesOf(letting, { ...byService(...FOO), Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] }), []);
    assert.deepEqual(codesOf(letting, ...FOO.map((name) => byService(name))), []);
  });

  const rows: [name: string, using: object[]][] = [
    ['a grant to one of them', [byService(FOO[0] ?? '')]],
    ['a grant to the family', [byService('foo.amazonaws.com')]],
    ['a grant to everybody', [{ Principal: '*' }]],
    ['a grant for an account', [under({ StringEquals: { 'aws:SourceAccount': ACCOUNT } })]],
    ['a grant for a source', [under({ ArnLike: { 'aws:SourceArn': `arn:aws:foo:*:${ACCOUNT}:*` } })]],
    ['a grant for an organization of sources', [under({ StringEquals: { 'aws:SourceOrgID': 'o-a1' } })]],
    ['a grant for an encryption context', [under({ StringLike: { 'kms:EncryptionContext:aws:s3:arn': '*' } })]],
    ['half of a grant', [{ ...byService(...FOO), Action: 'kms:GenerateDataKey*' }]],
    ['a grant beside a denial', [byService(...FOO), { Principal: '*', Action: 'kms:Decrypt', Effect: 'Deny' }]],
    [
      'a grant beside what may deny',
      [
        byService(...FOO),
        { Principal: '*', Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceAccount': ACCOUNT } } },
      ],
    ],
  ];
  for (const [name, using] of rows) {
    test(`is not cleared by ${name}`, () => assert.deepEqual(codesOf(letting, ...using), ['writer-unknown']));
  }

  test('is cleared by the limits of the bucket policy in other words, and not by fewer', () => {
    const [arn, account] = [`arn:aws:foo:*:${ACCOUNT}:a`, { 'aws:SourceAccount': ACCOUNT }];
    const limited = [under({ StringLike: { ...account, 'aws:SourceArn': arn } })];
    const byAccount = { StringEquals: account };
    const byBoth = under({ ...byAccount, ArnLike: { 'aws:SourceArn': `arn:aws:foo:*:${ACCOUNT}:*` } });
    assert.deepEqual([codesOf(limited, byBoth), codesOf(limited, under(byAccount))], [[], ['writer-unknown']]);
  });

  test('is not cleared in a bucket policy that does not name it', () => {
    const unnamed = { Principal: '*', Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } };
    const [hold, ...more] = holdsOf([unnamed], { Principal: '*' }, byService(...FOO));
    assert.deepEqual([hold?.code, more], ['writer-unknown', []]);
    assert.match(hold?.message ?? '', /name its service principal there, or ask for AES256 there by a rule/);
  });

  test('and data exports, of which no guide speaks, are as unknown', () => {
    const exports = ['billingreports.amazonaws.com', 'bcm-data-exports.amazonaws.com'];
    const both = [byService(...exports)];
    assert.deepEqual([codesOf(both), codesOf(both, byService(...exports))], [['writer-unknown'], []]);
  });
});

describe('the accounts from which CloudTrail delivered before it had a principal', () => {
  const accounts = ['086441151436', '113285607260', '388731089494', '859597730677'];
  const TRAIL = { Principal: { Service: 'cloudtrail.amazonaws.com' } };
  const letting = accounts.map((AWS) => ({ Principal: { AWS } }));

  test('are CloudTrail, once, and no reader of another account', () => {
    assert.deepEqual(
      writersIn(...letting, TRAIL).map(({ service, takes }) => [service, takes]),
      [['CloudTrail logs', 'customer-key']],
    );
    const [hold, ...more] = holdsOf(letting);
    assert.deepEqual([hold?.code, more], ['key-policy-lacks-writer', []]);
    assert.deepEqual(JSON.parse(hold?.paste ?? 'null').Principal, TRAIL.Principal);
    for (const action of ['s3:PutObject', 's3:*']) {
      const safety = safetyOf(
        letting.map((one) => ({ ...one, Action: action })),
        [],
      );
      assert.deepEqual(readerHolds({ ...known, safety, key: USABLE }), [], action);
    }
  });

  test('are let in by what lets its principal in, and by nothing that names them', () => {
    assert.deepEqual(codesOf(letting, TRAIL), []);
    assert.deepEqual(codesOf(letting, { Principal: { AWS: accounts } }), ['key-policy-lacks-writer']);
  });
});

describe('a key policy that lists one trail', () => {
  const TRAIL = { Principal: { Service: 'cloudtrail.amazonaws.com' } };
  const one = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/one`;
  const of = (...arns: string[]) => ({ StringEquals: { 'aws:SourceArn': arns } });
  const SAYS =
    /: the key policy lists sources and the bucket policy lists none, so list those that write by aws:SourceArn in the bucket policy too, or ask for AES256/;

  const rows: [name: string, condition: object][] = [
    ['by its source', of(one)],
    ['by its encryption context', { StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': one } }],
    ['by both', { ...of(one), StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': one } }],
  ];
  for (const [name, Condition] of rows) {
    test(`${name}, where the bucket policy lists none, is told in words and not opened wider`, () => {
      const [hold, ...more] = holdsOf([TRAIL], { ...TRAIL, Condition });
      assert.deepEqual([hold?.code, hold?.paste, more], ['key-policy-unclear', undefined, []]);
      assert.match(hold?.message ?? '', SAYS);
    });
  }

  test('where only one of two statements of the bucket policy lists any, is told in words too', () => {
    const [hold] = holdsOf([{ ...TRAIL, Condition: of(one) }, TRAIL], { ...TRAIL, Condition: of(one) });
    assert.deepEqual([hold?.code, hold?.paste], ['key-policy-unclear', undefined]);
    assert.match(hold?.message ?? '', SAYS);
  });

  test('is right where the bucket policy lists the same, and mended where it lists another too', () => {
    const both = [{ ...TRAIL, Condition: of(one, `${one}-2`) }];
    assert.deepEqual(codesOf([{ ...TRAIL, Condition: of(one) }], { ...TRAIL, Condition: of(one) }), []);
    const [hold] = holdsOf(both, { ...TRAIL, Condition: of(one) });
    assert.equal(hold?.code, 'key-policy-lacks-writer');
    assert.deepEqual(JSON.parse(hold?.paste ?? 'null').Condition, of(one, `${one}-2`));
    assert.deepEqual(holdsOf(both, { ...TRAIL, Condition: of(one) }, JSON.parse(hold?.paste ?? 'null')), []);
  });

  test('in one statement and another in the next lets both in', () => {
    const both = [{ ...TRAIL, Condition: of(one, `${one}-2`) }];
    const using = [one, `${one}-2`].map((arn) => ({ ...TRAIL, Condition: of(arn) }));
    assert.deepEqual(codesOf(both, ...using), []);
  });

  test('where no statement lets CloudTrail in at all, brings the statement', () => {
    const [hold] = holdsOf([TRAIL]);
    assert.equal(JSON.parse(hold?.paste ?? 'null').Sid, 'AllowCloudTrailLogs');
  });
});

test('so many services that together they are too much to compare are held once, by that name', () => {
  const names = (count: number) => Array.from({ length: count }, (_, at) => `new${at}.amazonaws.com`);
  const using = Array.from({ length: 100 }, (_, at) => byService(`t${at}.amazonaws.com`));
  assert.deepEqual(new Set(codesOf([byService(...names(300))], ...using)), new Set(['writer-unknown']));
  const [hold, ...more] = holdsOf([byService(...names(400))], ...using);
  assert.deepEqual([hold?.code, more], ['too-complex', []]);
  assert.match(
    hold?.message ?? '',
    /^Bucket logs receives objects of new0\.amazonaws\.com, .* and 397 more, and the policy/,
  );
});
