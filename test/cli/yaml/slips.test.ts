import assert from 'node:assert/strict';
import { type TestContext, describe, test } from 'node:test';
import { checkPolicyFile } from '../../../cli/policy-file.ts';
import { written } from '../written.ts';

const HEAD = 'version: 1\nstandard:\n  algorithm: aws:kms\n  key: alias/reseal\n';
const RULE = `${HEAD}rules:\n  - name: a\n`;
const INDENT =
  'the policy: expected the keys of one mapping, and the items of one list, with the same spaces in front, and each [ and { closed, found';
const UTF_8 = 'the policy: expected text in UTF-8: save the file with that encoding, found';
const quoted = (word: string, why: string) =>
  `the policy: expected '${word}', put it in quotes, because ${why}, found ${word}`;
const STAR = '* in front of a word is a YAML alias';
const NO_MERGE =
  'the policy: expected the members themselves, because YAML 1.2 has no merge key: write them out, found <<';
const NO_COLON = 'the policy: expected a space after the colon, found ';
const NO_SPACE = 'the policy: expected a space after the - of a list item, found ';
const NO_HYPHEN = 'the policy: expected a plain hyphen (-) in front of a list item, found ';
const DASH = 'with a dash that is no hyphen (U+2013) in it: write - instead';
const CURLY = 'with typographic quotes (U+201C) in it: write \' or " instead';
const SPACE = 'with a no-break or other special space (U+00A0) in it: write a space instead';
const TOP = 'version, mode, standard, objects, rules, exceptions, exceptionRequests, logTargets, limits';
const CONDITIONS = 'accounts, ou, regions, buckets, tags, kind, logTarget, createdBefore, createdAfter';

