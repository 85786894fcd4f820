import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32c, crc64nvme } from '../../../local/s3/crc.ts';

/** The check values of the catalogue of parametrised CRC algorithms: over the nine digits. */
const DIGITS = Buffer.from('123456789');

describe('checksums that Node.js does not bring', () => {
  test('CRC-32C of the nine digits', () => {
    assert.equal(crc32c(DIGITS), 0xe3069283);
  });

  test('CRC-64/NVME of the nine digits', () => {
    assert.equal(crc64nvme(DIGITS).toString('hex'), 'ae8b14860a799888');
  });
});
