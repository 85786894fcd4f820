import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createJobReports, parseReportRows } from '../../../src/aws/job/job-report.ts';
import { type ApiAnswer, answering, s3Error, timeout } from '../canned-answers.ts';
import { openAws } from '../fixture.ts';

const REPORT = { bucket: 'reports', prefix: 'reports/data/job-1' };

const readWith = (...answers: ApiAnswer[]) =>
  createJobReports(new S3Client(answering(...answers))).readFailures(REPORT);

test('the failed results of every file are read, and the succeeded ones are not fetched', async () => {
  await using local = await openAws();
  const { s3 } = local.clients;
  await local.bucket('reports');
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: 'reports', Key, Body }));
  const folder = 'reports/data/job-1';
  const Results = [
    { TaskExecutionStatus: 'succeeded', Bucket: 'reports', Key: `${folder}/results/never-written.csv` },
    { TaskExecutionStatus: 'failed', Bucket: 'reports', Key: `${folder}/results/a.csv` },
    { TaskExecutionStatus: 'failed', Bucket: 'reports', Key: `${folder}/results/b.csv` },
    { note: 'an entry without a key' },
  ];
  await put(`${folder}/manifest.json`, JSON.stringify({ Format: 'Report_CSV_20180820', Results }));
  await put(`${folder}/results/a.csv`, 'data,one,,failed,403,AccessDenied,"no"\n');
  await put(`${folder}/results/b.csv`, 'data,two,,failed,503,SlowDown,"later"\n');
  assert.deepEqual(await createJobReports(s3).readFailures(REPORT), [
    { bucket: 'data', key: 'one', code: 'AccessDenied', httpStatus: 403, message: 'no' },
    { bucket: 'data', key: 'two', code: 'SlowDown', httpStatus: 503, message: 'later' },
  ]);
});

test('a report that is not there yet, is denied or does not answer is asked for again', async () => {
  const answers: [ApiAnswer, string][] = [
    [s3Error(404, 'NoSuchKey'), 'NoSuchKey: said S3'],
    [s3Error(403, 'AccessDenied'), 'AccessDenied: said S3'],
    [timeout(), 'TimeoutError: a request has exceeded the configured 5000 ms requestTimeout.'],
  ];
  for (const [answer, why] of answers) {
    await assert.rejects(readWith(answer), {
      code: 'report-unreadable',
      retryable: true,
      message: `the completion report s3://reports/reports/data/job-1/manifest.json could not be read: ${why}`,
    });
  }
});

test('a request that S3 refuses is not asked again', async () => {
  await assert.rejects(readWith(s3Error(400, 'InvalidRequest')), { code: 'report-unreadable', retryable: false });
});

test('what is no manifest does not pass for a report without failures', async () => {
  for (const body of ['', 'not json', 'null', '[]', '{}', '{"Results":"none"}']) {
    await assert.rejects(readWith({ status: 200, body }), {
      code: 'report-unreadable',
      retryable: true,
      message:
        's3://reports/reports/data/job-1/manifest.json is no manifest of a completion report: expected JSON with a list Results',
    });
  }
});

test('an answer without a body is no manifest', async () => {
  const s3 = new S3Client({ region: 'eu-west-1' });
  mockClient(s3).on(GetObjectCommand).resolves({});
  await assert.rejects(createJobReports(s3).readFailures(REPORT), { code: 'report-unreadable', retryable: true });
});

test('rows with the status before the code, as every example has them, are read', () => {
  assert.deepEqual(parseReportRows('data,a,,failed,403,AccessDenied,"Access Denied"\n'), [
    { bucket: 'data', key: 'a', code: 'AccessDenied', httpStatus: 403, message: 'Access Denied' },
  ]);
});

test('rows with the code before the status, as the schema declares them, are read the same', () => {
  assert.deepEqual(
    parseReportRows('data,a,,failed,AccessDenied,403,no\n'),
    parseReportRows('data,a,,failed,403,AccessDenied,no\n'),
  );
});

test('a row without a code or a status says so, and never with an empty name', () => {
  const rows = parseReportRows('data,a,,failed,,,\ndata,b,,failed,400,,\ndata,c,,failed,,400,\ndata,d,,failed\n');
  assert.deepEqual(rows, [
    { bucket: 'data', key: 'a', code: 'NoErrorCode', message: '' },
    { bucket: 'data', key: 'b', code: 'NoErrorCode', httpStatus: 400, message: '' },
    { bucket: 'data', key: 'c', code: 'NoErrorCode', httpStatus: 400, message: '' },
    { bucket: 'data', key: 'd', code: 'NoErrorCode', message: '' },
  ]);
});

