import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePolicy } from '../../../src/policy/document/document.ts';

const GOOD_KEY =
  'alias/NAME or the full ARN of a customer managed key (alias/reseal, or arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab)';
const PLACE = 'default, an account id of 12 digits, a Region (eu-west-1) or ACCOUNT/REGION (111122223333/eu-west-1)';
const OU =
  'an organizational unit by its whole path, as in aws:PrincipalOrgPaths (o-a1b2c3d4e5/r-ab12/ou-ab12-11111111), or a list of them';
const PRINCIPAL =
  'the ARN of a role or user, in which * is any text and ? any one character, that is not everybody (arn:aws:iam::*:role/security-admin, or arn:aws:iam::111122223333:role/*)';
const GLOB =
  'a bucket name of letters, digits, dots, hyphens or underscores, in which * is any text and ? any one character';

const kms = { algorithm: 'aws:kms', key: 'alias/reseal' };
const until = { reason: 'r', owner: 'o', until: '2027-12-31' };

test('a policy with every member of the language is taken as it is', () => {
  const when = {
    accounts: ['111122223333', '012345678901'],
    ou: ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111', 'o-a1b2c3d4e5/'],
    regions: ['eu-west-1', 'us-gov-west-1', 'eusc-de-east-1'],
    buckets: ['app-*', '?-logs', 'exact.name'],
    tags: [{ key: 'data', value: '' }, { key: 'any value' }],
    kind: 'general-purpose',
    logTarget: false,
    createdBefore: '2027-01-02',
    createdAfter: '2027-01-01',
  };
  const whole = {
    version: 1,
    mode: 'enforce',
    standard: {
      algorithm: 'aws:kms',
      key: {
        default: 'alias/a',
        '111122223333': 'alias/b',
        'eu-west-1': 'alias/c',
        '012345678901/eu-west-1': 'alias/d',
      },
      bucketKey: false,
      blockSseC: 'off',
      strength: 'exactly',
    },
    objects: {
      reencrypt: 'all',
      versions: 'all',
      uploads: 'abort',
      methods: ['copy', 'update-encryption', 'own-copy'],
      inlineUpTo: 3,
      restore: { tier: 'Bulk', days: 30 },
      proof: 0,
      ceilingUsd: { bucket: 1.5, run: 1_000 },
    },
    rules: [
      {
        name: 'first',
        when,
        standard: { key: 'keep', bucketKey: true },
        objects: { reencrypt: 'none', versions: 'current', ceilingUsd: { run: 1 } },
        mode: 'observe',
      },
      {
        name: 'second',
        when: {},
        standard: { algorithm: 'AES256', strength: 'atLeast', blockSseC: 'on' },
        objects: {},
      },
      { name: 'Third.rule_3', when: { ou: 'o-a1b2c3d4e5/r-ab12' } },
    ],
    exceptions: [{ when, ...until }],
    exceptionRequests: {
      tag: 'ask',
      setBy: ['arn:aws:iam::*:role/admin', 'arn:aws:iam::111122223333:role/*'],
      maxDays: 366,
    },
    limits: { flapping: { repairs: 50, hours: 1 } },
  };
  assert.deepEqual(parsePolicy(structuredClone(whole)), whole);
});

test('what limits and requests leave out is filled in', () => {
  const requests = { tag: 'ask', setBy: ['arn:aws:iam::111122223333:user/eva'] };
  const { limits, exceptionRequests } = parsePolicy(policy({ limits: { flapping: {} }, exceptionRequests: requests }));
  assert.deepEqual(
    [limits, exceptionRequests],
    [{ flapping: { repairs: 3, hours: 24 } }, { ...requests, maxDays: 90 }],
  );
});

