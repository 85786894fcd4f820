import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, describe, test } from 'node:test';
import { testPolicy } from '../../../cli/policy-test/policy-tests.ts';
import { checkPolicyFile } from '../../../cli/policy-file.ts';
import { policyWarnings } from '../../../src/policy/document/warnings.ts';
import { written } from '../written.ts';

const EXAMPLES = path.resolve(import.meta.dirname, '../../../examples');
const WRITTEN = new Date('2026-11-30T09:00:00Z');
const STATE_FILE = path.resolve(import.meta.dirname, '../../../events/states/new-sse-s3.json');

describe('examples', () => {
  const policies = readdirSync(EXAMPLES).filter((file) => /^[\w-]+\.yaml$/.test(file));

  test('are three policies', () => assert.deepEqual(policies, ['bank.yaml', 'observe-first.yaml', 'startup.yaml']));

  for (const policy of policies) {
    test(`${policy} has no warnings, and passes its tests, which reach every rule`, async () => {
      const { document, errors, warningLines } = checkPolicyFile(path.join(EXAMPLES, policy), WRITTEN);
      assert.deepEqual([errors, document && warningLines(policyWarnings(document, WRITTEN))], [[], []]);
      const tested = await testPolicy(path.join(EXAMPLES, policy.replace(/yaml$/, 'test.yaml')));
      assert.deepEqual({ ...tested, total: 0 }, { total: 0, failed: 0, failures: [], warnings: [], untested: [] });
    });
  }
});

const POLICY = `version: 1
standard: { algorithm: aws:kms, key: alias/reseal }
rules:
  - { name: web, when: { buckets: [www.*] }, standard: { algorithm: AES256 } }
  - { name: pilot, when: { tags: [{ key: pilot }] }, mode: observe }
`;

test('a table bucket and a vector bucket are described in the same words, without what they cannot have', async (t) => {
  const [lake, vectors] = ['s3tables', 's3vectors'].map(
    (service) => `arn:aws:${service}:eu-west-1:111122223333:bucket/lake`,
  );
  const file = tested(
    t,
    `policy: policy.yaml
tests:
  - { name: table, state: { bucket: '${lake}', tags: { pilot: '' } }, expect: { verdict: hold, rule: pilot } }
  - { name: right, state: { bucket: '${vectors}', encryption: { algorithm: 'aws:kms', key: alias/reseal } }, expect: { verdict: compliant } }
  - { name: below, state: { bucket: '${vectors}' }, expect: { verdict: hold, reasons: [vector-encryption-fixed, weaker-algorithm] } }
`,
  );
  assert.deepEqual(await testPolicy(file), { total: 3, failed: 0, failures: [], warnings: [], untested: ['web'] });
});

test('each difference is a line with its place, what was expected and what was found', async (t) => {
  const file = tested(
    t,
    `policy: policy.yaml
tests:
  - name: good
    state: { bucket: app }
    expect: { verdict: repair, reasons: [weaker-algorithm], standard: { key: alias/reseal, strength: atLeast, methods: [update-encryption, copy] } }
  - name: bad
    state: { bucket: www.a }
    expect:
      verdict: repair
      rule: default
      mode: observe
      reasons: [weaker-algorithm]
      standard: { algorithm: 'aws:kms', key: alias/reseal, keepKey: true, inlineUpTo: 5, methods: [copy, own-copy] }
`,
  );
  const at = (place: string, what: string, found: string) =>
    `${file}:${place} failed tests[1].expect.${what}, found ${found}; test "bad"`;
  assert.deepEqual(await testPolicy(file), {
    total: 2,
    failed: 1,
    failures: [
      at('9:7', 'verdict: expected repair', 'compliant'),
      at('10:7', 'rule: expected default', 'web'),
      at('11:7', 'mode: expected observe', 'enforce'),
      at('12:7', 'reasons: expected weaker-algorithm', 'none'),
      at('13:19', 'standard.algorithm: expected aws:kms', 'AES256'),
      at('13:41', 'standard.key: expected alias/reseal', 'none'),
      at('13:60', 'standard.keepKey: expected true', 'false'),
      at('13:75', 'standard.inlineUpTo: expected 5', '0'),
      at('13:90', 'standard.methods: expected copy, own-copy', 'update-encryption, copy'),
    ],
    warnings: [],
    untested: ['pilot'],
  });
});

