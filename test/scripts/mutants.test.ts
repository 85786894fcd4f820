import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importers } from '../../scripts/mutants/importers.ts';
import { readOutcome } from '../../scripts/mutants/outcome.ts';
import { ranked } from '../../scripts/mutants/ranked.ts';
import { strykerPlugins } from '../../scripts/mutants/stryker-plugins.ts';

const ids = (count: number) => Array.from({ length: count }, (_, at) => ({ id: String(at) }));

test('a seed names one sample, and a part of all mutants agrees with the whole on its own', () => {
  const sample = ranked(ids(50), '7', 10);
  assert.deepEqual(ranked(ids(50).toReversed(), '7', 10), sample);
  assert.notDeepEqual(ranked(ids(50), '8', 10), sample);
  const part = ids(50).slice(20);
  const ofPart = ranked(part, '7', 10);
  assert.deepEqual(
    sample.filter(({ id }) => Number(id) >= 20 && !ofPart.some((each) => each.id === id)),
    [],
  );
});

test('the tests of a source are those that import it, directly or through others', () => {
  const tests = ['test/scripts/mutants.test.ts', 'test/scripts/exclusive.test.ts'];
  assert.deepEqual(importers(tests, ['scripts/mutants/ranked.ts']), [tests[0]]);
  assert.deepEqual(importers(tests, ['scripts/exclusive.ts']), [tests[1]]);
});

test('what no test noticed is listed by place, and what is equivalent does not count', () => {
  const mutant = (id: string, status: string, line: number) => ({
    id,
    status,
    mutatorName: 'm',
    replacement: 'true',
    location: { start: { line, column: 7 }, end: { line, column: 8 } },
  });
  const source = '  if (a) {\n  if (b) {\n';
  const mutants = [
    mutant('0', 'Killed', 1),
    mutant('1', 'Survived', 1),
    mutant('2', 'NoCoverage', 2),
    mutant('3', 'Timeout', 2),
    mutant('4', 'Ignored', 2),
  ];
  const report = { files: { 'src/x.ts': { source, mutants } } };
  const equivalent = [{ file: 'src/x.ts', line: 'if (b) {', becomes: 'true', why: 'b is true' }];
  assert.deepEqual(readOutcome(report, { seed: '7', count: 9, equivalent }), {
    survivors: ['src/x.ts:1  a  ->  true'],
    caught: 2,
    tried: 4,
    unlike: 3,
  });
  assert.deepEqual(readOutcome(report, { seed: '7', count: 9, equivalent: [] }).survivors.length, 2);
});

test('sentences for people are left alone, words of the code are not', () => {
  const [{ value } = {}] = strykerPlugins;
  const literal = (text: string) => value?.shouldIgnore({ node: { type: 'StringLiteral', value: text } });
  assert.deepEqual(
    ['aws:kms', 's3:PutObject', '', 'BUCKET NAME', 'has no default encryption.'].map(
      (text) => literal(text) !== undefined,
    ),
    [false, false, false, true, true],
  );
  const template = { type: 'TemplateLiteral', quasis: [{ value: { raw: '' } }, { value: { raw: ' was not found.' } }] };
  assert.notEqual(value?.shouldIgnore({ node: template }), undefined);
});