describe('bad keys by place', () => {
  const rows: [string, unknown, string][] = [
    ['nowhere', {}, 'standard.key: expected at least one entry, for example default, found an empty mapping'],
    ['a misspelt Region', { 'eu-west1': 'alias/a' }, `standard.key.eu-west1: expected ${PLACE}, found "eu-west1"`],
    [
      'an account of 11 digits',
      { '12345678901': 'alias/a' },
      `standard.key.12345678901: expected ${PLACE}, found "12345678901"`,
    ],
    [
      'a Region before its account',
      { 'eu-west-1/111122223333': 'alias/a' },
      `standard.key["eu-west-1/111122223333"]: expected ${PLACE}, found "eu-west-1/111122223333"`,
    ],
    ['a number', { default: 7 }, `standard.key.default: expected ${GOOD_KEY}, found 7`],
    [
      'keep in the default standard',
      'keep',
      `standard.key: expected a key for buckets that have none, because keep only says what happens where there is one (keep stands alone, in a rule): ${GOOD_KEY}, found "keep"`,
    ],
  ];
  for (const [name, key, line] of rows) {
    test(name, () => refuses({ version: 1, standard: { ...kms, key } }, [line]));
  }
});

test('rules and exceptions have an end', () => {
  const rules = Array.from({ length: 5_001 }, (_, n) => ({ name: `r${n}`, when: {} }));
  const exceptions = Array.from({ length: 5_001 }, (_, n) => ({ bucket: `old-${n}`, ...until }));
  const how = 'take several buckets together by names with *, by tags, by OU or by a key map, found a list of 5001';
  assert.throws(() => parsePolicy({ version: 1, standard: kms, rules, exceptions }), {
    message: `rules: expected at most 5,000 rules: ${how}\nexceptions: expected at most 5,000 exceptions: ${how}`,
  });
  const most = { version: 1, standard: kms, rules: rules.slice(1), exceptions: exceptions.slice(1) };
  assert.equal(parsePolicy(most).rules.length, 5_000);
});

describe('bad conditions', () => {
  const members = 'accounts, ou, regions, buckets, tags, kind, logTarget, createdBefore, createdAfter';
  const rows: [string, unknown, string][] = [
    ['none at all', undefined, `: expected a mapping with any of ${members} ({} is every bucket), found nothing`],
    ['a list', [], `: expected a mapping with any of ${members} ({} is every bucket), found an empty list`],
    ['an unknown one', { bucket: 'a' }, `.bucket: expected one of ${members}, found an unknown key`],
    [
      'an account that is a number',
      { accounts: [111122223333] },
      ".accounts[0]: expected an account id of 12 digits in quotes ('111122223333'), which YAML reads as a number without them, found 111122223333",
    ],
    [
      'one account',
      { accounts: '111122223333' },
      '.accounts: expected a list of account ids in quotes ([\'111122223333\']), found "111122223333"',
    ],
    [
      'an empty list',
      { buckets: [] },
      '.buckets: expected a list of bucket names ([app-*]) with at least one in it; leave the key out where nothing is meant, found an empty list',
    ],
    ['a bucket with a slash', { buckets: ['a/b'] }, `.buckets[0]: expected ${GLOB}, found "a/b"`],
    ['a regular expression', { buckets: ['(a|b)+'] }, `.buckets[0]: expected ${GLOB}, found "(a|b)+"`],
    ['an OU by its name', { ou: 'Workloads' }, `.ou: expected ${OU}, found "Workloads"`],
    ['an OU by its id alone', { ou: ['ou-ab12-11111111'] }, `.ou[0]: expected ${OU}, found "ou-ab12-11111111"`],
    [
      'no OU',
      { ou: [] },
      `.ou: expected ${OU} with at least one in it; leave the key out where nothing is meant, found an empty list`,
    ],
    [
      'a Region of two letters',
      { regions: ['eu'] },
      '.regions[0]: expected the name of a Region (for example eu-west-1), found "eu"',
    ],
    [
      'a tag by name',
      { tags: ['data'] },
      '.tags[0]: expected a mapping with key and, for one value only, value, found "data"',
    ],
    [
      'a tag with a number',
      { tags: [{ key: 'a', value: 1 }] },
      '.tags[0].value: expected the value of a tag in quotes (at most 256 characters), or nothing for any value, found 1',
    ],
    [
      'another kind',
      { kind: 'express' },
      '.kind: expected one of general-purpose, directory, table, vector, found "express"',
    ],
    ['a log target in words', { logTarget: 'yes' }, '.logTarget: expected true or false, found "yes"'],
    [
      'no day',
      { createdAfter: '2027-02-30' },
      '.createdAfter: expected a date of the calendar as YYYY-MM-DD (for example 2027-12-31), found "2027-02-30"',
    ],
    [
      'no time in between',
      { createdAfter: '2027-01-01', createdBefore: '2027-01-01' },
      '.createdAfter: expected a day before createdBefore ("2027-01-01"), because no bucket is created in between otherwise, found "2027-01-01"',
    ],
  ];
  for (const [name, when, line] of rows) {
    test(name, () => refuses(policy({ rules: [{ name: 'a', when }] }), [`rules[0].when${line}`]));
  }
});

