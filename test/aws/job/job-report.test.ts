import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createJobReports } from '../../../src/aws/job/job-report.ts';
import { type ApiAnswer, answering, s3Error, timeout } from '../canned-answers.ts';
import { type Fixture, openAws } from '../fixture.ts';

const FOLDER = 'reports/data/job-1';
const REPORT = { bucket: 'reports', prefix: FOLDER };
const ADDRESS = `s3://reports/${FOLDER}`;

/** The failed tasks of a report: code and key. */
async function readBy(reports: ReturnType<typeof createJobReports>, given: [code: string, key: string][] = []) {
  for await (const rows of reports.failedTasks(await reports.open(REPORT))) {
    given.push(...rows.map(({ code, keyCell }): [string, string] => [code, keyCell]));
  }
  return given;
}

const readWith = (...answers: ApiAnswer[]) => readBy(createJobReports(new S3Client(answering(...answers))));

const read = ({ clients }: Fixture) => readBy(createJobReports(clients.s3));

/** Writes a report with these results files of failed tasks; `told` replaces their checksums. */
async function putReport({ clients }: Fixture, files: Record<string, string>, told?: string): Promise<void> {
  const put = (Key: string, Body: string) => clients.s3.send(new PutObjectCommand({ Bucket: 'reports', Key, Body }));
  const Results: object[] = [
    { TaskExecutionStatus: 'succeeded', Bucket: 'reports', Key: `${FOLDER}/results/never-written.csv` },
    { note: 'an entry without a key' },
  ];
  for (const [name, body] of Object.entries(files)) {
    const MD5Checksum = told ?? createHash('md5').update(body).digest('hex');
    Results.push({ TaskExecutionStatus: 'failed', Bucket: 'reports', MD5Checksum, Key: `${FOLDER}/results/${name}` });
    await put(`${FOLDER}/results/${name}`, body);
  }
  await put(`${FOLDER}/manifest.json`, JSON.stringify({ Format: 'Report_CSV_20180820', Results }));
}

async function openReports(): Promise<Fixture> {
  const local = await openAws();
  await local.bucket('reports');
  return local;
}

test('the failed tasks of every file are given, and the succeeded ones are not fetched', async () => {
  await using local = await openReports();
  await putReport(local, {
    'a.csv': 'data,one,,failed,403,AccessDenied,"no"\n',
    'b.csv': 'data,two,the-version,failed,503,SlowDown,"later"\ndata,three,,failed,403,AccessDenied,"no"\n',
  });
  assert.deepEqual(await read(local), [
    ['AccessDenied', 'one'],
    ['SlowDown', 'two'],
    ['AccessDenied', 'three'],
  ]);
});

test('a manifest that is far longer than any is not read to its end', async () => {
  await using local = await openReports();
  const Body = `{"Results":[${' '.repeat(10_000_000)}]}`;
  await local.clients.s3.send(new PutObjectCommand({ Bucket: 'reports', Key: `${FOLDER}/manifest.json`, Body }));
  await assert.rejects(read(local), {
    code: 'report-unreadable',
    retryable: false,
    message: `the completion report ${ADDRESS}/manifest.json could not be read: it is longer than 10000000 bytes`,
  });
});

test('a results file that is not the one of the manifest is not believed', async () => {
  await using local = await openReports();
  const body = 'data,a,,failed,403,AccessDenied,"no"\n';
  const md5 = createHash('md5').update(body);
  const [hex, base64] = [md5.copy().digest('hex'), md5.digest('base64')];
  for (const told of [hex, hex.toUpperCase(), base64]) {
    await putReport(local, { 'a.csv': body }, told);
    assert.equal((await read(local)).length, 1);
  }
  const told = '0'.repeat(32);
  await putReport(local, { 'a.csv': body }, told);
  await assert.rejects(read(local), {
    code: 'report-unreadable',
    retryable: false,
    message: `the completion report ${ADDRESS}/results/a.csv could not be read: its MD5 checksum is ${hex}, and the report's manifest says ${told}`,
  });
});

