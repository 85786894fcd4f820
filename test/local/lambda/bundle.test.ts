import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { zipSync } from 'fflate';
import { createBundles } from '../../../local/lambda/bundle.ts';

function writeZip(t: TestContext, files: Record<string, Uint8Array>): string {
  const folder = mkdtempSync(join(tmpdir(), 'reseal-zip-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'bundle.zip');
  writeFileSync(path, zipSync(files));
  return path;
}

const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);

describe('a bundle', () => {
  test('is unpacked byte by byte, once, and removed at the end', (t) => {
    const zip = writeZip(t, { 'functions/a.mjs': everyByte, '.reseal/policy.json': new Uint8Array(0) });
    const bundles = createBundles();
    const folder = bundles.open(zip);
    assert.deepEqual(new Uint8Array(readFileSync(join(folder, 'functions/a.mjs'))), everyByte);
    assert.equal(readFileSync(join(folder, '.reseal/policy.json')).length, 0);
    assert.equal(bundles.open(zip), folder);
    bundles.close();
    assert.equal(existsSync(folder), false);
  });

  test('that would write outside of its folder is refused', (t) => {
    const bundles = createBundles();
    t.after(() => bundles.close());
    assert.throws(() => bundles.open(writeZip(t, { '../escaped.mjs': everyByte })), /outside of its folder/);
  });
});
