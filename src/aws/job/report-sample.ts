import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { atOnce } from '../../at-once.ts';
import { type Columns, type ReportRow, rowsOf, TornReport } from './report-rows.ts';

interface Files {
  bucket: string;
  columns: Columns;
  keys: readonly string[];
}

/** Up to here a report is read as a whole; of a longer one only the places that chance names. */
const MOST_WHOLE_BYTES = 4_000_000;

/** Several times the longest row: a key of 1,024 bytes has 3,072 characters when it is encoded, and a version id fewer. */
const PLACE_BYTES = 16_384;

/** More files than any report has whose sizes are worth asking for. */
const MOST_FILES = 200;

const AT_ONCE = 10;

/** So many rows of these results files at random, each once; a long report costs one small read a row, whatever its length. */
export async function sampleOfFiles(
  s3: S3Client,
  { keys, ...files }: Files,
  count: number,
  random: (nth: number) => number,
): Promise<ReportRow[]> {
  const sizes = new Map<string, number>();
  await atOnce(keys.slice(0, MOST_FILES), AT_ONCE, async (key) => {
    const { ContentLength = 0 } = await s3.send(new HeadObjectCommand({ Bucket: files.bucket, Key: key }));
    sizes.set(key, ContentLength);
  });
  // In the manifest's order, whichever was answered first: the same seed means the same sample.
  const sized = keys.flatMap((key) => ({ key, size: sizes.get(key) ?? 0 }));
  const bytes = sized.reduce((sum, { size }) => sum + size, 0);
  if (bytes > MOST_WHOLE_BYTES) return placesOf(s3, { ...files, sized, bytes }, count, random);
  const all: ReportRow[] = [];
  for (const { key } of sized) all.push(...(await rowsAt(s3, { ...files, key })));
  return pick(all.filter(isDone), count, random);
}

const isDone = ({ hasSucceeded }: ReportRow): boolean => hasSucceeded;

/** The first steps of a shuffle (Fisher and Yates): each row is as likely as any other, and none comes twice. */
function pick<T>(all: T[], count: number, random: (nth: number) => number): T[] {
  const picked: T[] = [];
  for (let nth = 0; nth < count && all.length > 0; nth += 1) {
    picked.push(...all.splice(Math.floor(random(nth) * all.length), 1));
  }
  return picked;
}

type Sized = Omit<Files, 'keys'> & { sized: { key: string; size: number }[]; bytes: number };

async function placesOf(
  s3: S3Client,
  { sized, bytes, ...files }: Sized,
  count: number,
  random: (nth: number) => number,
): Promise<ReportRow[]> {
  const found: (ReportRow | undefined)[] = Array.from({ length: count });
  await atOnce(found.keys(), AT_ONCE, async (nth) => {
    const place = placeAt(sized, Math.floor(random(nth) * bytes));
    found[nth] = (await rowsAt(s3, { ...files, ...place })).find(isDone);
  });
  const rows = found.filter((row) => row !== undefined);
  return [...new Map(rows.map((row) => [`${row.keyCell} ${row.versionId}`, row])).values()];
}

/** The file in which a byte of all of them stands, and where to read there. */
function placeAt(sized: Sized['sized'], at: number): { key: string; from: number } {
  let rest = at;
  for (const { key, size } of sized) {
    if (rest < size) return { key, from: Math.max(0, Math.min(rest, size - PLACE_BYTES)) };
    rest -= size;
  }
  return { key: sized[0]?.key ?? '', from: 0 };
}

type ReadAt = Omit<Files, 'keys'> & { key: string; from?: number };

/** The rows of a whole file, or the whole ones of those that begin within a place in it. */
async function rowsAt(s3: S3Client, { bucket, columns, key, from }: ReadAt): Promise<ReportRow[]> {
  const Range = from === undefined ? {} : { Range: `bytes=${from}-${from + PLACE_BYTES - 1}` };
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...Range }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  if (from === undefined) return (await Array.fromAsync(rowsOf(once(bytes), columns))).flat();
  return rowsWithin(bytes, from > 0, columns);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const NEW_LINE = 0x0a;

/** A row that is cut at either end is no row of the sample; keys are encoded and what succeeded has no message, so a line is a row. */
async function rowsWithin(bytes: Uint8Array, isCut: boolean, columns: Columns): Promise<ReportRow[]> {
  const from = isCut ? bytes.indexOf(NEW_LINE) + 1 : 0;
  const whole = bytes.subarray(from, bytes.lastIndexOf(NEW_LINE) + 1);
  try {
    return (await Array.fromAsync(rowsOf(once(whole), columns))).flat();
  } catch (error) {
    if (error instanceof TornReport) return [];
    throw error;
  }
}