/** What people type, and what they are told: the place, what was expected, what was found, what to do. */
const SLIPS: [name: string, text: string | Buffer, lines: string[]][] = [
  ['* in a flow list', `${RULE}    when: { buckets: [www.*, *-public] }\n`, [`7:30 ${quoted('*-public', STAR)}`]],
  ['* in a block list', `${RULE}    when:\n      buckets:\n        - *-public\n`, [`9:11 ${quoted('*-public', STAR)}`]],
  ['* alone', `${RULE}    when: { buckets: [*] }\n`, [`7:23 ${quoted('*', STAR)}`]],
  [
    '! in front',
    `${RULE}    when: { buckets: [!a-*] }\n`,
    [`7:23 ${quoted('!a-*', '! in front of a word is a YAML tag')}`],
  ],
  [
    '@ in front',
    `${HEAD}exceptions:\n  - reason: @vendor\n`,
    [`6:13 ${quoted('@vendor', '@ has a meaning of its own in YAML')}`],
  ],
  [
    'a colon in a text',
    `${HEAD}exceptions:\n  - reason: the vendor's: no\n`,
    [
      "6:13 the policy: expected 'the vendor''s: no', put text with a colon and a space in quotes, or a key on a line of its own, found the vendor's: no",
    ],
  ],
  [
    'two documents',
    `${HEAD}---\nmode: observe\n`,
    [
      '5:1 the policy: expected one document: take the line --- out, or put the rest into a file of its own, found a second document',
    ],
  ],
  [
    'a line too deep',
    'version: 1\nstandard:\n  algorithm: aws:kms\n\n   key: alias/a\n',
    [`5:4 ${INDENT} 3 spaces before "key: alias/a"`],
  ],
  [
    'a line not deep enough',
    'version: 1\nstandard:\n    algorithm: aws:kms\n  key: alias/a\n',
    [`4:3 ${INDENT} 2 spaces before "key: alias/a"`],
  ],
  ['a key beside its item', `${RULE}   when: {}\n`, [`7:4 ${INDENT} 3 spaces before "when: {}"`]],
  [
    'conditions beside when',
    `${RULE}    when:\n    buckets: [a-*]\n`,
    [
      `7:5 rules[0].when: expected a mapping with any of ${CONDITIONS} ({} is every bucket), found nothing after it (YAML reads null)`,
      '8:5 rules[0].buckets: expected one of name, when, standard, objects, mode, found an unknown key, beside when, which has nothing: indent it if it belongs there',
    ],
  ],
  [
    'a tab',
    'version: 1\nstandard:\n\talgorithm: AES256\n',
    ['3:1 the policy: expected spaces at the start of a line, two for each level, found a tab'],
  ],
  [
    'a key twice',
    `${HEAD}mode: observe\nmode: enforce\n`,
    ['6:1 the policy: expected each key once: remove one of the two, found "mode" again'],
  ],
  [
    'a merge key',
    `version: 1\nstandard: &s\n  algorithm: aws:kms\n  key: alias/a\nrules:\n  - name: a\n    when: {}\n    standard:\n      <<: *s\n`,
    [`9:7 ${NO_MERGE}`],
  ],
  [
    'an empty list',
    `${RULE}    when: { buckets: [] }\n`,
    [
      '7:13 rules[0].when.buckets: expected a list of bucket names ([app-*]) with at least one in it; leave the key out where nothing is meant, found an empty list',
    ],
  ],
  [
    'a list without items',
    `${RULE}    when:\n      buckets:\n`,
    ['8:7 rules[0].when.buckets: expected a list of bucket names ([app-*]), found nothing after it (YAML reads null)'],
  ],
  [
    'curly quotes',
    `${HEAD}mode: “observe”\n`,
    [`5:1 mode: expected one of enforce, observe, found "“observe”", ${CURLY}`],
  ],
  [
    'a no-break space at the end',
    `${HEAD}mode: observe\u00A0\n`,
    [`5:1 mode: expected one of enforce, observe, found "observe\u00A0", ${SPACE}`],
  ],
  [
    'a no-break space as indent',
    `${HEAD}\u00A0mode: observe\n`,
    [`5:1 ["\u00A0mode"]: expected one of ${TOP}, found an unknown key (did you mean mode?), ${SPACE}`],
  ],
  [
    'a no-break space after the colon',
    `version: 1\nstandard:\n  algorithm:\u00A0AES256\n  bucketKey: true\n`,
    [
      `3:3 the policy: expected KEY: VALUE, with a space after the colon, and the keys of one mapping right under each other, or with commas inside { }, found "algorithm:\u00A0AES256", ${SPACE}`,
    ],
  ],
  [
    'a dash',
    `${RULE}    when: { regions: [eu–west–1] }\n`,
    [
      '7:23 rules[0].when.regions[0]: expected the name of a Region (for example eu-west-1), found "eu–west–1", with a dash that is no hyphen (U+2013) in it: write - instead',
    ],
  ],
  [
    'an open quote',
    `${HEAD}rules:\n  - name: 'a\n    when: {}\n`,
    ["6:11 the policy: expected a second ' where the text ends, found no end of it"],
  ],
  [
    'an open bracket',
    `${HEAD}rules: [{ name: a, when: { }\n`,
    ['6:1 the policy: expected each [ and { closed by ] and }, found the end of the file'],
  ],
  [
    'a missing comma',
    `${HEAD}rules: [{ name: a when: {} }]\n`,
    [
      '5:17 the policy: expected a comma between two values inside [ ] or { }, and a quote inside a quoted text written twice (\'\'), found "a when: {} }]"',
    ],
  ],
  ['no space after a colon', `${HEAD.replace(': alias', ':alias')}`, ['4:3 ' + NO_COLON + '"key:alias/reseal"']],
  [
    'no space after a colon in { }',
    'version: 1\nstandard: { algorithm: aws:kms, key:alias/app }\n',
    [`2:33 ${NO_COLON}"key:alias/app"`],
  ],
  ['no space after the colon of an item', `${HEAD}rules:\n  - name:a\n`, [`6:5 ${NO_COLON}"name:a"`]],
  ['no space after a hyphen', `${HEAD}rules:\n  -name: a\n   when: {}\n`, [`6:3 ${NO_SPACE}"-name: a"`]],
  ['no space after the only hyphen', `${HEAD}rules:\r\n  -name: a\r\n`, [`6:3 ${NO_SPACE}"-name"`]],
  ['no space before a name', `${RULE}    when:\n      buckets:\n        -a-*\n`, [`9:9 ${NO_SPACE}"-a-*"`]],
  [
    'a dash before an item',
    `${RULE}    when: {}\n  – name: b\n    when: {}\n`,
    [`8:3 ${NO_HYPHEN}"– name: b", ${DASH}`],
  ],
  ['a dash before a name', `${RULE}    when:\n      buckets:\n        – a-*\n`, [`9:9 ${NO_HYPHEN}"– a-*", ${DASH}`]],
  [
    'no colon before {',
    `${RULE}    when { buckets: [a-*] }\n`,
    ['7:5 the policy: expected a colon after the key, found "when { buckets: [a-*] }"'],
  ],
  [
    'a comma for a colon',
    `${RULE}    when: { buckets, [a-*] }\n`,
    [
      '7:22 the policy: expected a text as key; inside { } each key has its colon ({ buckets: [app-*] }), found "[a-*] }"',
    ],
  ],
  [
    'thousands of brackets',
    `${HEAD}rules: ${'['.repeat(5_000)}`,
    ['5:1 the policy: expected lists and mappings a few levels deep, found hundreds of [ or { inside each other'],
  ],
  [
    'a key that is too long',
    `${HEAD}${'k'.repeat(5_000)}: a\n`,
    [`5:1 the policy: expected a key of at most 1,024 letters, found "${'k'.repeat(79)}... (5002 characters)`],
  ],
  [
    'an item that is too deep',
    `${RULE}    when:\n      buckets:\n        - a-*\n         - b-*\n`,
    ['10:10 the policy: expected the - of all items of a list right under each other, found "- b-*"'],
  ],
  [
    'keys after the end',
    `${HEAD}...\nmode: observe\n`,
    [
      '6:1 the policy: expected one document: take the line ... out, or put the rest into a file of its own, found a second document',
    ],
  ],
  ['bytes of no text', Buffer.from([0, 1, 2]), [`1:1 ${UTF_8} a zero byte`]],
  [
    'an account that is none',
    `${RULE}    when: { accounts: ['*', '11111111111'] }\n`,
    ['"*"', '"11111111111"'].map(
      (found, index) =>
        `7:${[24, 29][index]} rules[0].when.accounts[${index}]: expected an account id of 12 digits; leave accounts out where every account is meant, found ${found}`,
    ),
  ],
  [
    'a mapping for a list',
    `${HEAD}rules:\n  name: a\n  when: {}\n`,
    ['5:1 rules: expected a list of rules, with - in front of each (- name: NAME), found a mapping'],
  ],
  ['UTF-16', Buffer.from(`\uFEFF${HEAD}`, 'utf16le'), [`1:1 ${UTF_8} UTF-16`]],
  ['UTF-16 without a mark', Buffer.from(HEAD, 'utf16le'), [`1:1 ${UTF_8} UTF-16`]],
  ['a zero byte', `${HEAD}mode: obs\0erve\n`, [`5:10 ${UTF_8} a zero byte`]],
  ['Latin-1', Buffer.from(`${HEAD}# M\u00FCller\n`, 'latin1'), [`5:4 ${UTF_8} bytes of another encoding`]],
];

