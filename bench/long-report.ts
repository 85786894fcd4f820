// How much memory and CPU time it takes to read the completion report of a job of ten million failed tasks, over the real SDK client, and to write a manifest of those that may be done once more (a tenth of them). Lambda gives track-job 512 MB.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { HttpResponse } from '@smithy/core/protocols';
import { createJobReports } from '../src/aws/job/job-report.ts';
import { createManifestWriter } from '../src/aws/job/write-manifest.ts';
import { startTally } from '../src/remediation/task-tally.ts';

const ROWS = Number(process.env['ROWS'] ?? 10_000_000);
const MOST_MB = 512;
const PIECE_ROWS = 500;
const FOLDER = 'reports/data/job-1';
const DONE = '<CompleteMultipartUploadResult><ETag>"0"</ETag></CompleteMultipartUploadResult>';
const SCHEMA = 'Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage';

const md5 = createHash('md5');
for (const piece of pieces()) md5.update(piece);
const Results = [
  { TaskExecutionStatus: 'failed', Key: `${FOLDER}/results/failed.csv`, MD5Checksum: md5.digest('hex') },
];

let writtenBytes = 0;
const s3 = new S3Client({
  region: 'eu-west-1',
  credentials: { accessKeyId: '111111111111', secretAccessKey: 'local' },
  requestHandler: {
    handle: async ({ method, path, query, body }: Sent) => ({ response: answerTo(method, path, query, body) }),
  },
});
const before = process.cpuUsage();
const reports = createJobReports(s3);
const tally = startTally({ bucket: 'data' });
const report = await reports.open({ bucket: 'reports', prefix: FOLDER });
await createManifestWriter(s3)({ bucket: 'reports', key: 'retries/data/token.csv' }, left());
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
const counts = tally
  .result()
  .failures.map(({ code, count }) => `${count} ${code}`)
  .join(', ');
console.log(
  `a report of ${ROWS} failed tasks: ${megabytes} MB at most (under ${MOST_MB}), ${seconds.toFixed(1)} s of CPU (${Math.round(ROWS / seconds)} rows a second): ${counts}; a manifest of ${Math.round(writtenBytes / 1e6)} MB is written meanwhile`,
);
if (tally.read() !== ROWS || writtenBytes === 0) process.exitCode = 1;

async function* left(): AsyncGenerator<string> {
  for await (const rows of reports.failedTasks(report)) {
    const csv = tally.add(rows);
    if (csv !== '') yield csv;
  }
}

interface Sent {
  method: string;
  path: string;
  query: Record<string, unknown>;
  body?: unknown;
}

function answerTo(method: string, path: string, query: Sent['query'], body: unknown): HttpResponse {
  if (body instanceof Uint8Array && !('uploadId' in query && method === 'POST')) writtenBytes += body.length;
  const headers = { ETag: '"0"' };
  if (method === 'GET') return answer(path.includes('manifest.json') ? [manifest()] : pieces(), headers);
  if (method === 'PUT') return answer([], headers);
  const xml =
    'uploads' in query ? '<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>' : DONE;
  return answer([Buffer.from(xml)], headers);
}

function manifest(): Buffer {
  return Buffer.from(JSON.stringify({ Format: 'Report_CSV_20180820', ReportSchema: SCHEMA, Results }));
}

function answer(body: Iterable<Buffer>, headers: Record<string, string>): HttpResponse {
  return new HttpResponse({ statusCode: 200, headers, body: Readable.from(body) });
}

/** Rows as S3 writes them: with a version, a folder and a quoted message. */
function* pieces(): Generator<Buffer> {
  for (let at = 0; at < ROWS; at += PIECE_ROWS) {
    const rows = Array.from({ length: Math.min(PIECE_ROWS, ROWS - at) }, (_, index) => rowOf(at + index));
    yield Buffer.from(rows.join(''));
  }
}

function rowOf(at: number): string {
  const [code, status, message] =
    at % 10 === 0
      ? ['InternalError', 500, 'We encountered an internal error.']
      : ['AccessDenied', 403, 'Access Denied because object protected by object lock.'];
  return `data,year%3D2026/part-${at}.parquet,3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY,failed,${status},${code},"${message}"\n`;
}
