// How much memory and CPU time it takes to read the completion report of a job of which ten million tasks failed, over the real SDK client. Lambda gives track-job 512 MB.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { HttpResponse } from '@smithy/core/protocols';
import { createJobReports } from '../src/aws/job/job-report.ts';

const ROWS = Number(process.env['ROWS'] ?? 10_000_000);
const MOST_MB = 512;
const PIECE_ROWS = 500;
const FOLDER = 'reports/data/job-1';

const md5 = createHash('md5');
for (const piece of pieces()) md5.update(piece);
const Results = [
  { TaskExecutionStatus: 'failed', Key: `${FOLDER}/results/failed.csv`, MD5Checksum: md5.digest('hex') },
];

const s3 = new S3Client({
  region: 'eu-west-1',
  credentials: { accessKeyId: '111111111111', secretAccessKey: 'local' },
  requestHandler: { handle: async ({ path }: { path: string }) => ({ response: answerTo(path) }) },
});
const before = process.cpuUsage();
const reading = await createJobReports(s3).readFailures({ bucket: 'reports', prefix: FOLDER }, () => false);
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
const counts = reading.failures.map(({ code, count }) => `${count} ${code}`).join(', ');
console.log(
  `a report of ${ROWS} failed tasks: ${megabytes} MB at most (under ${MOST_MB}), ${seconds.toFixed(1)} s of CPU (${Math.round(ROWS / seconds)} rows a second): ${counts}`,
);

function answerTo(path: string): HttpResponse {
  const body = path.includes('manifest.json') ? [Buffer.from(JSON.stringify({ Results }))] : pieces();
  return new HttpResponse({ statusCode: 200, headers: {}, body: Readable.from(body) });
}

/** Rows as S3 writes them: with a version, a folder and a quoted message. */
function* pieces(): Generator<Buffer> {
  for (let at = 0; at < ROWS; at += PIECE_ROWS) {
    const rows = Array.from({ length: Math.min(PIECE_ROWS, ROWS - at) }, (_, index) => rowOf(at + index));
    yield Buffer.from(rows.join(''));
  }
}

function rowOf(at: number): string {
  const code = at % 10 === 0 ? 'InternalError' : 'AccessDenied';
  return `data,year%3D2026/part-${at}.parquet,3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY,failed,403,${code},"Access Denied (Service: Amazon S3; Status Code: 403)"\n`;
}
