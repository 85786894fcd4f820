import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { directory } from './packaged-template.ts';

/** A cold start reads and compiles all of it. */
const LARGEST_BUNDLE_BYTES = 790_000;

/** The policy is where the judging is done, and only there. */
const FILES = {
  'assess-bucket': ['.reseal/policy.json', '.reseal/prices.json', 'functions/assess-bucket.mjs'],
  'track-job': ['functions/track-job.mjs'],
  'reencrypt-object': ['functions/reencrypt-object.mjs'],
  sweep: ['.reseal/accounts.json', 'functions/sweep.mjs'],
  'announce-change': ['functions/announce-change.mjs'],
};

describe('the package', () => {
  it('of announce-change has no schemas of what Security Hub knows of the resources of AWS', async () => {
    const unzipped = unzipSync(await readFile(path.join(directory, 'announce-change.zip')));
    const bundle = strFromU8(unzipped['functions/announce-change.mjs'] ?? new Uint8Array());
    assert.equal(bundle.includes('AwsRdsDbCluster'), false);
  });

  for (const [name, files] of Object.entries(FILES)) {
    it(`of ${name} holds one small bundle and nothing else that is not needed`, async () => {
      const entries = listZip(await readFile(path.join(directory, `${name}.zip`)));
      assert.deepEqual(entries.map(({ file }) => file).sort(), files);
      const bundle = entries.find(({ file }) => file.endsWith('.mjs'));
      assert.ok((bundle?.sizeBytes ?? Infinity) <= LARGEST_BUNDLE_BYTES, `${bundle?.sizeBytes} bytes`);
    });

    it(`of ${name} has the part of the SDK that lets Lambda detect recursive loops`, async () => {
      const unzipped = unzipSync(await readFile(path.join(directory, `${name}.zip`)));
      assert.match(strFromU8(unzipped[`functions/${name}.mjs`] ?? new Uint8Array()), /"X-Amzn-Trace-Id"/);
    });
  }
});

/** The entries of a zip archive's central directory (PKWARE APPNOTE 4.3.12 and 4.3.16); the archive has no comment. */
function listZip(zip: Buffer): { file: string; sizeBytes: number }[] {
  const end = zip.length - 22;
  const entries = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    entries.push({
      file: zip.toString('utf8', at + 46, at + 46 + nameLength),
      sizeBytes: zip.readUInt32LE(at + 24),
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
