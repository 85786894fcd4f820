import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketLine } from '../../cli/plan/json-lines.ts';
import { addToReport, emptyReport, reportLines } from '../../cli/plan/plan-report.ts';
import { emptySurvey, type PlannedBucket } from '../../cli/plan/planned-bucket.ts';
import { runCli } from './run-cli.ts';
import { written } from './written.ts';

/** What a terminal obeys: ESC and CSI begin sequences, and the others turn the direction of what follows. */
const OBEYED = '\u001B[31m\u009B2J\u007F\u202E';
const isPrintable = (text: string) => !/[^\P{Cc}\n]|\p{Bidi_Control}/u.test(text);

test('a wrong command line is told without anything that a terminal obeys', async (t) => {
  const file = written(t, 'version: 1\nstandard:\n  algorithm: AES256\n');
  const rows = [
    [`po${OBEYED}`],
    ['plan', `--x${OBEYED}`],
    ['plan', '--policy', file, '--rule', OBEYED],
    ['plan', '--policy', file, '--region', OBEYED],
    ['plan', '--policy', file, '--summary', OBEYED],
    ['plan', '--policy', `/no${OBEYED}/such.yaml`],
    ['watch', '--stack', OBEYED],
    ['policy', 'compile', file, '--out', `/no${OBEYED}/such`],
  ];
  for (const args of rows) {
    const { status, stdout, stderr } = await runCli(args);
    assert.ok(status === 64 || status === 1, args.join(' '));
    assert.ok(isPrintable(stdout + stderr), JSON.stringify(stdout + stderr));
  }
});

test('a plan shows names and reasons of others without anything that a terminal obeys', () => {
  const planned: PlannedBucket = {
    account: '111122223333',
    region: 'eu-west-1',
    bucket: 'orders',
    rule: OBEYED,
    verdict: 'hold',
    reasons: [{ code: 'reader-other-account', message: `Sid ${OBEYED}`, paste: JSON.stringify({ Sid: OBEYED }) }],
    observe: false,
  };
  const report = emptyReport();
  addToReport(report, planned);
  addToReport(report, { ...planned, verdict: 'unreadable' });
  const ended = { kind: 'failed', why: OBEYED } as const;
  const survey = {
    ...emptySurvey(),
    unentered: [{ account: '1', name: OBEYED, why: OBEYED }],
    unlisted: [OBEYED],
    missing: [OBEYED],
    ended,
  };
  const lines = [
    ...reportLines(report, survey, { out: { columns: 80 }, next: { what: 'Next.' } }),
    bucketLine(planned),
  ];
  for (const line of lines) assert.ok(isPrintable(line), JSON.stringify(line));
  assert.equal(JSON.parse(bucketLine(planned)).rule, OBEYED);
});

test('an option that is said twice, and an empty name in a list, are wrong command lines', async () => {
  const rows: [string[], RegExp][] = [
    [
      ['plan', '--bucket', 'a', '--bucket', 'b'],
      /^expected --bucket once, with commas between its values, found it twice/,
    ],
    [['plan', '--bucket=a', '--bucket', 'b'], /^expected --bucket once/],
    [['watch', '--stack', 'a', '--stack=b'], /^expected --stack once, found it twice/],
    [['plan', '--bucket', 'a,,b'], /^expected a value between the commas after --bucket, found nothing/],
    [['plan', '--region', 'eu-west-1,'], /^expected a value between the commas after --region, found nothing/],
  ];
  for (const [args, said] of rows) {
    const { status, stderr } = await runCli(args);
    assert.equal(status, 64, args.join(' '));
    assert.match(stderr, said);
  }
});
