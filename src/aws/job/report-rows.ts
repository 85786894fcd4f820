import { type CsvError, Parser } from 'csv-parse';

/** One task of a completion report. */
export interface ReportRow {
  /** The key as the row has it: URL-encoded, as manifests have keys. */
  keyCell: string;
  /** Empty where the row has none. */
  versionId: string;
  hasSucceeded: boolean;
  /** S3's error code, for example AccessDenied; `NoErrorCode` where the row has none. */
  code: string;
  /** HTTP status; 0 where the row has none. */
  status: number;
  message: string;
}

/** What no second reading mends. */
export class TornReport extends Error {
  override readonly name = 'TornReport';
}

/** More bytes than any row has (a key is at most 1,024 bytes): a quote that nobody closes must not fill the memory. */
const LONGEST_ROW = 1_000_000;

const COLUMNS = ['Bucket', 'Key', 'VersionId', 'TaskStatus', 'ErrorCode', 'HTTPStatusCode', 'ResultMessage'] as const;
type Column = (typeof COLUMNS)[number];

/** Where each column stands in a row. */
export type Columns = Readonly<Record<Column, number>>;

/** The columns that a report's manifest names (`ReportSchema`), in their order; those of the guide where it names none. Throws TornReport naming one that is missing. */
export function columnsOf(schema: string = COLUMNS.join(', ')): Columns {
  const names = schema.split(',').map((name) => name.trim());
  const lacking = COLUMNS.find((column) => !names.includes(column));
  if (lacking !== undefined)
    throw new TornReport(`its ReportSchema has no column ${lacking}: expected ${COLUMNS.join(', ')}`);
  return Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column)])) as Columns;
}

/** The tasks of a results file, some at a time, however long it is. Throws TornReport where it ends within a row, or a row lacks a cell; the rows before have been given. */
export async function* rowsOf(
  pieces: AsyncIterable<Uint8Array>,
  columns: Columns = columnsOf(),
): AsyncGenerator<ReportRow[]> {
  const csv = startCsv();
  let before = 0;
  for await (const piece of pieces) {
    const { rows, error } = csv.add(piece);
    const short = rows.findIndex(({ length }) => length < COLUMNS.length);
    yield rows.slice(0, short === -1 ? rows.length : short).flatMap((cells) => taskOf(cells, columns));
    if (short !== -1) throw shortRow(rows[short]?.length ?? 0, `its row ${before + short + 1} is`);
    if (error !== undefined) throw tornBy(error);
    before += rows.length;
  }
  const { rows, error } = csv.end();
  for (const cells of rows) {
    if (cells.length < COLUMNS.length) throw shortRow(cells.length, 'its last line is torn:');
    yield taskOf(cells, columns);
  }
  if (error !== undefined) throw tornBy(error);
}

function shortRow(found: number, where: string): TornReport {
  return new TornReport(`${where} a row with ${found} of ${COLUMNS.length} cells: expected ${COLUMNS.join(', ')}`);
}

interface Read {
  rows: string[][];
  error: CsvError | undefined;
}

/** csv-parse, which takes each piece and gives its whole rows at once: awaited row by row, it takes ten times as long. */
function startCsv() {
  const parser = new Parser({
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    record_delimiter: ['\n', '\r\n'],
    max_record_size: LONGEST_ROW,
  });
  // It is read from what the parser has after each piece; without a listener it would end the process.
  parser.on('error', () => {});
  const read = (): Read => {
    const rows: string[][] = [];
    for (let row: unknown = parser.read(); row !== null; row = parser.read()) {
      if (isRow(row)) rows.push(row);
    }
    return { rows, error: (parser.errored as CsvError | null) ?? undefined };
  };
  return {
    add(piece: Uint8Array): Read {
      parser.write(piece);
      return read();
    },
    end(): Read {
      parser.end();
      return read();
    },
  };
}

function isRow(row: unknown): row is string[] {
  return Array.isArray(row);
}

function tornBy(error: CsvError): TornReport {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new TornReport('its last line is torn: a quote is not closed');
    case 'CSV_MAX_RECORD_SIZE':
      return new TornReport(`a row is longer than ${LONGEST_ROW} bytes`);
    default:
      return new TornReport(error.message);
  }
}

/**
 * The report's schema names ErrorCode before HTTPStatusCode while every example row of the guide has them the other way round, so the numeric cell of
 * the two decides which is which. A row without a bucket is no task.
 */
function taskOf(cells: readonly string[], columns: Columns): ReportRow[] {
  const cell = (column: Column) => cells[columns[column]];
  if (cell('Bucket') === '') return [];
  const [first, second] = [cell('ErrorCode') ?? '', cell('HTTPStatusCode') ?? ''];
  const [code, status] = /^\d+$/.test(first) ? [second, first] : [first, second];
  return [
    {
      keyCell: cell('Key') ?? '',
      versionId: cell('VersionId') ?? '',
      hasSucceeded: cell('TaskStatus')?.toLowerCase() === 'succeeded',
      code: code || 'NoErrorCode',
      status: Number.parseInt(status, 10) || 0,
      message: cell('ResultMessage') ?? '',
    },
  ];
}