describe('bad rules', () => {
  const rows: [string, unknown[], string[]][] = [
    ['a rule that is a word', ['a'], ['rules[0]: expected a mapping with name, when and standard, found "a"']],
    [
      'two of one name',
      [rule({}), rule({}), rule({})],
      [1, 2].map(
        (index) =>
          `rules[${index}].name: expected a name that no other rule has, found "a", which rules[0] has already`,
      ),
    ],
    ...['default', 'unknown', 'built-in', 'built-in: own bucket'].map((name): [string, unknown[], string[]] => [
      `the name ${name}`,
      [rule({ name })],
      [
        ...(name.includes(':')
          ? [
              `rules[0].name: expected a name of 1 to 64 letters, digits, spaces, dots, hyphens or underscores, found "${name}"`,
            ]
          : []),
        `rules[0].name: expected a name of your own: default, unknown and all that begins with built-in are taken, found "${name}"`,
      ],
    ]),
    [
      'a rule of an unknown mode',
      [rule({ mode: 'off' })],
      ['rules[0].mode: expected one of enforce, observe, found "off"'],
    ],
    [
      'a key under AES256',
      [rule({ standard: { algorithm: 'AES256', key: 'alias/a' } })],
      ['rules[0].standard.key: expected no key, because AES256 (SSE-S3) has none, found "alias/a"'],
    ],
    [
      'keep under AES256',
      [rule({ standard: { algorithm: 'AES256', key: 'keep' } })],
      ['rules[0].standard.key: expected no key, because AES256 (SSE-S3) has none, found "keep"'],
    ],
    [
      'the AWS managed key',
      [rule({ standard: { key: 'alias/aws/s3' } })],
      [
        `rules[0].standard.key: expected a key of your own, because the AWS managed key can be neither shared nor granted: ${GOOD_KEY}, found "alias/aws/s3"`,
      ],
    ],
    [
      'an unknown key',
      [rule({ standard: { keys: 'alias/a' } })],
      ['rules[0].standard.keys: expected one of algorithm, key, bucketKey, blockSseC, strength, found an unknown key'],
    ],
    [
      'a strength in other words',
      [rule({ standard: { strength: 'atleast' } })],
      ['rules[0].standard.strength: expected one of atLeast, exactly, found "atleast"'],
    ],
  ];
  for (const [name, rules, lines] of rows) test(name, () => refuses(policy({ rules }), lines));

  test('a key of a rule needs an algorithm that takes one', () => {
    refuses(
      {
        version: 1,
        standard: { algorithm: 'AES256' },
        rules: [rule({ standard: { key: 'alias/a' } }), rule({ name: 'b', standard: { algorithm: 'aws:kms' } })],
      },
      [
        'rules[0].standard.key: expected no key, because AES256 (SSE-S3) has none, and that is the default standard\'s algorithm, found "alias/a"',
        `rules[1].standard.key: expected ${GOOD_KEY}, because aws:kms needs a key and the default standard has none, found nothing`,
      ],
    );
  });

  test('keep needs no default key, and an algorithm no key of its own where the default has one', () => {
    parsePolicy({
      version: 1,
      standard: { algorithm: 'AES256' },
      rules: [rule({ standard: { algorithm: 'aws:kms', key: 'keep' } })],
    });
    parsePolicy(policy({ rules: [rule({ standard: { algorithm: 'aws:kms:dsse' } })] }));
  });
});

