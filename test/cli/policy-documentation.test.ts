import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { checkPolicyFile, compilePolicyFile } from '../../cli/policy-file.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import type { Facts } from '../../src/policy/facts.ts';
import { kindOf } from '../../src/policy/model.ts';
import { type Ruling, rulingFor } from '../../src/policy/ruling/ruling.ts';
import { policyWarnings } from '../../src/policy/document/warnings.ts';
import { type Row, TEXT, examples } from './policy-examples.ts';
import { written } from './written.ts';

const TODAY = new Date('2026-11-02T10:15:30Z');

const all = examples();
const good = all.filter(({ kind }) => kind === 'yaml');
const bad = all.filter(({ kind }) => kind === 'yaml invalid');
const warned = all.filter(({ kind }) => kind === 'yaml warned');
const recipes = good.filter(({ rows }) => rows.length > 0);

describe('docs/policy.md', () => {
  test('has examples of every kind', () => {
    assert.deepEqual([good.length, bad.length, warned.length, recipes.length], [22, 2, 1, 16]);
  });

  for (const [index, { body, title }] of good.entries()) {
    test(`good example ${index + 1} (${title}) is a good policy without warnings`, (t) => {
      const { errors, warnings } = report(written(t, body));
      assert.deepEqual([errors, warnings.filter((line) => !line.includes('a day that is not over'))], [[], []]);
    });
  }

  for (const [index, { body, next }] of bad.entries()) {
    test(`bad example ${index + 1} gets exactly the shown problems`, (t) => {
      assert.equal(`${report(written(t, body)).errors.join('\n')}\n`, next);
    });
  }

  test('the example with warnings gets exactly the shown ones', (t) => {
    for (const { body, next } of warned) assert.equal(`${report(written(t, body)).warnings.join('\n')}\n`, next);
  });

  test('the two first examples mean the same', (t) => {
    const [shortest, everything] = good.map(({ body }) => compilePolicyFile(written(t, body)).json);
    assert.equal(shortest, everything);
  });

  test('every recipe of the cookbook has its table', () => {
    const cookbook = TEXT.slice(TEXT.indexOf('## Cookbook'), TEXT.indexOf('## What a bad policy gets'));
    assert.equal(cookbook.match(/^### /gm)?.length, recipes.length);
  });
});

describe('the cookbook of docs/policy.md says what each bucket gets', () => {
  for (const { body, title, rows } of recipes) {
    for (const row of rows) {
      test(`${title.replace('### ', '')}: ${row.bucket} ${row.known.join(', ')}`, (t) => {
        const { document } = compilePolicyFile(written(t, body));
        const ruling = judged(document, row);
        assert.deepEqual({ rule: ruling.rule, standard: inWords(ruling) }, { rule: row.rule, standard: row.standard });
      });
    }
  }
});

const SOURCE = { bucket: 'app', prefix: '' };

/** Gives `rulingFor` what the row knows of its bucket. */
function judged(policy: PolicyDocument, { bucket, known }: Row): Ruling {
  const after = (word: string): string | undefined =>
    known.find((each) => each.startsWith(`${word} `))?.slice(word.length + 1);
  const region = known.find((each) => /^[a-z]{2}-[a-z]+-\d$/.test(each)) ?? 'eu-west-1';
  const tags = (after('tags') ?? '').split(' ').filter((tag) => tag !== '');
  const tag = tags.map((each) => ({ key: each.split('=')[0] ?? '', value: each.split('=')[1] ?? '' }));
  const [actor, day] = after('set by')?.split(' on ') ?? [];
  const set =
    actor === undefined
      ? {}
      : { exceptionTag: { value: tag[0]?.value ?? '', actor, at: `${day}T09:00:00Z`, causeId: 'e-1' } };
  const facts: Facts = {
    tags: { kind: 'read', value: tag },
    createdAt: { kind: 'read', value: `${after('created') ?? '2026-01-01'}T00:00:00Z` },
    ouPath: { kind: 'read', value: after('ou') ?? 'o-a1b2c3d4e5/r-ab12' },
    remembered: {
      kind: 'read',
      value: { repairs: [], logSources: known.includes('log target') ? [SOURCE] : [], ...set },
    },
    bucketPolicy: { kind: 'read', value: undefined },
    acl: { kind: 'read', value: [] },
  };
  const found = rulingFor({
    policy,
    state: { bucket, account: after('account') ?? '111122223333', region, own: false },
    kind: kindOf(bucket),
    partition: 'aws',
    facts,
    now: TODAY,
  });
  assert(found.kind === 'sure');
  return found.value;
}

/** A ruling as the tables say it. */
function inWords({ standard, observe, exception, notices }: Ruling): string {
  const told = notices.map(({ code }) => `notice ${code}`);
  if (exception !== undefined) return [`exempt through ${exception.until}`, ...told].join(', ');
  const { algorithm, key = 'no key', keepKey, bucketKey, blockSseC, strength, reencrypt } = standard;
  return [
    algorithm,
    ...(algorithm === 'AES256' ? [] : [keepKey ? `keeps a customer key, else ${key}` : key]),
    ...(algorithm === 'aws:kms' && bucketKey ? ['Bucket Key'] : []),
    ...(blockSseC === 'leave' ? [] : [`SSE-C ${blockSseC === 'on' ? 'blocked' : 'allowed'}`]),
    ...(strength === 'exactly' ? ['exactly'] : []),
    ...(reencrypt === 'drifted' ? [] : [`re-encrypts ${reencrypt}`]),
    ...(observe ? ['observed only'] : []),
    ...told,
  ].join(', ');
}

function report(file: string): { errors: string[]; warnings: string[] } {
  const { document, errors, warningLines } = checkPolicyFile(file);
  const warnings = document === undefined ? [] : warningLines(policyWarnings(document, TODAY));
  const short = (line: string): string => line.replace(path.dirname(file) + path.sep, '');
  return { errors: errors.map(short), warnings: warnings.map(short) };
}
