import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { When } from '../../../src/policy/document/document-when.ts';
import type { Facts } from '../../../src/policy/facts.ts';
import { type Answer, lacking, sure } from '../../../src/policy/ruling/answer.ts';
import { matching, ousOf } from '../../../src/policy/ruling/matching.ts';
import { policyOf } from '../../iam/documents.ts';

const state = { bucket: 'app-a', account: '111122223333', region: 'eu-west-1' };
const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const UNREAD = { kind: 'unread', why: 'It was denied.', denied: true } as const;
const ask = (when: When, facts: Facts = {}, kind: 'general-purpose' | 'directory' = 'general-purpose') =>
  matching(when, { state, kind, partition: 'aws', facts }, 'Rule r');

const [YES, NO] = [sure(true), sure(false)];
const TAGS = { tags: read([{ key: 'data', value: 'personal' }]) };
const CREATED = { createdAt: read('2026-02-01T00:00:00.000Z') };
const PATH = { ouPath: read('o-1/r-1/ou-1-1') };
const remembered = (logSources: { bucket: string; prefix: string }[]) => ({
  remembered: read({ repairs: [], logSources }),
});

const rows: [name: string, when: When, facts: Facts, answer: Answer<boolean>][] = [
  ['everything', {}, {}, YES],
  ['a name of several', { buckets: ['x', 'app-?'] }, {}, YES],
  ['another name, whatever else is open', { buckets: ['x'], tags: [{ key: 'data' }] }, {}, NO],
  ['the account', { accounts: ['444455556666', '111122223333'] }, {}, YES],
  ['another Region', { regions: ['us-east-1'] }, {}, NO],
  ['its kind', { kind: 'general-purpose' }, {}, YES],
  ['the other kind', { kind: 'directory' }, {}, NO],
  ['tags that nobody has read', { tags: [{ key: 'data' }] }, {}, lacking('tags')],
  ['a key, whatever its value', { tags: [{ key: 'data' }] }, TAGS, YES],
  ['a key with its value', { tags: [{ key: 'data', value: 'personal' }] }, TAGS, YES],
  ['a key with another value', { tags: [{ key: 'data', value: 'public' }] }, TAGS, NO],
  ['all tags, not one of them', { tags: [{ key: 'data' }, { key: 'team' }] }, TAGS, NO],
  ['its unit', { ou: 'o-1/r-1/ou-1-1/' }, PATH, YES],
  ['a unit above', { ou: ['o-2', 'o-1/r-1'] }, PATH, YES],
  ['a unit whose name only begins so', { ou: 'o-1/r-1/ou-1-1' }, { ouPath: read('o-1/r-1/ou-1-12') }, NO],
  ['the first moment of a day', { createdAfter: '2026-02-01' }, CREATED, YES],
  ['not before that day', { createdBefore: '2026-02-01' }, CREATED, NO],
  ['all that is open, at once', { tags: [{ key: 'data' }], ou: 'o-1' }, {}, lacking('ouPath', 'tags')],
  ['no, where one surely does not hold', { tags: [{ key: 'x' }], ou: 'o-1' }, TAGS, NO],
  ['a log target, once all that is cheap is known', { logTarget: true, tags: [{ key: 'data' }] }, {}, lacking('tags')],
  ['a log target, first by what is remembered', { logTarget: true }, {}, lacking('remembered')],
  ['a log target that is remembered', { logTarget: true }, remembered([{ bucket: 'web', prefix: '' }]), YES],
  ['no log target, where one is remembered', { logTarget: false }, remembered([{ bucket: 'web', prefix: '' }]), NO],
  [
    'no, where it is none for sure, whatever else could not be read',
    { logTarget: false, tags: [{ key: 'data' }] },
    { tags: UNREAD, ...remembered([{ bucket: 'web', prefix: '' }]) },
    NO,
  ],
  ['a log target of which nothing is remembered', { logTarget: true }, remembered([]), lacking('bucketPolicy', 'acl')],
];

describe('a rule is for a bucket', () => {
  for (const [name, when, facts, answer] of rows) test(name, () => assert.deepEqual(ask(when, facts), answer));

  test('by the name alone, whatever it is known by', () => {
    const bucket = 'arn:aws:s3tables:eu-west-1:111122223333:bucket/lake-a';
    const subject = { state: { ...state, bucket }, kind: 'table', partition: 'aws', facts: {} } as const;
    const names = (buckets: string[], kind?: 'table' | 'general-purpose') =>
      matching({ buckets, ...(kind && { kind }) }, subject, 'Rule r');
    assert.deepEqual(
      [names(['lake-*']), names(['lake-a'], 'table'), names(['lake-a'], 'general-purpose'), names(['arn*'])],
      [YES, YES, NO, NO],
    );
    assert.deepEqual(matching({ logTarget: false }, subject, 'Rule r'), YES);
  });

  test('by who writes to it', () => {
    const facts = (...statements: object[]) => ({
      ...remembered([]),
      bucketPolicy: read(policyOf(...statements)),
      acl: read([]),
    });
    const Principal = { Service: 'delivery.logs.amazonaws.com' };
    const writes = { Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: 'arn:aws:s3:::app-a/*' };
    assert.deepEqual([ask({ logTarget: true }, facts(writes)), ask({ logTarget: true }, facts())], [YES, NO]);
  });

  test('or not, for sure, where services write to none of its kind', () => {
    assert.deepEqual(
      [ask({ logTarget: true }, {}, 'directory'), ask({ logTarget: false }, {}, 'directory')],
      [NO, YES],
    );
  });

  test('or nobody can say, and the rule is named', () => {
    const answer = ask({ tags: [{ key: 'data' }] }, { tags: UNREAD });
    const message = 'It was denied. Rule r asks for it.';
    assert.deepEqual(answer, { kind: 'open', lacks: [], reasons: [{ code: 'tags-unreadable', message }] });
  });
});

test('units are paths that end with a slash', () => {
  assert.deepEqual([ousOf('o-1'), ousOf(['o-1/', 'o-2'])], [['o-1/'], ['o-1/', 'o-2/']]);
});