describe('bad exceptions, requests and limits', () => {
  const rows: [string, object, string][] = [
    [
      'no buckets',
      { exceptions: [until] },
      'exceptions[0]: expected bucket or when, to say which buckets are exempt, found neither',
    ],
    [
      'both ways',
      { exceptions: [{ bucket: 'abc', when: { kind: 'directory' }, ...until }] },
      'exceptions[0].when: expected no when beside bucket, found a mapping',
    ],
    [
      'every bucket',
      { exceptions: [{ when: {}, ...until }] },
      'exceptions[0].when: expected at least one condition, because an exception for every bucket is no policy (mode: observe changes none), found an empty mapping',
    ],
    [
      'nobody',
      { exceptionRequests: { tag: 'ask', setBy: [] } },
      'exceptionRequests.setBy: expected a list of ARNs of roles or users who may set the tag with at least one in it; leave the key out where nothing is meant, found an empty list',
    ],
    [
      'no tag',
      { exceptionRequests: { setBy: ['arn:aws:iam::*:role/a'] } },
      'exceptionRequests.tag: expected the key of a tag (1 to 128 characters), found nothing',
    ],
    [
      'too long',
      { exceptionRequests: { tag: 'ask', setBy: ['arn:aws:iam::*:role/a'], maxDays: 400 } },
      'exceptionRequests.maxDays: expected whole days from 1 to 366, found 400',
    ],
    [
      'one repair',
      { limits: { flapping: { repairs: 1 } } },
      'limits.flapping.repairs: expected a whole number from 2 to 50, found 1',
    ],
    [
      'more repairs than the ledger remembers',
      { limits: { flapping: { repairs: 51 } } },
      'limits.flapping.repairs: expected a whole number from 2 to 50, found 51',
    ],
    [
      'a year',
      { limits: { flapping: { hours: 8760 } } },
      'limits.flapping.hours: expected a whole number from 1 to 168, found 8760',
    ],
    [
      'half an hour',
      { limits: { flapping: { hours: 1.5 } } },
      'limits.flapping.hours: expected a whole number from 1 to 168, found 1.5',
    ],
  ];
  for (const [name, change, line] of rows) test(name, () => refuses(policy(change), [line]));

  for (const account of ['1111*', '*2222', '11112222333?', '**', '11112222333']) {
    test(`set by somebody of the account ${account}`, () => {
      const who = `arn:aws:iam::${account}:role/security-admin`;
      refuses(policy({ exceptionRequests: { tag: 'ask', setBy: ['arn:aws:iam::*:role/admin', who] } }), [
        'exceptionRequests.setBy[1]: expected an account of 12 digits, or * alone for the account of the bucket, because ' +
          `a part of an account id is no account (arn:aws:iam::*:role/security-admin), found "${who}"`,
      ]);
    });
  }

  for (const everybody of [
    '*',
    'arn:aws:iam::*:role/*',
    'arn:aws:iam::*:root',
    'arn:aws:iam::????????????:user/*',
    'arn:aws:iam::*:role/*/**',
    'arn:aws:iam::*',
    'arn:*:iam::111122223333:role/a',
    '111122223333',
    'arn:aws:sts::1*:*',
  ]) {
    test(`set by ${everybody}`, () => {
      refuses(policy({ exceptionRequests: { tag: 'ask', setBy: [everybody] } }), [
        `exceptionRequests.setBy[0]: expected ${PRINCIPAL}, found "${everybody}"`,
      ]);
    });
  }
});

function policy(change: object): object {
  return { version: 1, standard: kms, ...change };
}

function rule(change: object): object {
  return { name: 'a', when: {}, ...change };
}

function refuses(json: unknown, lines: string[]): void {
  assert.throws(() => parsePolicy(json), { code: 'invalid-policy', message: lines.join('\n') });
}
