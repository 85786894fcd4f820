import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPolicy, parsePolicy } from '../../../src/policy/document/document.ts';
import { DEFAULT_OBJECTS } from '../../../src/policy/model.ts';

const GOOD_KEY =
  'alias/NAME or the full ARN of a customer managed key (alias/reseal, or arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab)';
const GOOD_NAME =
  'the exact name of one bucket (3 to 255 letters, digits, dots, hyphens or underscores); patterns belong in when.buckets';
const KEY_OR_MAP = `${GOOD_KEY}, or a mapping of these by default, account, Region and ACCOUNT/REGION`;
const TOP = 'one of version, mode, standard, objects, rules, exceptions, exceptionRequests, logTargets, limits';
const GOOD_DATE = 'a date of the calendar as YYYY-MM-DD (for example 2027-12-31)';

const standard = { algorithm: 'aws:kms', key: 'alias/reseal' };
const exception = { bucket: 'logs', reason: 'Old importer', owner: 'data@example.com', until: '2027-12-31' };

test('the shortest policy is filled in with the defaults', () => {
  assert.deepEqual(parsePolicy({ version: 1, standard }), {
    version: 1,
    mode: 'enforce',
    standard: { ...standard, bucketKey: true, blockSseC: 'leave', strength: 'atLeast' },
    objects: DEFAULT_OBJECTS,
    rules: [],
    exceptions: [],
    limits: { flapping: { repairs: 3, hours: 24 } },
  });
});

test('an empty objects mapping means its default', () => {
  assert.deepEqual(parsePolicy({ version: 1, standard, objects: {} }).objects, DEFAULT_OBJECTS);
});

test('a policy that says everything is taken as it is', () => {
  const whole = {
    version: 1,
    mode: 'observe',
    standard: {
      algorithm: 'aws:kms:dsse',
      key: 'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab',
      bucketKey: false,
      blockSseC: 'on',
      strength: 'exactly',
    },
    objects: {
      reencrypt: 'none',
      versions: 'all',
      uploads: 'abort',
      methods: ['own-copy', 'copy'],
      inlineUpTo: 1_000,
      restore: { tier: 'Standard', days: 1 },
      proof: 0,
      ceilingUsd: { bucket: 0, run: 12.5 },
    },
    rules: [],
    exceptions: [exception, { ...exception, bucket: 'Old_Bucket.2011', until: '2028-02-29' }],
    limits: { flapping: { repairs: 2, hours: 168 } },
  };
  assert.deepEqual(parsePolicy(whole), whole);
});

describe('good keys', () => {
  for (const key of [
    'alias/a',
    'alias/team/Key_1-b',
    'alias/awsome',
    'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1234',
  ]) {
    test(key, () => assert.equal(parsePolicy({ version: 1, standard: { ...standard, key } }).standard.key, key));
  }
});

