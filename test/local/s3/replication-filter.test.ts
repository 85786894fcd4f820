import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReplicationRuleFilter } from '@aws-sdk/client-s3';
import { isFilter, means } from '../../../local/s3/replication-filter.ts';
import { ruleTo } from './open-replication.ts';

const TAG = { Key: 'k', Value: 'v' };
const OBJECTS = [
  { key: 'a/1', tags: [] },
  { key: 'a/2', tags: [TAG] },
  { key: 'b/3', tags: [TAG, { Key: 'other', Value: 'x' }] },
  { key: 'c/4', tags: [{ Key: 'k', Value: 'other' }] },
];

/** The numbers of the objects that a rule with this filter takes. */
const taken = (Filter: ReplicationRuleFilter): string =>
  OBJECTS.filter((object) => means(ruleTo({}, { Filter }), object))
    .map(({ key }) => key.slice(-1))
    .join('');

describe('the filter of a replication rule', () => {
  const rows: [ReplicationRuleFilter, string][] = [
    [{}, '1234'],
    [{ Prefix: 'a/' }, '12'],
    [{ Tag: TAG }, '23'],
    [{ Not: { Prefix: 'a/' } }, '34'],
    [{ Not: { Tag: TAG } }, '14'],
    [{ Not: { Or: { Prefixes: ['a/', 'c/'] } } }, '3'],
    [{ Not: { Or: { Prefixes: ['c/'], Tags: [TAG] } } }, '1'],
    [{ And: { Prefix: 'a/', Tags: [TAG] } }, '2'],
    [{ And: { Tags: [TAG], Not: { Prefix: 'a/' } } }, '3'],
    [{ And: { Prefix: 'a/', Not: { Tag: TAG } } }, '1'],
  ];
  for (const [filter, objects] of rows)
    test(`${JSON.stringify(filter)} takes ${objects}`, () => {
      assert.deepEqual([isFilter(filter), taken(filter)], [true, objects]);
    });

  test('has one member, and one in what it excludes', () => {
    const wrong: ReplicationRuleFilter[] = [
      { Prefix: 'a', Tag: TAG },
      { Tag: TAG, Not: { Prefix: 'a' } },
      { Not: {} },
      { Not: { Prefix: 'a', Tag: TAG } },
      { Not: { Or: { Prefixes: [], Tags: [] } } },
      { And: { Prefix: 'a', Not: {} } },
    ];
    assert.deepEqual(wrong.filter(isFilter), []);
  });
});
