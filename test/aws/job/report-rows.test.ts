import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, type ReportRow, rowsOf } from '../../../src/aws/job/report-rows.ts';
import { decodedKey } from '../../../src/ledger/manifest-row.ts';

const EXPECTED = 'expected Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage';

const failed = (rows: readonly ReportRow[]) =>
  rows
    .filter(({ hasSucceeded }) => !hasSucceeded)
    .map(({ keyCell, versionId, code }) => ({ key: decodedKey(keyCell), code, ...(versionId && { versionId }) }));

/** The failed tasks of these bytes, which come in pieces of one length. */
async function inPieces(bytes: Uint8Array, length: number, schema?: string) {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
  }
  return failed((await Array.fromAsync(rowsOf(pieces(), columnsOf(schema)))).flat());
}

const parsed = (csv: string, schema?: string) => inPieces(Buffer.from(csv), 1_000_000, schema);

test('rows with the status before the code, as every example has them, are read', async () => {
  assert.deepEqual(await parsed('data,a,,failed,403,AccessDenied,"Access Denied"\n'), [
    { key: 'a', code: 'AccessDenied' },
  ]);
});

test('rows with the code before the status, as the schema declares them, are read the same', async () => {
  assert.deepEqual(
    await parsed('data,a,,failed,AccessDenied,403,no\n'),
    await parsed('data,a,,failed,403,AccessDenied,no\n'),
  );
});

test('a row without a code or a status says so, and never with an empty name', async () => {
  const rows = await parsed('data,a,,failed,,,\ndata,b,,failed,400,,\ndata,c,,failed,,400,\n');
  assert.deepEqual(rows, [
    { key: 'a', code: 'NoErrorCode' },
    { key: 'b', code: 'NoErrorCode' },
    { key: 'c', code: 'NoErrorCode' },
  ]);
});

test('succeeded rows are left out, whatever their case', async () => {
  assert.deepEqual(await parsed('data,a,,succeeded,200,,Successful\ndata,b,,Succeeded,200,,Successful\n'), []);
});

test('quoted cells keep commas, doubled quotes and line breaks', async () => {
  const csv = '"data","He said ""no"", twice,\r\nand left\nfor good","","failed","400","InvalidRequest","no"\n';
  const key = 'He said "no", twice,\r\nand left\nfor good';
  assert.deepEqual(await parsed(csv), [{ key, code: 'InvalidRequest' }]);
});

test('keys are decoded, and one that is no valid encoding is taken as it stands', async () => {
  const encoded = ['a%20b%2Bc', 'caf%C3%A9%0A%22x%22', '%F0%9F%A6%80', 'plus+stays', '100%', '%ZZ', '%C3'];
  const rows = await parsed(encoded.map((key) => `data,${key},,failed,403,AccessDenied,no\n`).join(''));
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['a b+c', 'café\n"x"', '\u{1F980}', 'plus+stays', '100%', '%ZZ', '%C3'],
  );
});

test('a version is kept where there is one', async () => {
  const rows = await parsed(
    'data,a,3HL4kqtJlcpXrof,failed,403,AccessDenied,no\ndata,a,null,failed,403,AccessDenied,no',
  );
  assert.deepEqual(
    rows.map(({ versionId }) => versionId),
    ['3HL4kqtJlcpXrof', 'null'],
  );
});

test('line ends of either kind, a missing last one and empty lines make no difference', async () => {
  const expected = await parsed('data,a,,failed,403,AccessDenied,no\ndata,b,,failed,503,SlowDown,later\n');
  const variants = [
    'data,a,,failed,403,AccessDenied,no\r\ndata,b,,failed,503,SlowDown,later\r\n',
    'data,a,,failed,403,AccessDenied,no\ndata,b,,failed,503,SlowDown,later',
    '\ndata,a,,failed,403,AccessDenied,no\n\r\n\ndata,b,,failed,503,SlowDown,later\n\n',
  ];
  assert.equal(expected.length, 2);
  assert.deepEqual(await Promise.all(variants.map((csv) => parsed(csv))), [expected, expected, expected]);
});

test('a last row that ends in an empty cell without a line end is not lost', async () => {
  assert.deepEqual(await parsed('data,a,,failed,403,AccessDenied,no\ndata,b,,failed,503,SlowDown,'), [
    { key: 'a', code: 'AccessDenied' },
    { key: 'b', code: 'SlowDown' },
  ]);
});

test('a status is a whole number, with nothing around it', async () => {
  const rows = await parsed('data,a,,failed,0,Odd,\ndata,b,,failed,4xx,503,\ndata,c,,failed,Odd,-1,\n');
  assert.deepEqual(
    rows.map(({ code }) => code),
    ['Odd', '4xx', 'Odd'],
  );
});

