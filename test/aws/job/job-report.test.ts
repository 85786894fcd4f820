import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createJobReports } from '../../../src/aws/job/job-report.ts';
import { type Answer, answering, s3Error, timeout } from '../canned-answers.ts';
import { openAws } from '../fixture.ts';

const REPORT = { bucket: 'reports', prefix: 'reports/data/job-1' };

const readWith = (...answers: Answer[]) => createJobReports(new S3Client(answering(...answers))).readFailures(REPORT);

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
  const answers: [Answer, string][] = [
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
