/** One failed task of a completion report. */
export interface FailedTask {
  bucket: string;
  /** Decoded. */
  key: string;
  versionId?: string;
  /** S3's error code, for example AccessDenied; `NoErrorCode` where the row has none. */
  code: string;
  httpStatus?: number;
  message: string;
}

/**
 * Rows of a results file, failed ones only. The report's schema names ErrorCode before HTTPStatusCode while every
 * example row of the guide has them the other way round, so the numeric cell decides which is which.
 */
export function parseReportRows(csv: string): FailedTask[] {
  return cells(csv).flatMap((row) => {
    const [bucket = '', key = '', versionId = '', status = '', first = '', second = '', message = ''] = row;
    if (bucket === '' || status.toLowerCase() === 'succeeded') return [];
    const numericFirst = /^\d+$/.test(first);
    const httpStatus = Number(numericFirst ? first : second);
    return [
      {
        bucket,
        key: decoded(key),
        ...(versionId === '' ? {} : { versionId }),
        code: (numericFirst ? second : first) || 'NoErrorCode',
        ...(Number.isInteger(httpStatus) && httpStatus > 0 ? { httpStatus } : {}),
        message,
      },
    ];
  });
}

/** RFC 4180: quoted cells may hold commas, newlines and doubled quotes. */
function cells(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < csv.length; at++) {
    const char = csv[at];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (csv[at + 1] === '"') cell += csv[++at];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      row.push(cell);
      cell = '';
    } else if (char === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else if (char !== '\r') cell += char;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
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
