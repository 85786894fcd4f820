import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedTasksIn, parseReportRows } from '../../../src/aws/job/report-rows.ts';

test('rows with the status before the code, as every example has them, are read', () => {
  assert.deepEqual(parseReportRows('data,a,,failed,403,AccessDenied,"Access Denied"\n'), [
    { key: 'a', code: 'AccessDenied' },
  ]);
});

test('rows with the code before the status, as the schema declares them, are read the same', () => {
  assert.deepEqual(
    parseReportRows('data,a,,failed,AccessDenied,403,no\n'),
    parseReportRows('data,a,,failed,403,AccessDenied,no\n'),
  );
});

test('a row without a code or a status says so, and never with an empty name', () => {
  const rows = parseReportRows('data,a,,failed,,,\ndata,b,,failed,400,,\ndata,c,,failed,,400,\ndata,d,,failed\n');
  assert.deepEqual(rows, [
    { key: 'a', code: 'NoErrorCode' },
    { key: 'b', code: 'NoErrorCode' },
    { key: 'c', code: 'NoErrorCode' },
    { key: 'd', code: 'NoErrorCode' },
  ]);
});

test('succeeded rows are left out, whatever their case', () => {
  assert.deepEqual(parseReportRows('data,a,,succeeded,200,,Successful\ndata,b,,Succeeded,200,,Successful\n'), []);
});

test('quoted cells keep commas, doubled quotes and line breaks', () => {
  const csv = '"data","He said ""no"", twice,\r\nand left\nfor good","","failed","400","InvalidRequest","no"\n';
  const key = 'He said "no", twice,\r\nand left\nfor good';
  assert.deepEqual(parseReportRows(csv), [{ key, code: 'InvalidRequest' }]);
});

test('keys are decoded, and one that is no valid encoding is taken as it stands', () => {
  const encoded = ['a%20b%2Bc', 'caf%C3%A9%0A%22x%22', '%F0%9F%A6%80', 'plus+stays', '100%', '%ZZ', '%C3'];
  const rows = parseReportRows(encoded.map((key) => `data,${key},,failed,403,AccessDenied,no\n`).join(''));
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['a b+c', 'café\n"x"', '\u{1F980}', 'plus+stays', '100%', '%ZZ', '%C3'],
  );
});

test('a version is kept where there is one', () => {
  const rows = parseReportRows(
    'data,a,3HL4kqtJlcpXrof,failed,403,AccessDenied,no\ndata,a,null,failed,403,AccessDenied,no',
  );
  assert.deepEqual(
    rows.map(({ versionId }) => versionId),
    ['3HL4kqtJlcpXrof', 'null'],
  );
});

test('line ends of either kind, a missing last one and empty lines make no difference', () => {
  const expected = parseReportRows('data,a,,failed,403,AccessDenied,no\ndata,b,,failed,503,SlowDown,later\n');
  const variants = [
    'data,a,,failed,403,AccessDenied,no\r\ndata,b,,failed,503,SlowDown,later\r\n',
    'data,a,,failed,403,AccessDenied,no\ndata,b,,failed,503,SlowDown,later',
    '\ndata,a,,failed,403,AccessDenied,no\n\r\n\ndata,b,,failed,503,SlowDown,later\n\n',
  ];
  assert.equal(expected.length, 2);
  assert.deepEqual(variants.map(parseReportRows), [expected, expected, expected]);
});

test('a last row that ends in an empty cell without a line end is not lost', () => {
  assert.deepEqual(parseReportRows('data,a,,failed,403,AccessDenied,no\ndata,b,,failed,503,SlowDown,'), [
    { key: 'a', code: 'AccessDenied' },
    { key: 'b', code: 'SlowDown' },
  ]);
});

test('a status is a whole number, with nothing around it', () => {
  const rows = parseReportRows('data,a,,failed,0,Odd,\ndata,b,,failed,4xx,503,\ndata,c,,failed,Odd,-1,\n');
  assert.deepEqual(
    rows.map(({ code }) => code),
    ['Odd', '4xx', 'Odd'],
  );
});

test('a row without a bucket is no task, and quotes may begin within a cell', () => {
  assert.deepEqual(parseReportRows(',a,,failed,403,AccessDenied,no\ndata,"b,""c""",,failed,403,"Access"Denied,\n'), [
    { key: 'b,"c"', code: 'AccessDenied' },
  ]);
});

test('a last row of one cell is a row', () => {
  assert.deepEqual(parseReportRows('data,a,,failed,403,AccessDenied,"no"\ndata'), [
    { key: 'a', code: 'AccessDenied' },
    { key: '', code: 'NoErrorCode' },
  ]);
});

test('an empty file has no rows', () => {
  assert.deepEqual(parseReportRows(''), []);
});

/** The failed tasks of these bytes, which come in pieces of one length. */
async function inPieces(bytes: Uint8Array, length: number) {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
  }
  return (await Array.fromAsync(failedTasksIn(pieces()))).flat();
}

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
    const expected = parseReportRows(text);
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

test('a file without bytes has no rows, and one that ends within quotes gives what there is', async () => {
  assert.deepEqual(await inPieces(Buffer.from(''), 1), []);
  assert.deepEqual(await inPieces(Buffer.from('data,a,,failed,403,AccessDenied,"cut of'), 7), [
    { key: 'a', code: 'AccessDenied' },
  ]);
});

test('a quote that nobody closes does not fill the memory', async () => {
  async function* endless() {
    yield Buffer.from('data,"a');
    for (;;) yield Buffer.alloc(100_000, 'x\n');
  }
  await assert.rejects(Array.fromAsync(failedTasksIn(endless())), {
    name: 'TornReport',
    message: 'a row is longer than 1000000 characters',
  });
});

test('a row of nothing but quotes costs no more time than any other text of its length', async () => {
  async function* pieces() {
    for (let at = 0; at < 10; at += 1) yield Buffer.from('"'.repeat(90_000));
  }
  const before = process.cpuUsage();
  for await (const tasks of failedTasksIn(pieces())) assert.ok(tasks.length <= 1);
  const { user } = process.cpuUsage(before);
  // Searched again from each quote, it takes minutes.
  assert.ok(user < 20_000_000, `${user} µs`);
});
