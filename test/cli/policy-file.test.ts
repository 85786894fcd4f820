import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { describe, test } from 'node:test';
import { compilePolicyFile } from '../../cli/policy-file.ts';
import { DEFAULT_OBJECTS } from '../../src/policy/model.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import { written } from './written.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

test('the policy at the root is a good default that says everything', () => {
  assert.deepEqual(compilePolicyFile(path.join(ROOT, 'reseal.yaml')).document, {
    version: 1,
    mode: 'enforce',
    standard: { algorithm: 'aws:kms', key: 'alias/reseal', bucketKey: true, blockSseC: 'leave', strength: 'atLeast' },
    objects: { ...DEFAULT_OBJECTS, reencrypt: 'all' },
    rules: [],
    exceptions: [
      {
        bucket: 'reseal-example-exempt',
        reason: 'An example, and a bucket of the local scenario',
        owner: 'security@example.com',
        until: '2027-06-30',
      },
    ],
    limits: { flapping: { repairs: 3, hours: 24 } },
  });
});

const YAML = `# a comment
version: 1
standard:
  key: alias/reseal
  algorithm: aws:kms
exceptions:
  - until: 2027-12-31
    bucket: logs
    owner: data
    reason: Old importer
`;
const JSON_OF_YAML = `{
  "exceptions": [
    {
      "bucket": "logs",
      "owner": "data",
      "reason": "Old importer",
      "until": "2027-12-31"
    }
  ],
  "limits": {
    "flapping": {
      "hours": 24,
      "repairs": 3
    }
  },
  "mode": "enforce",
  "objects": {
    "ceilingUsd": {},
    "inlineUpTo": 0,
    "methods": [
      "update-encryption",
      "copy"
    ],
    "proof": 100,
    "reencrypt": "drifted",
    "uploads": "wait",
    "versions": "current"
  },
  "rules": [],
  "standard": {
    "algorithm": "aws:kms",
    "blockSseC": "leave",
    "bucketKey": true,
    "key": "alias/reseal",
    "strength": "atLeast"
  },
  "version": 1
}
`;

test('YAML becomes canonical JSON with its defaults, and the hash is of exactly these bytes', (t) => {
  const { document, json, sha256 } = compilePolicyFile(written(t, YAML));
  assert.deepEqual(
    { document, json, sha256 },
    {
      document: parsePolicy(JSON.parse(JSON_OF_YAML)),
      json: JSON_OF_YAML,
      sha256: createHash('sha256').update(JSON_OF_YAML).digest('hex'),
    },
  );
});

test('JSON is accepted too, and the order of its keys does not matter', (t) => {
  assert.equal(compilePolicyFile(written(t, JSON_OF_YAML)).json, JSON_OF_YAML);
  const reordered = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(JSON_OF_YAML)).toReversed()));
  assert.equal(compilePolicyFile(written(t, reordered)).json, JSON_OF_YAML);
});

describe('a problem is shown at its line and column', () => {
  const standard = 'standard:\n  algorithm: aws:kms\n  key: alias/reseal\n';
  const rows: [string, string, string[]][] = [
    [
      'a misspelt key',
      'version: 1\nstandard:\n  algoritm: aws:kms\n  algorithm: AES256\n',
      [
        '3:3 error standard.algoritm: expected one of algorithm, key, bucketKey, blockSseC, strength, found an unknown key (did you mean algorithm?)',
      ],
    ],
    [
      'a wrong value',
      `version: 1\n${standard}mode:   Enforce\n`,
      ['5:1 error mode: expected one of enforce, observe, found "Enforce"'],
    ],
    [
      'a missing key, at what should hold it',
      'version: 1\nstandard:\n  key: alias/reseal\n',
      ['2:1 error standard.algorithm: expected one of AES256, aws:kms, aws:kms:dsse, found nothing'],
    ],
    [
      'an item of a list',
      `version: 1\n${standard}exceptions:\n  - logs\n`,
      [
        '6:5 error exceptions[0]: expected a mapping with bucket or when, and with reason, owner and until, found "logs"',
      ],
    ],
    [
      'a field of an item',
      `version: 1\n${standard}exceptions:\n  - bucket: logs\n    reason: r\n    owner: o\n    until: 2026-02-30\n`,
      [
        '9:5 error exceptions[0].until: expected a date of the calendar as YYYY-MM-DD (for example 2027-12-31), found "2026-02-30"',
      ],
    ],
    [
      'in flow style',
      'version: 1\nstandard: { algorithm: AES256, extra: 1 }\n',
      [
        '2:32 error standard.extra: expected one of algorithm, key, bucketKey, blockSseC, strength, found an unknown key',
      ],
    ],
    [
      'several',
      `version: 2\nmode: x\n${standard}`,
      [
        '1:1 error version: expected 1, the only version of the policy language there is, found 2',
        '2:1 error mode: expected one of enforce, observe, found "x"',
      ],
    ],
    [
      'an account that a key map has twice, with quotes and without',
      'version: 1\nstandard: { algorithm: aws:kms, key: { "111122223333": alias/a, 111122223333: alias/b } }\n',
      ['2:65 error the policy: expected each key once: remove one of the two, found "111122223333" again'],
    ],
    [
      'an account that YAML reads as a number',
      `version: 1\n${standard}rules: [{ name: a, when: { accounts: [012345678901] } }]\n`,
      [
        "5:39 error rules[0].when.accounts[0]: expected an account id of 12 digits in quotes ('111122223333'), which YAML reads as a number without them, found 12345678901",
      ],
    ],
    [
      'a key of the object prototype',
      `version: 1\n${standard}__proto__: { mode: observe }\n`,
      [
        '5:1 error __proto__: expected one of version, mode, standard, objects, rules, exceptions, exceptionRequests, logTargets, limits, found an unknown key',
      ],
    ],
    [
      'a key that is a list',
      `version: 1\n${standard}? [a]\n: 1\n`,
      [
        '5:3 error the policy: expected a text as key; inside { } each key has its colon ({ buckets: [app-*] }), found "[a]"',
      ],
    ],
    ['an empty file', '', ['1:1 error the policy: expected a mapping with version and standard, found an empty file']],
    ['a word', 'enforce\n', ['1:1 error the policy: expected a mapping with version and standard, found "enforce"']],
  ];
  for (const [name, text, lines] of rows) {
    test(name, (t) => {
      const file = written(t, text);
      refuses(file, lines.map((line) => `${file}:${line}`).join('\n'));
    });
  }

  test('a file that is not there', () => {
    refuses(
      'no/such.yaml',
      'no/such.yaml:1:1 error the policy: expected a file that can be read (check the path and its permissions), found ENOENT',
    );
  });
});

test('account ids need no quotes as names of a key map, whatever they begin with', (t) => {
  const file = written(t, 'version: 1\nstandard: { algorithm: aws:kms, key: { 012345678901: alias/a } }\n');
  assert.deepEqual(compilePolicyFile(file).document.standard.key, { '012345678901': 'alias/a' });
});

test('a YAML anchor that is there is followed', (t) => {
  const file = written(
    t,
    'version: 1\nmode: &mode observe\nstandard: { algorithm: AES256 }\nobjects: { reencrypt: none }\n',
  );
  assert.equal(compilePolicyFile(file).document.mode, 'observe');
});

function refuses(file: string, message: string): void {
  assert.throws(() => compilePolicyFile(file), { name: 'ResealError', code: 'invalid-policy', message });
}
