import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAwsChunked, readAwsChunked, withoutAwsChunked } from '../../../local/protocol/aws-chunked.ts';

test('chunks are joined and trailers read', () => {
  const { body, trailers } = readAwsChunked(
    Buffer.from(
      'A\r\n0123456789\r\n2;x=y\r\n\r\n\r\n0\r\nX-Amz-Checksum-Crc32: abc=\r\nx-amz-trailer-signature:f\r\n\r\n',
    ),
  );
  assert.equal(body.toString(), '0123456789\r\n');
  assert.deepEqual(trailers, { 'x-amz-checksum-crc32': 'abc=', 'x-amz-trailer-signature': 'f' });
});

test('an empty body is one last chunk', () => {
  assert.deepEqual(readAwsChunked(Buffer.from('0\r\n\r\n')), { body: Buffer.alloc(0), trailers: {} });
});

for (const torn of ['', '5\r\nabc', '3\r\nabc\r\n', 'zz\r\nabc\r\n0\r\n\r\n', '3\r\nabc']) {
  test(`${JSON.stringify(torn)} is IncompleteBody`, () => {
    assert.throws(() => readAwsChunked(Buffer.from(torn)), { code: 'IncompleteBody', status: 400 });
  });
}

test('the framing is known by the hash or the inner length, and taken out of what S3 stores', () => {
  assert.equal(isAwsChunked({ 'content-encoding': 'aws-chunked' }), false);
  assert.equal(isAwsChunked({ 'x-amz-decoded-content-length': '3' }), true);
  assert.equal(isAwsChunked({ 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }), true);
  assert.equal(isAwsChunked({ 'content-encoding': 'gzip', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }), false);
  assert.deepEqual(['aws-chunked', 'gzip, aws-chunked', 'aws-chunked,br', 'gzip'].map(withoutAwsChunked), [
    '',
    'gzip',
    'br',
    'gzip',
  ]);
});
