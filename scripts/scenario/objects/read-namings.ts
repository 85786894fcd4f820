import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { parse } from 'csv-parse/sync';
import type { Naming } from './namings.ts';

/** A job as anybody reads it from the ledger's table. */
export interface JobRecord {
  token: string;
  jobId: string;
  bucket: string;
  status: string;
  closedAt?: string;
  method: string;
  total: number;
  succeeded: number;
  failed: number;
  /** Where S3 wrote which tasks failed, as an s3:// address of the report's manifest. */
  report?: string;
  why?: string;
}

/** An object that a job of Reseal's own names. */
interface Piece {
  token: string;
  key: string;
  code: string;
}

/** All that the ledger says of objects and of jobs: the table is read whole, as nobody does who waits for an answer. */
export async function readNamings(
  { dynamoDb, s3 }: { dynamoDb: DynamoDBClient; s3: S3Client },
  ledgerTable: string,
): Promise<{ namings: Naming[]; jobs: JobRecord[] }> {
  const namings: Naming[] = [];
  const jobs: JobRecord[] = [];
  const pieces: Piece[] = [];
  for await (const { Items = [] } of paginateScan(
    { client: dynamoDb },
    { TableName: ledgerTable, ConsistentRead: true },
  )) {
    for (const item of Items.map((one) => unmarshall(one))) {
      if (item['sk'] === 'STATE') namings.push(...leftoversOf(item));
      if (item['sk'] === 'JOB') jobs.push(item as JobRecord);
      if (item['kind'] === 'object' && item['code'] !== undefined) pieces.push(item as Piece);
    }
  }
  for (const { token, key, code } of pieces) {
    const job = jobs.find((each) => each.token === token);
    if (job !== undefined) namings.push({ by: 'job', bucket: job.bucket, key, code });
  }
  for (const job of jobs) if (job.report !== undefined) namings.push(...(await reportedBy(job, job.report, s3)));
  return { namings, jobs };
}

function leftoversOf(item: Record<string, unknown>): Naming[] {
  const leftovers = item['leftovers'] as { code: string }[] | undefined;
  return (leftovers ?? []).map(({ code }) => ({ by: 'leftover', code, bucket: String(item['bucket']) }));
}

/** The failed tasks of a job by its completion report: bucket, key, version, status, and the error code beside the HTTP status, in either order (S3 guide). */
async function reportedBy({ bucket }: JobRecord, address: string, s3: S3Client): Promise<Naming[]> {
  const manifest = JSON.parse(await textAt(address, s3)) as {
    Results?: { TaskExecutionStatus: string; Key: string }[];
  };
  const reportsBucket = address.split('/')[2] ?? '';
  const failed = (manifest.Results ?? []).filter(({ TaskExecutionStatus }) => TaskExecutionStatus === 'failed');
  const files = await Promise.all(failed.map(({ Key }) => textAt(`s3://${reportsBucket}/${Key}`, s3)));
  return files.flatMap((file) =>
    (parse(file, { relax_column_count: true }) as string[][]).map(
      ([, key = '', versionId = '', , one = '', other = '']) => ({
        by: 'job',
        bucket,
        key: decodeURIComponent(key.replaceAll('+', ' ')),
        code: /^\d*$/.test(one) ? other : one,
        ...(versionId === '' ? {} : { versionId }),
      }),
    ),
  );
}

async function textAt(address: string, s3: S3Client): Promise<string> {
  const [, , Bucket, ...key] = address.split('/');
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key.join('/') }));
  return (await Body?.transformToString('utf-8')) ?? '';
}