test('a row without a bucket is no task, and a quote within a cell is a part of it', async () => {
  assert.deepEqual(await parsed(',a,,failed,403,AccessDenied,no\ndata,"b,""c""",,failed,403,"Access"Denied,\n'), [
    { key: 'b,"c"', code: '"Access"Denied' },
  ]);
});

test('an empty file has no rows', async () => {
  assert.deepEqual(await parsed(''), []);
});

test('a file that comes in pieces of any length has the same rows', async () => {
  const csv = [
    'data,a,,failed,403,AccessDenied,"He said ""no"",\nand left"',
    '"data","b ""x""","",failed,503,SlowDown,"sp\u00e4ter \u{1F512}"\r',
    'data,c,,succeeded,200,,Successful',
    '',
    'data,d,,failed,403,AccessDenied,""',
    'data,e,,failed,403,AccessDenied,no',
  ].join('\n');
  for (const text of [csv, `${csv}\n`]) {
    const expected = await parsed(text);
    assert.deepEqual(
      expected.map(({ key }) => key),
      ['a', 'b "x"', 'd', 'e'],
    );
    const bytes = Buffer.from(text);
    for (let length = 1; length <= bytes.length; length += 1) {
      assert.deepEqual(await inPieces(bytes, length), expected, `pieces of ${length} bytes`);
    }
  }
});

test('a file whose last line is torn says so, and gives the rows before it', async () => {
  const whole = 'data,a,,failed,403,AccessDenied,"no"\n';
  const torn: [rest: string, message: string][] = [
    ['data', `its last line is torn: a row with 1 of 7 cells: ${EXPECTED}`],
    ['data,b', `its last line is torn: a row with 2 of 7 cells: ${EXPECTED}`],
    ['data,b,,failed,403,Acc', `its last line is torn: a row with 6 of 7 cells: ${EXPECTED}`],
    ['data,b,,failed,403,AccessDenied,"cut', 'its last line is torn: a quote is not closed'],
  ];
  for (const [rest, message] of torn) {
    for (const length of [1, 7, 1_000]) {
      const bytes = Buffer.from(whole + rest);
      const given: ReportRow[] = [];
      const read = async () => {
        async function* pieces() {
          for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
        }
        for await (const rows of rowsOf(pieces())) given.push(...rows);
      };
      await assert.rejects(read, { name: 'TornReport', message });
      assert.deepEqual(failed(given), [{ key: 'a', code: 'AccessDenied' }]);
    }
  }
});

test('a row that lacks a cell is named', async () => {
  const csv = 'data,a,,failed,403,AccessDenied,no\ndata,b,,failed\ndata,c,,failed,403,AccessDenied,no\n';
  await assert.rejects(parsed(csv), {
    name: 'TornReport',
    message: `its row 2 is a row with 4 of 7 cells: ${EXPECTED}`,
  });
});

test('a schema in another order, or with more columns, is followed, and one that lacks a column is refused by its name', async () => {
  const expected = [{ key: 'a', code: 'AccessDenied', versionId: 'v' }];
  const schema = 'Key, Bucket, TaskStatus, VersionId, ResultMessage, ErrorCode, New, HTTPStatusCode';
  assert.deepEqual(await parsed('a,data,failed,v,no,AccessDenied,new,403\n', schema), expected);
  assert.deepEqual(await parsed('a,data,failed,v,no,403,new,AccessDenied\n', schema), expected);
  assert.throws(() => columnsOf('Bucket, Key, VersionId, TaskStatus, HTTPStatusCode, ResultMessage'), {
    name: 'TornReport',
    message: `its ReportSchema has no column ErrorCode: ${EXPECTED}`,
  });
});

test('a key of 1,024 bytes, percent-encoded, is read whole', async () => {
  const key = '\u{1F512}'.repeat(256);
  assert.equal(Buffer.byteLength(key), 1_024);
  const csv = `data,${encodeURIComponent(key)},,failed,403,AccessDenied,no\n`;
  assert.deepEqual(await inPieces(Buffer.from(csv), 10), [{ key, code: 'AccessDenied' }]);
});

test('a quote that nobody closes does not fill the memory', async () => {
  async function* endless() {
    yield Buffer.from('data,"a');
    for (;;) yield Buffer.alloc(100_000, 'x\n');
  }
  await assert.rejects(Array.fromAsync(rowsOf(endless())), {
    name: 'TornReport',
    message: 'a row is longer than 1000000 bytes',
  });
});

test('a row of nothing but quotes costs no more time than any other text of its length', async () => {
  async function* pieces() {
    for (let at = 0; at < 10; at += 1) yield Buffer.from('"'.repeat(90_000));
  }
  const before = process.cpuUsage();
  await assert.rejects(Array.fromAsync(rowsOf(pieces())), {
    message: `its last line is torn: a row with 1 of 7 cells: ${EXPECTED}`,
  });
  const { user } = process.cpuUsage(before);
  // Searched again from each quote, it takes minutes.
  assert.ok(user < 20_000_000, `${user} µs`);
});
