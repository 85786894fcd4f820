import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from '../../../src/policy/document/document.ts';
import type { Facts } from '../../../src/policy/facts.ts';
import { type RulingCase, rulingFor } from '../../../src/policy/ruling/ruling.ts';
import { DEFAULT_OBJECTS } from '../../../src/policy/model.ts';

/** What rules, exceptions, requests and limits come to where several of them have something to say. */

const NOW = new Date('2026-11-02T10:15:30Z');
const BY_TAG = { tags: [{ key: 'a' }] };
const ENTRY = { reason: 'r', owner: 'o' };
const UNREAD = { kind: 'unread', why: 'It was denied.', denied: true } as const;

function answer(policy: object, facts: Facts = {}, change: Partial<RulingCase> = {}) {
  return rulingFor({
    policy: parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' }, ...policy }),
    state: { bucket: 'data', account: '111122223333', region: 'eu-west-1', own: false },
    kind: 'general-purpose',
    partition: 'aws',
    facts,
    now: NOW,
    ...change,
  });
}

function ruling(policy: object, facts?: Facts) {
  const found = answer(policy, facts);
  assert(found.kind === 'sure');
  return found.value;
}

const codes = (policy: object, facts?: Facts) => ruling(policy, facts).notices.map(({ code }) => code);

test('the policy observes as a whole, or a rule does', () => {
  const rules = [{ name: 'r', when: {}, mode: 'observe' }];
  const told = [{}, { mode: 'observe' }, { rules }, { mode: 'observe', rules: [{ name: 'r', when: {} }] }];
  assert.deepEqual(
    told.map((policy) => ruling(policy).observe),
    [false, true, true, true],
  );
});

test('a rule overrides what it names and leaves the rest of the default standard', () => {
  const standard = { algorithm: 'aws:kms', key: 'alias/a', bucketKey: false, blockSseC: 'on', strength: 'exactly' };
  const objects = { reencrypt: 'all' };
  const under = (own: object) => ruling({ standard, objects, rules: [{ name: 'r', when: {}, ...own }] }).standard;
  const whole = { ...standard, ...DEFAULT_OBJECTS, reencrypt: 'all' };
  const { strength: _, ...atLeast } = whole;
  assert.deepEqual(under({}), whole);
  assert.deepEqual(under({ standard: { strength: 'atLeast' } }), atLeast);
  assert.deepEqual(under({ standard: { bucketKey: true }, objects: {} }), { ...whole, bucketKey: true });
  assert.deepEqual(under({ objects: { reencrypt: 'none' } }), { ...whole, reencrypt: 'none' });
});

test('a rule overrides what it names of objects, and one ceiling leaves the other', () => {
  const standard = { algorithm: 'AES256' };
  const restore = { tier: 'Bulk', days: 3 };
  const objects = { versions: 'all', methods: ['copy'], restore, ceilingUsd: { bucket: 5, run: 100 } };
  const own = { uploads: 'abort', methods: ['own-copy'], inlineUpTo: 7, proof: 0, ceilingUsd: { bucket: 50 } };
  const found = ruling({ standard, objects, rules: [{ name: 'r', when: {}, objects: own }] }).standard;
  const { reencrypt, versions, uploads, methods, inlineUpTo, proof, ceilingUsd } = found;
  assert.deepEqual(
    { reencrypt, versions, uploads, methods, inlineUpTo, restore: found.restore, proof, ceilingUsd },
    { ...own, reencrypt: 'drifted', versions: 'all', restore, ceilingUsd: { bucket: 50, run: 100 } },
  );
});

test('an exempt bucket has the rule that it would have, where that is known, and only the notice of its end', () => {
  const exceptions = [
    { bucket: 'data', ...ENTRY, until: '2026-11-10' },
    { when: { buckets: ['da*'] }, ...ENTRY, until: '2026-11-01' },
  ];
  const known = ruling({ exceptions, rules: [{ name: 'r', when: {}, mode: 'observe' }] });
  assert.deepEqual([known.rule, known.observe, known.notices.length], ['r', true, 1]);
  const open = ruling({ exceptions, rules: [{ name: 'r', when: BY_TAG, mode: 'observe' }] }, { tags: UNREAD });
  assert.deepEqual([open.rule, open.observe, open.notices.length], ['built-in: exempt', false, 1]);
});

test('of an exception that is over, and of one that lasts too long, nothing is read', () => {
  const exceptions = ['2026-11-01', '2099-12-31'].map((until) => ({ when: BY_TAG, ...ENTRY, until }));
  const limits = { exceptionDays: 90 };
  assert.deepEqual(codes({ exceptions, limits }), []);
  assert.deepEqual(codes({ exceptions, limits }, { tags: UNREAD }), []);
  const tags: Facts['tags'] = { kind: 'read', value: [{ key: 'a', value: '' }] };
  assert.deepEqual(codes({ exceptions, limits }, { tags }), ['exception-expired', 'exception-too-long']);
  assert.deepEqual(codes({ exceptions, limits }, { tags: { kind: 'read', value: [] } }), []);
});

test('notices of exceptions and of a request stand side by side', () => {
  const exceptions = [{ bucket: 'data', ...ENTRY, until: '2026-11-01' }];
  const exceptionRequests = { tag: 'exempt', setBy: ['arn:aws:iam::*:role/admin'] };
  const tags: Facts['tags'] = { kind: 'read', value: [{ key: 'exempt', value: 'soon' }] };
  assert.deepEqual(codes({ exceptions, exceptionRequests }, { tags }), [
    'exception-expired',
    'exception-request-malformed',
  ]);
});

test('what exceptions and rules lack is asked for at once, and what neither could read is told of both', () => {
  const exceptions = [{ when: BY_TAG, ...ENTRY, until: '2027-01-01' }];
  const rules = [{ name: 'r', when: { ou: 'o-1' } }];
  assert.deepEqual(answer({ exceptions, rules }), { kind: 'open', lacks: ['tags', 'ouPath'], reasons: [] });
  const unread = answer({ exceptions, rules }, { tags: UNREAD, ouPath: UNREAD });
  assert(unread.kind === 'open');
  assert.deepEqual(
    [unread.lacks, unread.reasons.map(({ code }) => code)],
    [[], ['tags-unreadable', 'ou-path-unreadable']],
  );
});