describe('every problem is one line: where, what was expected, what was found', () => {
  const ownKey = `a key of your own, because the AWS managed key can be neither shared nor granted: ${GOOD_KEY}`;
  const rows: [string, unknown, string[]][] = [
    ['no mapping', [], ['the policy: expected a mapping with version and standard, found an empty list']],
    ['nothing', undefined, ['the policy: expected a mapping with version and standard, found nothing']],
    ['an empty file', null, ['the policy: expected a mapping with version and standard, found null']],
    [
      'an empty mapping',
      {},
      [
        'version: expected 1, the only version of the policy language there is, found nothing',
        'standard: expected a mapping with algorithm and, for KMS, key, found nothing',
      ],
    ],
    [
      'a later version',
      policy({ version: 2 }),
      ['version: expected 1, the only version of the policy language there is, found 2'],
    ],
    ['an unknown key at the top', policy({ Mode: 'observe' }), [`Mode: expected ${TOP}, found an unknown key`]],
    [
      'an unknown key in the standard',
      { version: 1, standard: { algoritm: 'aws:kms', key: 'alias/reseal' } },
      [
        'standard.algorithm: expected one of AES256, aws:kms, aws:kms:dsse, found nothing',
        'standard.algoritm: expected one of algorithm, key, bucketKey, blockSseC, strength, found an unknown key',
      ],
    ],
    [
      'an unknown algorithm',
      policy({ standard: { ...standard, algorithm: 'aes256' } }),
      ['standard.algorithm: expected one of AES256, aws:kms, aws:kms:dsse, found "aes256"'],
    ],
    ['a mode that is a number', policy({ mode: 1 }), ['mode: expected one of enforce, observe, found 1']],
    [
      'KMS without a key',
      policy({ standard: { algorithm: 'aws:kms' } }),
      [`standard.key: expected ${GOOD_KEY}, because aws:kms needs a key, found nothing`],
    ],
    [
      'AES256 with a key',
      policy({ standard: { ...standard, algorithm: 'AES256' } }),
      ['standard.key: expected no key, because AES256 (SSE-S3) has none, found "alias/reseal"'],
    ],
    [
      'the AWS managed key by name',
      policy({ standard: { ...standard, key: 'alias/aws/s3' } }),
      [`standard.key: expected ${ownKey}, found "alias/aws/s3"`],
    ],
    [
      'the AWS managed key by ARN',
      policy({ standard: { ...standard, key: 'arn:aws:kms:eu-west-1:111122223333:alias/aws/s3' } }),
      [`standard.key: expected ${ownKey}, found "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3"`],
    ],
    [
      'a bare key id',
      policy({ standard: { ...standard, key: '1234abcd-12ab-34cd-56ef-1234567890ab' } }),
      [`standard.key: expected ${GOOD_KEY}, found "1234abcd-12ab-34cd-56ef-1234567890ab"`],
    ],
    [
      'an ARN with 11 digits',
      policy({ standard: { ...standard, key: 'arn:aws:kms:eu-west-1:11112222333:key/1234abcd' } }),
      [`standard.key: expected ${GOOD_KEY}, found "arn:aws:kms:eu-west-1:11112222333:key/1234abcd"`],
    ],
    [
      'an alias with a space',
      policy({ standard: { ...standard, key: 'alias/my key' } }),
      [`standard.key: expected ${GOOD_KEY}, found "alias/my key"`],
    ],
    [
      'a key that is a list',
      policy({ standard: { ...standard, key: ['alias/a'] } }),
      [`standard.key: expected ${KEY_OR_MAP}, found a list`],
    ],
    [
      'a Bucket Key that is a word',
      policy({ standard: { ...standard, bucketKey: 'yes' } }),
      ['standard.bucketKey: expected true or false, found "yes"'],
    ],
    [
      'a block that is a switch',
      policy({ standard: { ...standard, blockSseC: true } }),
      ['standard.blockSseC: expected one of on, off, leave, found true'],
    ],
    [
      'an unknown scope of objects',
      policy({ objects: { reencrypt: 'some' } }),
      ['objects.reencrypt: expected one of none, drifted, all, found "some"'],
    ],
    [
      'objects that are a word',
      policy({ objects: 'all' }),
      [
        'objects: expected a mapping with any of reencrypt, versions, uploads, methods, inlineUpTo, restore, proof and ceilingUsd, found "all"',
      ],
    ],
    [
      'objects in other words',
      policy({
        objects: {
          versions: true,
          uploads: 'keep',
          methods: ['copy', 'copy'],
          proof: 1001,
          ceilingUsd: { bucket: 1e300, run: -1, day: 5 },
        },
      }),
      [
        'objects.versions: expected one of current, all, found true',
        'objects.uploads: expected one of wait, abort, found "keep"',
        'objects.methods: expected a list of update-encryption, copy, own-copy (each at most once), found a list',
        'objects.proof: expected a whole number from 0 to 1000, found 1001',
        'objects.ceilingUsd.bucket: expected an amount of US dollars from 0 to 1,000,000,000, found 1e+300',
        'objects.ceilingUsd.run: expected an amount of US dollars from 0 to 1,000,000,000, found -1',
        'objects.ceilingUsd.day: expected one of bucket, run, found an unknown key',
      ],
    ],
    [
      'no method, an unknown one and a price in words',
      policy({ objects: { methods: [], ceilingUsd: '5 dollars' } }),
      [
        'objects.methods: expected a list of update-encryption, copy, own-copy (each at most once) with at least one in it; leave the key out where nothing is meant, found an empty list',
        'objects.ceilingUsd: expected a mapping with any of bucket and run, found "5 dollars"',
      ],
    ],
    [
      'exceptions that are a mapping',
      policy({ exceptions: { logs: {} } }),
      ['exceptions: expected a list of exceptions, with - in front of each (- bucket: NAME), found a mapping'],
    ],
    [
      'an exception that is a name',
      policy({ exceptions: ['logs'] }),
      ['exceptions[0]: expected a mapping with bucket or when, and with reason, owner and until, found "logs"'],
    ],
    [
      'an exception for a pattern',
      policy({ exceptions: [{ ...exception, bucket: 'logs-*' }] }),
      [`exceptions[0].bucket: expected ${GOOD_NAME}, found "logs-*"`],
    ],
    [
      'an exception without an end',
      policy({ exceptions: [{ bucket: 'logs', reason: 'r', owner: 'o' }] }),
      [`exceptions[0].until: expected ${GOOD_DATE}, found nothing`],
    ],
    [
      'an exception without a reason',
      policy({ exceptions: [exception, { ...exception, bucket: 'b-2', reason: '  ' }] }),
      ['exceptions[1].reason: expected why the bucket is exempt, in words, found "  "'],
    ],
    [
      'an exception with a note',
      policy({ exceptions: [{ ...exception, note: 'x' }] }),
      ['exceptions[0].note: expected one of bucket, when, reason, owner, until, found an unknown key'],
    ],
    [
      'two exceptions for one bucket',
      policy({ exceptions: [exception, { ...exception, bucket: 'b-2' }, exception] }),
      [
        'exceptions[2].bucket: expected a bucket that no other exception names, found "logs", which exceptions[0] names already',
      ],
    ],
    [
      'too many objects inline, a tier that nobody waits for, and more days than a copy is needed',
      policy({ objects: { inlineUpTo: 1_001, restore: { tier: 'Expedited', days: 31 } } }),
      [
        'objects.inlineUpTo: expected a whole number from 0 to 1000, found 1001',
        'objects.restore.tier: expected one of Bulk, Standard, found "Expedited"',
        'objects.restore.days: expected a whole number from 1 to 30, found 31',
      ],
    ],
    [
      'several problems at once',
      { version: 1, standard: { algorithm: 'AES256', key: 'alias/a', blockSseC: 'no' }, extra: 1 },
      [
        'standard.blockSseC: expected one of on, off, leave, found "no"',
        `extra: expected ${TOP}, found an unknown key`,
        'standard.key: expected no key, because AES256 (SSE-S3) has none, found "alias/a"',
      ],
    ],
  ];
  for (const [name, json, lines] of rows) {
    test(name, () => refuses(json, lines));
  }

  for (const until of [
    '2026-02-30',
    '2027-02-29',
    '2026-13-01',
    '2026-1-1',
    '31.12.2027',
    '2027-12-31T00:00:00Z',
    'never',
    '',
  ]) {
    test(`until: ${until || 'empty'}`, () => {
      refuses(policy({ exceptions: [{ ...exception, until }] }), [
        `exceptions[0].until: expected ${GOOD_DATE}, found "${until}"`,
      ]);
    });
  }

  test('a long value is shortened', () => {
    const mode = 'x'.repeat(500);
    refuses(policy({ mode }), [`mode: expected one of enforce, observe, found "${'x'.repeat(79)}... (502 characters)`]);
  });
});