test('a report that is missing, in part or as a whole, or not to be had is not waited for', async () => {
  await using local = await openReports();
  await putReport(local, { 'a.csv': 'data,a,,failed,403,AccessDenied,"no"\n' });
  await local.clients.s3.send(new DeleteObjectCommand({ Bucket: 'reports', Key: `${FOLDER}/results/a.csv` }));
  await assert.rejects(read(local), {
    code: 'report-unreadable',
    retryable: false,
    message: `the completion report ${ADDRESS}/results/a.csv could not be read: NoSuchKey: The specified key does not exist.`,
  });
  for (const [status, code] of [
    [404, 'NoSuchKey'],
    [404, 'NoSuchBucket'],
    // What S3 answers for a missing object to whoever may not list the bucket.
    [403, 'AccessDenied'],
    [400, 'InvalidRequest'],
  ] as const) {
    await assert.rejects(readWith(s3Error(status, code)), {
      code: 'report-unreadable',
      retryable: false,
      message: `the completion report ${ADDRESS}/manifest.json could not be read: ${code}: said S3`,
    });
  }
});

test('where S3 is busy or does not answer, the report is asked for again', async () => {
  for (const answer of [s3Error(503, 'SlowDown'), s3Error(500, 'InternalError'), timeout()]) {
    await assert.rejects(readWith(answer), { code: 'report-unreadable', retryable: true });
  }
});

test('what is no manifest does not pass for a report without failures', async () => {
  for (const body of ['', 'not json', 'null', '[]', '{}', '{"Results":"none"}']) {
    await assert.rejects(readWith({ status: 200, body }), {
      code: 'report-unreadable',
      retryable: false,
      message: `the completion report ${ADDRESS}/manifest.json could not be read: it is no manifest of a completion report: expected JSON with a list Results`,
    });
  }
});

test('a manifest that names what no request can name is torn', async () => {
  const body = '{"Results":[{"TaskExecutionStatus":"failed","Key":"results/\\ud800.csv"}]}';
  await assert.rejects(readWith({ status: 200, body }), {
    code: 'report-unreadable',
    retryable: false,
    message: `the completion report ${ADDRESS}/manifest.json could not be read: it names a file that cannot be: expected a key in UTF-8`,
  });
});

test('an answer without a body is no manifest', async () => {
  const s3 = new S3Client({ region: 'eu-west-1' });
  mockClient(s3).on(GetObjectCommand).resolves({});
  await assert.rejects(readBy(createJobReports(s3)), { code: 'report-unreadable', retryable: true });
});

test('a manifest of a format that nobody knows, or whose rows lack a column, is named', async () => {
  const manifest = { Format: 'Report_Parquet_20300101', ReportSchema: 'Bucket, Key', Results: [] };
  const begin = `the completion report ${ADDRESS}/manifest.json could not be read: `;
  await assert.rejects(readWith({ status: 200, body: JSON.stringify(manifest) }), {
    code: 'report-unreadable',
    retryable: false,
    message: `${begin}its Format is one that Reseal does not know: expected Report_CSV_20180820, found "Report_Parquet_20300101"`,
  });
  const body = JSON.stringify({ ...manifest, Format: 'Report_CSV_20180820' });
  await assert.rejects(readWith({ status: 200, body }), {
    code: 'report-unreadable',
    retryable: false,
    message: `${begin}its ReportSchema has no column VersionId: expected Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage`,
  });
});

test('the order of columns that a manifest names is followed', async () => {
  const [Format, ReportSchema] = [
    'Report_CSV_20180820',
    'Key, Bucket, VersionId, TaskStatus, ResultMessage, ErrorCode, HTTPStatusCode',
  ];
  const Results = [{ TaskExecutionStatus: 'failed', Key: 'rows.csv' }];
  const manifest = { status: 200, body: JSON.stringify({ Format, ReportSchema, Results }) };
  assert.deepEqual(await readWith(manifest, { status: 200, body: 'a,data,,failed,no,AccessDenied,403\n' }), [
    ['AccessDenied', 'a'],
  ]);
});

test('a torn file gives the tasks before the tear, and then says where it is torn', async () => {
  await using local = await openReports();
  await putReport(local, { 'a.csv': 'data,a,,failed,403,AccessDenied,"no"\ndata,b,,fai' });
  const given: [string, string][] = [];
  await assert.rejects(readBy(createJobReports(local.clients.s3), given), {
    code: 'report-unreadable',
    retryable: false,
    message: /results\/a\.csv could not be read: its last line is torn: a row with 4 of 7 cells: expected Bucket, Key/,
  });
  assert.deepEqual(given, [['AccessDenied', 'a']]);
});