test('the example of docs/policy-tests.md gets the shown line', async (t) => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../../docs/policy-tests.md'), 'utf8');
  const [policy = '', tests = '', shown = ''] = [...text.matchAll(/^```(?:yaml|text)\n([^]*?)^```$/gm)].map(
    ([, body]) => body,
  );
  const file = tested(t, tests, policy);
  const { failures } = await testPolicy(file);
  assert.equal(`${failures.join('\n')}\n`, shown.replace('tests.yaml', file));
});

describe('a bucket in few words', () => {
  const rows: [words: string, expect: string][] = [
    ['bucket: app, encryption: aws:kms', '{ verdict: repair, reasons: [key-aws-default] }'],
    ['bucket: app, encryption: { algorithm: aws:kms, key: alias/reseal }', '{ verdict: compliant, reasons: [] }'],
    [
      'bucket: app, encryption: { algorithm: aws:kms, key: alias/reseal, bucketKey: false }',
      '{ verdict: repair, reasons: [bucket-key-off, bucket-key-context] }',
    ],
    ['bucket: app, encryption: { error: AccessDenied }', '{ verdict: unreadable, reasons: [read-denied] }'],
    ['bucket: app, tags: { pilot: yes }', '{ verdict: repair, rule: pilot, mode: observe }'],
    ['bucket: app, tags: { error: AccessDenied }', '{ verdict: unreadable, reasons: [tags-unreadable] }'],
    ['bucket: app, tags: { TagSet: [{ Key: pilot, Value: x }] }', '{ verdict: repair, rule: pilot }'],
    ['bucket: app, publicRead: true', '{ verdict: hold, reasons: [reader-anonymous, weaker-algorithm] }'],
    ['bucket: app, logsFrom: [other]', '{ verdict: compliant, reasons: [log-target-sse-s3] }'],
    [
      'bucket: app, createdAt: 2026-01-31, website: { IndexDocument: { Suffix: index.html } }',
      '{ verdict: hold, reasons: [reader-website, weaker-algorithm] }',
    ],
    [
      'bucket: app, keys: { alias/reseal: { error: NotFoundException } }',
      '{ verdict: hold, reasons: [key-not-found, weaker-algorithm] }',
    ],
    ['bucket: app, region: us-gov-west-1, account: "999900001111"', '{ verdict: repair }'],
  ];
  for (const [words, expect] of rows) {
    test(words, async (t) => {
      const file = tested(t, `policy: policy.yaml\ntests: [{ name: n, state: { ${words} }, expect: ${expect} }]\n`);
      assert.deepEqual((await testPolicy(file)).failures, []);
    });
  }

  test('or a state file', async (t) => {
    const file = tested(
      t,
      `policy: policy.yaml\ntests: [{ name: n, state: ${STATE_FILE}, expect: { verdict: repair } }]\n`,
    );
    assert.deepEqual((await testPolicy(file)).failures, []);
  });
});

test('a Region that nobody knows and a name in capitals are warnings', async (t) => {
  const state = '{ bucket: App, region: eu-wset-1 }';
  const file = tested(
    t,
    `policy: policy.yaml\ntests:\n  - { name: n, state: ${state}, expect: { verdict: repair } }\n`,
  );
  const { failures, warnings } = await testPolicy(file);
  assert.deepEqual(
    [failures, warnings],
    [
      [],
      [
        `${file}:3:25 warning tests[0].state.bucket: expected lower case, because only buckets of us-east-1 from before March 2018 can have capitals, found "App"; test "n"`,
        `${file}:3:38 warning tests[0].state.region: expected a Region that this version knows (eu-west-1?), because no bucket is in one that is misspelt, found "eu-wset-1"; test "n"`,
      ],
    ],
  );
});