function policy(change: object): object {
  return { version: 1, standard, ...change };
}

function refuses(json: unknown, lines: string[]): void {
  assert.throws(() => parsePolicy(json), {
    name: 'ResealError',
    code: 'invalid-policy',
    retryable: false,
    message: lines.join('\n'),
  });
}

test('an exception that lasts longer than the policy allows is an error for whoever writes it, and for nobody who reads it later', () => {
  const now = new Date('2026-11-02T10:15:30Z');
  const json = (until: string, days?: number) => ({
    version: 1,
    standard: { algorithm: 'AES256' },
    exceptions: [{ bucket: 'old', reason: 'r', owner: 'o', until }],
    ...(days === undefined ? {} : { limits: { exceptionDays: days } }),
  });
  assert.deepEqual(checkPolicy(json('2099-12-31', 90), now), {
    problems: [
      {
        path: ['exceptions', 0, 'until'],
        expected: 'a day within 90 days (limits.exceptionDays): 2027-01-31 or earlier',
        found: '"2099-12-31"',
      },
    ],
  });
  for (const good of [
    checkPolicy(json('2027-01-31', 90), now),
    checkPolicy(json('2099-12-31', 90)),
    checkPolicy(json('2099-12-31'), now),
  ]) {
    assert.ok('document' in good);
  }
  for (const days of [0, 3_651, 1.5]) assert.ok('problems' in checkPolicy(json('2026-11-03', days), now));
});
