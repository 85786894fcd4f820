import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedFilter, sameFilter } from '../../../cli/plan/plan-args.ts';
import { changeWords, countWords, priceWords } from '../../../cli/plan/plan-words.ts';
import { addToReport, emptyReport, reportLines } from '../../../cli/plan/plan-report.ts';
import { addToSummary, type Summary, summaryLines } from '../../../cli/plan/plan-summary.ts';
import { emptySurvey, type PlannedBucket } from '../../../cli/plan/planned-bucket.ts';
import { progressWords } from '../../../cli/plan/progress-line.ts';
import { totalsOf } from '../../../cli/plan/totals.ts';
import { parsePolicy } from '../../../src/policy/document/document.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const REPAIR: PlannedBucket = {
  account: '111122223333',
  region: 'eu-west-1',
  bucket: 'invoices',
  rule: 'default',
  verdict: 'repair',
  reasons: [{ code: 'weaker-algorithm', message: 'Bucket invoices has AES256 and the standard is aws:kms.' }],
  observe: false,
  found: { algorithm: 'AES256' },
  write: { algorithm: 'aws:kms', keyId: KEY, bucketKey: true },
  cost: { usd: 0.1, atLeast: false, sentence: '' },
};
const statement = (Sid: string) => JSON.stringify({ Sid, Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' });
const held = (bucket: string): PlannedBucket => ({
  account: '111122223333',
  region: 'eu-west-1',
  bucket,
  rule: 'default',
  verdict: 'hold',
  observe: false,
  reasons: [{ code: 'reader-other-account', message: `Bucket ${bucket} is read.`, paste: statement(`Of${bucket}`) }],
});

function report(planned: readonly PlannedBucket[], columns = 80, survey = emptySurvey()): string[] {
  const collected = emptyReport();
  for (const each of planned) addToReport(collected, each);
  return reportLines(collected, survey, { out: { columns }, next: { what: 'Next: deploy.' } });
}

test('totals add up to the cent, and what is only observed costs nothing', () => {
  const many = Array.from({ length: 3 }, () => REPAIR);
  const atLeast = { ...REPAIR, cost: { usd: 0.25, atLeast: true, sentence: '' } };
  const totals = totalsOf([...many, { ...atLeast, observe: true }]);
  assert.deepEqual([totals.price, totals.repairs, totals.verdicts.repair], [{ usd: 0.3, atLeast: false }, 3, 4]);
  assert.equal(totalsOf([atLeast]).price.atLeast, true);
});

test('a change is told from -> to, and nothing that stays', () => {
  assert.equal(
    changeWords({ algorithm: 'AES256' }, { algorithm: 'aws:kms', keyId: KEY, bucketKey: true }),
    'SSE-S3 -> SSE-KMS under key/1234abcd-12ab-34cd-56ef-1234567890ab, Bucket Key off -> on',
  );
  assert.equal(
    changeWords({ algorithm: 'AES256' }, { algorithm: 'AES256', blocked: ['SSE-C'] }),
    'SSE-C allowed -> blocked',
  );
  assert.equal(changeWords({}, { algorithm: 'AES256' }), 'none -> SSE-S3');
  assert.equal(changeWords({ algorithm: 'aws:kms' }, { algorithm: 'AES256' }), 'SSE-KMS under aws/s3 -> SSE-S3');
  assert.deepEqual(
    [priceWords({ usd: 1_234.5, atLeast: true }), priceWords({ atLeast: true })],
    ['at least $1,234.50', 'price not known'],
  );
  assert.equal(countWords(totalsOf([REPAIR, held('a')])), '1 repair, 1 hold');
});

test('holds that need the same are told once, with their statement', () => {
  const lines = report([
    held('b.b'),
    held('a-a'),
    { ...held('c'), reasons: [{ code: 'flapping', message: 'c flaps' }] },
  ]);
  const start = lines.findIndex((line) => line.startsWith('Held:'));
  assert.deepEqual(lines.slice(start + 1, start + 4), [
    '  a-a (111122223333, eu-west-1)',
    '  b.b (111122223333, eu-west-1)',
    '    reader-other-account: Bucket a-a is read.',
  ]);
  assert.equal(lines.filter((line) => line.includes('"Sid"')).length, 1);
  assert.ok(lines.includes('    flapping: c flaps'));
});

test('a report says everything that was not looked at, and fits into 40 columns', () => {
  const survey = {
    ...emptySurvey(),
    unentered: [{ account: '222222222222', name: 'dev', why: 'nobody is let in' }],
    unlisted: ['Account 1 did not say which Regions it has.'],
    missing: ['nowhere'],
    gone: 1,
    found: 9,
    done: 3,
    listing: 0,
    ended: { kind: 'interrupted', why: 'it was interrupted' } as const,
  };
  const lines = report([REPAIR, held('x')], 40, survey);
  const text = lines.join('\n').replaceAll(/\s+/g, ' ');
  for (const part of [
    'Not entered: 1 account Account 222222222222 (dev): nobody is let in',
    'Account 1 did not say which Regions it has.',
    'Bucket nowhere is not in what was looked at',
    '1 bucket went away meanwhile.',
    'This is not the whole plan: 3 of 9 buckets were judged, then it was interrupted.',
    'In all: 2 buckets in 0 accounts: 1 repair, 1 hold. Price, once: $0.10',
  ])
    assert.ok(text.includes(part), `${part} in ${text}`);
  const long = lines.filter((line) => line.length > 40 && line.trim().includes(' ') && !line.includes('"'));
  assert.deepEqual(long, []);
});

test('a summary is a table where that fits, else a few lines for each name', () => {
  const summary: Summary = new Map();
  const buckets = [REPAIR, held('x')];
  for (const each of buckets) addToSummary(summary, 'reason', each);
  const totals = totalsOf(buckets);
  assert.deepEqual(summaryLines({ summary, totals }, 'reason', { columns: 80 }), [
    'reason                buckets  repair  hold  unreadable  price',
    'reader-other-account        1       0     1           0  $0.00',
    'weaker-algorithm            1       1     0           0  $0.10',
    'in all                      2       1     1           0  $0.10',
  ]);
  assert.deepEqual(summaryLines({ summary, totals }, 'reason', { columns: 40 }), [
    'reader-other-account',
    '  1 bucket: 1 hold; $0.00',
    'weaker-algorithm',
    '  1 bucket: 1 repair; $0.10',
    'in all',
    '  2 buckets: 1 repair, 1 hold; $0.10',
  ]);
  for (const [by, name] of [
    ['account', '111122223333'],
    ['ou', 'not known'],
    ['verdict', 'repair'],
  ] as const) {
    const one: Summary = new Map();
    addToSummary(one, by, REPAIR);
    assert.deepEqual([...one.keys()], [name]);
  }
});

test('progress tells buckets, rate and time left', () => {
  const survey = { ...emptySurvey(), found: 2_000, done: 500 };
  assert.equal(progressWords(survey, 1_000), '500 of 2,000+ buckets, 500/s');
  assert.equal(progressWords({ ...survey, listing: 0 }, 1_000), '500 of 2,000 buckets, 500/s, 3 s left');
  assert.equal(progressWords({ ...survey, listing: 0, found: 200_000 }, 1_000).slice(-10), '7 min left');
  assert.equal(progressWords(emptySurvey(), 0), '0 of 0+ buckets, 0/s');
});

test('the options of a filter are lists, and a role or a unit without accounts means all of them', () => {
  const policy = parsePolicy({ version: 1, standard: { algorithm: 'AES256' } });
  assert.deepEqual(askedFilter({ account: '111122223333, 444455556666', bucket: 'a,b' }, policy), {
    accounts: ['111122223333', '444455556666'],
    buckets: ['a', 'b'],
  });
  assert.deepEqual(askedFilter({ role: 'r' }, policy), { accounts: 'all' });
  assert.deepEqual(askedFilter({ ou: 'ou-ab12-1' }, policy), { accounts: 'all', ous: ['ou-ab12-1'] });
  assert.deepEqual(askedFilter({ region: 'eu-west-1', rule: 'default' }, policy), {
    regions: ['eu-west-1'],
    rule: 'default',
  });
});

test('a command that does what was planned has the same filter, quoted for a shell', () => {
  assert.equal(sameFilter({ policy: 'reseal.yaml' }), '');
  assert.equal(
    sameFilter({ policy: 'a b.yaml', account: '1,2', bucket: 'a,b', rule: "eva's logs", role: 'ops/reader' }),
    String.raw` --policy 'a b.yaml' --account 1,2 --bucket a,b --rule 'eva'\''s logs' --role ops/reader`,
  );
});