describe('a bad file of tests is told with its place', () => {
  const test1 = (state: string, expect = '{ verdict: hold }') =>
    `policy: policy.yaml\ntests:\n  - { name: n, state: ${state}, expect: ${expect} }\n`;
  const thrown: [name: string, text: string, line: string][] = [
    [
      'no tests',
      'policy: policy.yaml\ntests: []\n',
      '2:1 error tests: expected a list of tests with at least one in it; leave the key out where nothing is meant, found an empty list',
    ],
    [
      'no verdict',
      test1('{ bucket: app }', '{ rule: a }'),
      '3:40 error tests[0].expect.verdict: expected one of compliant, repair, exempt, hold, unreadable, found nothing',
    ],
    [
      'an unknown reason',
      test1('{ bucket: app }', '{ verdict: hold, reasons: [public] }'),
      '3:75 error tests[0].expect.reasons[0]: expected a reason code of docs/reasons.md, found "public"',
    ],
    [
      'two tests of one name',
      test1('{ bucket: app }') + test1('{ bucket: web }').split('\n').slice(2).join('\n'),
      '4:7 error tests[1].name: expected a name that no other test has, found "n", which tests[0] has already',
    ],
    [
      'a tab',
      'policy: policy.yaml\n\ttests: []\n',
      '2:1 error the tests: expected spaces at the start of a line, two for each level, found a tab',
    ],
  ];
  for (const [name, text, line] of thrown) {
    test(name, async (t) => {
      const file = tested(t, text);
      await assert.rejects(testPolicy(file), { name: 'ResealError', message: `${file}:${line}` });
    });
  }

  const failed: [name: string, state: string, line: string][] = [
    [
      'no state',
      'null',
      '3:16 failed tests[0].state: expected a mapping with bucket, or the path of a state file, found null; test "n"',
    ],
    [
      'a misspelt member',
      '{ bucket: app, publicread: true }',
      '3:38 failed tests[0].state.publicread: expected one of',
    ],
    [
      'an unknown algorithm',
      '{ bucket: app, encryption: SSE-KMS }',
      '3:38 failed tests[0].state.encryption.algorithm: expected one of AES256, aws:kms, aws:kms:dsse, found "SSE-KMS"; test "n"',
    ],
    [
      'a name that no bucket can have',
      "{ bucket: 'app-*' }",
      '3:25 failed tests[0].state.bucket: expected the name of the bucket (3 to 255 letters, digits, dots, hyphens or underscores), or the ARN of a table or vector bucket, found "app-*"; test "n"',
    ],
    [
      'a table bucket with a setting of S3',
      "{ bucket: 'arn:aws:s3tables:eu-west-1:111122223333:bucket/lake', encryption: { algorithm: AES256, sseC: blocked } }",
      '3:121 failed tests[0].state.encryption.sseC: expected algorithm and key alone, because a table bucket has no Bucket Key and no SSE-C, found one; test "n"',
    ],
    [
      'a Region that is none',
      '{ bucket: app, region: Ireland }',
      '3:38 failed tests[0].state.region: expected a Region, for example eu-west-1, found "Ireland"; test "n"',
    ],
    [
      'an account without quotes',
      '{ bucket: app, account: 111122223333 }',
      `3:38 failed tests[0].state.account: expected an account id of 12 digits in quotes ('111122223333'), which YAML reads as a number without them, found 111122223333; test "n"`,
    ],
  ];
  for (const [name, state, line] of failed) {
    test(name, async (t) => {
      const file = tested(t, test1(state));
      const { failures } = await testPolicy(file);
      assert.equal(failures.join('\n').slice(0, `${file}:${line}`.length), `${file}:${line}`);
    });
  }
});

function tested(t: TestContext, tests: string, policy = POLICY): string {
  const file = written(t, tests, 'tests.yaml');
  writeFileSync(path.join(path.dirname(file), 'policy.yaml'), policy);
  return file;
}
