import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { scenarioOptions } from '../../scripts/scenario/options.ts';
import { pictureOf } from '../../scripts/scenario/picture.ts';
import { placesFor } from '../../scripts/scenario/place.ts';
import { plays } from '../../scripts/scenario/play.ts';
import type { ScenarioResult } from '../../scripts/scenario/result.ts';
import { bucketLine, totalsLine } from '../../cli/plan/json-lines.ts';
import { emptySurvey, type PlannedBucket, type PlanSurvey } from '../../cli/plan/planned-bucket.ts';
import { totalsOf } from '../../cli/plan/totals.ts';
import { compilePolicyFile } from '../../cli/policy-file.ts';
import { memberRows } from '../../cli/status/member-rows.ts';
import { statusSummary } from '../../cli/status/status-summary.ts';
import { jobInJson } from '../../cli/jobs/job-json.ts';
import { writersInJson } from '../../cli/writers-screen.ts';
import type { ClientWriter } from '../../src/ledger/writers-item.ts';
import { verifyInJson } from '../../cli/verify/verify-words.ts';
import { addObject, emptyVerifyTally } from '../../cli/verify/verify-tally.ts';
import { anyJobShape } from '../../src/ledger/job-view.ts';
import type { Overview } from '../../src/remediation/overview.ts';
import { AT, bucketsOf, overviewWith, tallyOf } from '../cli/status/some-overview.ts';
import { FAILED, jobView, SUSPENDED } from '../cli/jobs/some-jobs.ts';
import { explainedState } from '../states/explained-state.ts';

const PLANNED: PlannedBucket = {
  account: '',
  region: '',
  bucket: '',
  rule: '',
  verdict: 'repair',
  reasons: [{ code: 'reader-other-account', message: '', paste: '{}' }],
  observe: false,
};

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const RECORDED: ScenarioResult = JSON.parse(read('result.json'));

/** The names of all members, without those inside of what belongs to somebody else. */
function membersOf(value: unknown, skipped: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => membersOf(one, skipped));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    name,
    ...(skipped.includes(name) ? [] : membersOf(member, skipped)),
  ]);
}

describe('docs/json.md', () => {
  const page = read('json.md');
  const missing = (value: unknown) =>
    [...new Set(membersOf(value, ['statement', 'standard', 'found', 'write', 'cost']))].filter(
      (name) => !page.includes(`\`${name}\``),
    );

  test('names every member of a result', () => assert.deepEqual(missing(RECORDED), []));

  test('names every member of an explanation', async () => {
    for (const name of ['alias-in-rule', 'cloudtrail-not-granted'])
      assert.deepEqual(missing(await explainedState(name)), [], name);
  });

  test('names every member of a status, and of a line of the members', () => {
    const held = bucketsOf(1, 'hold', 'flapping');
    const job = { ...held[0], sk: 'JOB', jobId: 'j', status: 'failed', closedAt: AT, failed: 1 };
    const failing = { ...job, failures: [{ code: 'AccessDenied', count: 1 }] };
    const tally = tallyOf([...held, ...bucketsOf(1, 'exempt', 'exception-ending'), failing]);
    const { sweeps: [sweep] = [], accounts: [account] = [], ...rest } = overviewWith();
    assert.ok(sweep && account);
    const { endedAt: _, ...running } = sweep;
    const role = { there: false, at: AT, why: 'no' };
    const overview: Overview = {
      ...rest,
      tally,
      sweeps: [running, sweep],
      accounts: [{ ...account, unread: 'no', role }],
      deadLetters: new Map([['job', 1]]),
    };
    assert.deepEqual(missing(statusSummary(overview)), []);
    assert.deepEqual(missing(memberRows(overview)), []);
  });

  test('names every member of a job, and of what verify came to', () => {
    const wish = { what: 'cancel', by: 'eva', at: AT };
    const more = {
      storageClass: 'STANDARD_IA',
      versions: true,
      createdAfter: AT,
      retryOf: 't',
      nextToken: 'n',
      own: { does: ['own-copy'], lane: 'inline' },
      pieces: 1,
      ranges: 1,
      done: 2,
    };
    const job = jobView({ ...SUSPENDED, ...FAILED, ...more, wish });
    const look = { kind: 'described', job: { status: 'Active', total: 1, succeeded: 1, failed: 0 } } as const;
    const need = { what: '', command: '' };
    assert.deepEqual(missing(jobInJson({ job, progress: { look, perSecond: 1, secondsLeft: 1 }, need })), []);
    assert.deepEqual(missing(jobInJson({ job, progress: { look: { kind: 'unknown' } } })), []);
    const unset = Object.keys(anyJobShape).filter((name) => !Object.hasOwn(job, name));
    assert.deepEqual(unset, [], 'the job of this test has every member that one can have');
    const tally = emptyVerifyTally();
    const finding = addObject(tally, { key: 'k', versionId: 'v' }, { kind: 'below', lacks: 'key', method: 'copy' });
    const standard = { algorithm: '', keyArn: '', bucketKey: true };
    const end = {
      bucket: '',
      account: '',
      region: '',
      rule: '',
      standard,
      versions: true,
      complete: true,
      seconds: 1,
      tally,
    };
    assert.deepEqual(missing(verifyInJson(end)), []);
    assert.deepEqual(missing(finding), []);
  });

  test('names every member of the writers of a bucket', () => {
    const writer: Required<ClientWriter> = {
      principal: '',
      applied: 'SSE_C',
      count: 1,
      first: AT,
      last: AT,
      days: [{ day: '', count: 1 }],
      userAgent: '',
      key: '',
      toldAt: AT,
    };
    const writers = { bucket: '', account: '', region: '', writers: [writer], others: { count: 1, last: AT } };
    assert.deepEqual(missing(writersInJson({ bucket: '', writers, item: { belowSince: AT } })), []);
  });

  test('names every member of a plan', () => {
    const planned: Required<PlannedBucket> = {
      ...PLANNED,
      ouPath: '',
      found: {},
      write: {},
      cost: { atLeast: true, sentence: '' },
    };
    const survey: Required<PlanSurvey> = {
      ...emptySurvey(),
      unentered: [{ account: '', name: '', why: '' }],
      ended: { kind: 'failed', why: '' },
    };
    for (const line of [bucketLine(planned), totalsLine(totalsOf([planned]), survey)])
      assert.deepEqual(missing(JSON.parse(line)), []);
  });

  test('would be found to lack one', () => assert.deepEqual(missing({ unheardOf: 1 }), ['unheardOf']));
});

describe('the picture in README', () => {
  test('shows the recorded result as npm start shows it today', () =>
    assert.equal(read('result.svg'), pictureOf(RECORDED)));

  test('is of a run as it is played today, with the verdicts of today', () => {
    const { document } = compilePolicyFile('reseal.yaml');
    const options = scenarioOptions(document, { buckets: 8, objects: 5 });
    const cast = plays({ ...options, places: placesFor(options.standard.key), algorithm: options.standard.algorithm });
    const told = RECORDED.results.map(({ bucket, account, region, verdict }) => ({ bucket, account, region, verdict }));
    const expected = cast.map(({ bucket, place: { account, region }, expected: verdict }) => ({
      bucket,
      account,
      region,
      verdict,
    }));
    assert.deepEqual(told.slice(0, expected.length), expected);
    assert.deepEqual([RECORDED.objectsBelowStandard, RECORDED.broken], [0, []]);
  });
});