describe('a slip is told with its place and what to do', () => {
  for (const [name, text, lines] of SLIPS) {
    test(name, (t) => {
      const { file, errors } = checked(t, text);
      assert.deepEqual(
        errors,
        lines.map((line) => line.replace(/^(\d+:\d+)/, `${file}:$1 error`)),
      );
    });
  }
});

test('of thousands of faults the first fifty are told', (t) => {
  const { file, errors } = checked(t, `${HEAD}rules:\n${'\t- name: a\n'.repeat(20_000)}`);
  const tab = 'the policy: expected spaces at the start of a line, two for each level, found a tab';
  assert.deepEqual(
    errors,
    Array.from({ length: 50 }, (_, n) => `${file}:${n + 6}:1 error ${tab}`),
  );
});

test('of thousands of errors the first fifty are told in the order of the file, and last where the others are', (t) => {
  const { file, errors } = checked(t, `${HEAD}rules:\n${'  - { name: "!", when: {} }\n'.repeat(4_000)}`);
  assert.equal(errors.length, 51);
  assert.equal(
    errors.at(-1),
    `${file}:31:7 error the policy: expected no more than 50 errors: mend these first, found 7949 more, from here on`,
  );
});

test('text that has the form of a slip is none', (t) => {
  const reason = 'reason: >\n      note:one\n      -two\n    owner: o\n    until: 2027-01-31\n';
  const requests = 'exceptionRequests:\n  tag: t\n  setBy:\n    - arn:aws:iam::*:role/a\n';
  const good = `${HEAD}exceptions:\n  - bucket: old\n    ${reason}${requests}`;
  assert.deepEqual(checked(t, good).errors, []);
  const { file, errors } = checked(t, `${good}mode: observe\nmode: observe\n`);
  assert.deepEqual(errors.length, 1);
  assert.match(errors[0] ?? '', new RegExp(`^${file}:\\d+:1 error the policy: expected each key once`));
});

test('what only looks odd is fine: a mark of UTF-8, CRLF, and typographic quotes in words', (t) => {
  const exception = 'exceptions:\n  - { bucket: old, reason: “The vendor’s importer”, owner: o, until: 2027-01-31 }\n';
  assert.deepEqual(checked(t, `\uFEFF${HEAD}${exception}`.replaceAll('\n', '\r\n')).errors, []);
});

function checked(t: TestContext, text: string | Buffer) {
  const file = written(t, text);
  return { file, errors: checkPolicyFile(file).errors };
}
