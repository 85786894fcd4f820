import { present } from '../../present.ts';

/** One failed task of a completion report. */
export interface FailedTask {
  /** Decoded. */
  key: string;
  versionId?: string;
  /** S3's error code, for example AccessDenied; `NoErrorCode` where the row has none. */
  code: string;
}

/** What no second reading mends. */
export class TornReport extends Error {
  override readonly name = 'TornReport';
}

/** More characters than any row has (a key is at most 1,024 bytes): a quote that nobody closes must not fill the memory. */
const LONGEST_ROW = 1_000_000;

/** The failed tasks of a results file, some at a time, however long it is. A file that ends within a row or has none gives what there is. */
export async function* failedTasksIn(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<FailedTask[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const text = rest + decoder.decode(piece, { stream: true });
    const end = endOfRows(text);
    if (end > 0) yield parseReportRows(text.slice(0, end));
    rest = text.slice(end);
    if (rest.length > LONGEST_ROW) throw new TornReport(`a row is longer than ${LONGEST_ROW} characters`);
  }
  yield parseReportRows(rest + decoder.decode());
}

/** Where the last whole row of a text ends; a line break within quotes ends none, and a doubled quote counts as two. */
function endOfRows(text: string): number {
  let quotes = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) quotes += 1;
  for (let end = text.length; end > 0; quotes -= 1) {
    const quote = text.lastIndexOf('"', end - 1);
    // Each character is looked at once: a text of quotes and no line must not be searched again and again.
    const line = quotes % 2 === 0 ? text.slice(quote + 1, end).lastIndexOf('\n') : -1;
    if (line !== -1) return quote + line + 2;
    end = quote;
  }
  return 0;
}

/**
 * Rows of a results file, failed ones only. The report's schema names ErrorCode before HTTPStatusCode while every
 * example row of the guide has them the other way round, so the numeric cell decides which is which.
 */
export function parseReportRows(csv: string): FailedTask[] {
  return cells(csv).flatMap((row) => {
    const [bucket = '', key = '', versionId = '', status = '', first = '', second = ''] = row;
    if (bucket === '' || status.toLowerCase() === 'succeeded') return [];
    const code = (/^\d+$/.test(first) ? second : first) || 'NoErrorCode';
    return [{ key: decoded(key), ...present({ versionId: versionId || undefined }), code }];
  });
}

/** RFC 4180: quoted cells may hold commas, newlines and doubled quotes. */
function cells(csv: string): string[][] {
  const rows: string[][] = [];
  const mark = /[",\r\n]/g;
  const row: string[] = [];
  let cell = '';
  let quoted = false;
  let from = 0;
  const nextMark = () => {
    if (quoted) return csv.indexOf('"', from);
    mark.lastIndex = from;
    return mark.exec(csv)?.index ?? -1;
  };
  for (let at = nextMark(); at !== -1; at = nextMark()) {
    cell += csv.slice(from, at);
    from = at + 1;
    const char = csv[at];
    if (quoted && csv[from] === '"') {
      cell += '"';
      from += 1;
    } else if (char === '"') quoted = !quoted;
    else if (char !== '\r') {
      row.push(cell);
      cell = '';
      if (char === '\n') rows.push(row.splice(0));
    }
  }
  cell += csv.slice(from);
  return cell !== '' || row.length > 0 ? [...rows, [...row, cell]] : rows;
}

/** Keys are URL-encoded as in the manifest; a key that is not valid encoding is taken as it stands. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}
