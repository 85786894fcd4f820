import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { VERSION } from '../../src/runtime/version.ts';

test('the functions log the version of package.json', () => {
  assert.equal(JSON.parse(readFileSync('package.json', 'utf8')).version, VERSION);
});