test('succeeded rows are left out, whatever their case', () => {
  assert.deepEqual(parseReportRows('data,a,,succeeded,200,,Successful\ndata,b,,Succeeded,200,,Successful\n'), []);
});

test('quoted cells keep commas, doubled quotes and line breaks', () => {
  const csv = '"data","a","","failed","400","InvalidRequest","He said ""no"", twice,\r\nand left\nfor good"\n';
  assert.deepEqual(parseReportRows(csv), [
    {
      bucket: 'data',
      key: 'a',
      code: 'InvalidRequest',
      httpStatus: 400,
      message: 'He said "no", twice,\r\nand left\nfor good',
    },
  ]);
});

test('keys are decoded, and one that is no valid encoding is taken as it stands', () => {
  const encoded = ['a%20b%2Bc', 'caf%C3%A9%0A%22x%22', '%F0%9F%A6%80', 'plus+stays', '100%', '%ZZ', '%C3'];
  const rows = parseReportRows(encoded.map((key) => `data,${key},,failed,403,AccessDenied,no\n`).join(''));
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['a b+c', 'café\n"x"', '\u{1F980}', 'plus+stays', '100%', '%ZZ', '%C3'],
  );
});

test('a version is kept where there is one', () => {
  const rows = parseReportRows(
    'data,a,3HL4kqtJlcpXrof,failed,403,AccessDenied,no\ndata,a,null,failed,403,AccessDenied,no',
  );
  assert.deepEqual(
    rows.map(({ versionId }) => versionId),
    ['3HL4kqtJlcpXrof', 'null'],
  );
});

test('line ends of either kind, a missing last one and empty lines make no difference', () => {
  const expected = parseReportRows('data,a,,failed,403,AccessDenied,no\ndata,b,,failed,503,SlowDown,later\n');
  const variants = [
    'data,a,,failed,403,AccessDenied,no\r\ndata,b,,failed,503,SlowDown,later\r\n',
    'data,a,,failed,403,AccessDenied,no\ndata,b,,failed,503,SlowDown,later',
    '\ndata,a,,failed,403,AccessDenied,no\n\r\n\ndata,b,,failed,503,SlowDown,later\n\n',
  ];
  assert.equal(expected.length, 2);
  assert.deepEqual(variants.map(parseReportRows), [expected, expected, expected]);
});

test('a last row that ends in an empty cell without a line end is not lost', () => {
  assert.deepEqual(parseReportRows('data,a,,failed,403,AccessDenied,no\ndata,b,,failed,503,SlowDown,'), [
    { bucket: 'data', key: 'a', code: 'AccessDenied', httpStatus: 403, message: 'no' },
    { bucket: 'data', key: 'b', code: 'SlowDown', httpStatus: 503, message: '' },
  ]);
});

test('a status is a whole number above zero, with nothing around it', () => {
  const rows = parseReportRows(
    ['data,a,,failed,0,Odd,', 'data,b,,failed,4xx,503,', 'data,c,,failed,x403,1.5,', 'data,d,,failed,Odd,-1,'].join(
      '\n',
    ),
  );
  assert.deepEqual(
    rows.map(({ code, httpStatus }) => [code, httpStatus]),
    [
      ['Odd', undefined],
      ['4xx', 503],
      ['x403', undefined],
      ['Odd', undefined],
    ],
  );
});

test('a row without a bucket is no task, and quotes may begin within a cell', () => {
  assert.deepEqual(parseReportRows(',a,,failed,403,AccessDenied,no\ndata,"b,""c""",,failed,403,"Access"Denied,\n'), [
    { bucket: 'data', key: 'b,"c"', code: 'AccessDenied', httpStatus: 403, message: '' },
  ]);
});

test('a last row of one cell is a row', () => {
  assert.deepEqual(parseReportRows('data,a,,failed,403,AccessDenied,"no"\ndata'), [
    { bucket: 'data', key: 'a', code: 'AccessDenied', httpStatus: 403, message: 'no' },
    { bucket: 'data', key: '', code: 'NoErrorCode', message: '' },
  ]);
});

test('an empty file has no rows', () => {
  assert.deepEqual(parseReportRows(''), []);
});
