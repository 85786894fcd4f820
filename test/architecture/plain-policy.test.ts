import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allFiles, linesMatching } from './source-files.ts';

describe('the rules of policy are plain functions of values', () => {
  const policy = allFiles('src/policy').filter(({ file }) => file.endsWith('.ts'));

  test('at most 45 lines of src/policy hand on that something is not known', () => {
    const lines = linesMatching(
      policy,
      /'ask'|'unread'|'known'|'open'|'needs'|unread\w*\(|\bask\(|lacking\(|openBecause\(/,
    );
    assert.ok(lines.length <= 45, `${lines.length} lines:\n${lines.join('\n')}`);
  });

  test('two unions hand it on: the answer to a condition of the policy, and the decision', () => {
    const unions = policy.flatMap(({ text }) =>
      [...text.matchAll(/^(?:export )?type (\w+)[^=\n]*=([\s\S]*?);\n(?![ }])/gm)].flatMap(
        ([, name = '', members = '']) => (members.includes('|') && HANDS_ON.test(members) ? [name] : []),
      ),
    );
    // A fact is where it begins: what AWS was asked for, or why it could not be read.
    assert.deepEqual(unions.toSorted(), ['Answer', 'Decision', 'Fact']);
  });
});

const HANDS_ON = /\b(?:Open|Needs|Unread|Answer|Decision)\b|'(?:ask|open|needs|unread)'/;
