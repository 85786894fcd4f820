import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReportRows } from '../../../src/aws/job/report-rows.ts';

test('rows with the status before the code, as every example has them, are read', () => {
  assert.deepEqual(parseReportRows('data,a,,failed,403,AccessDenied,"Access Denied"\n'), [
    { bucket: 'data', key: 'a', code: 'AccessDenied', httpStatus: 403, message: 'Access Denied' },
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
    { bucket: 'data', key: 'a', code: 'NoErrorCode', message: '' },
    { bucket: 'data', key: 'b', code: 'NoErrorCode', httpStatus: 400, message: '' },
    { bucket: 'data', key: 'c', code: 'NoErrorCode', httpStatus: 400, message: '' },
    { bucket: 'data', key: 'd', code: 'NoErrorCode', message: '' },
  ]);
});

test('succeeded rows are left out, whatever their case', () => {
  assert.deepEqual(parseReportRows('data,a,,succeeded,200,,Successful\ndata,b,,Succeeded,200,,Successful\n'), []);
});

test('quoted cells keep commas, doubled quotes and line breaks', () => {
  const csv = '"data","a","","failed","400","InvalidRequest","He said ""no"", twice,\r\nand left\nfor good"\n';
  assert.deepEqual(parseReportRows(csv), [
    {
      bucket: 'data',
      key: 'a',
      code: 'InvalidRequest',
      httpStatus: 400,
      message: 'He said "no", twice,\r\nand left\nfor good',
    },
  ]);
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
    { bucket: 'data', key: 'a', code: 'AccessDenied', httpStatus: 403, message: 'no' },
    { bucket: 'data', key: 'b', code: 'SlowDown', httpStatus: 503, message: '' },
  ]);
});

test('an empty file has no rows', () => {
  assert.deepEqual(parseReportRows(''), []);
});
