import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

interface Loaded {
  contents: string;
  loader: string;
}
type Load = (file: { path: string }) => Loaded;
interface Plugin {
  setup: (build: { onLoad: (terms: { filter: RegExp }, load: Load) => void }) => void;
}

const plugins: Plugin[] = createRequire(import.meta.url)('../../scripts/sdk-tree-shaking.cjs');

/** What the plugin makes of a file that lies at this place of node_modules; undefined where it leaves it alone. */
async function loaded(place: string, text: string): Promise<string | undefined> {
  const loads: [RegExp, Load][] = [];
  for (const { setup } of plugins) setup({ onLoad: ({ filter }, load) => loads.push([filter, load]) });
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
  const file = path.join(folder.path, 'file');
  await writeFile(file, text);
  return loads.find(([filter]) => filter.test(`/app/node_modules/${place}`))?.[1]({ path: file }).contents;
}

test('computed keys that are constants of the file are written out, and nothing else is', async () => {
  const schema = [
    'const _h = "http";',
    'const _n = makeName();',
    'export var Get$ = [9, n0, _G, { [_h]: ["GET", "/{Key+}", 200], [_n]: 1, [_imported]: list[_h] }];',
  ].join('\n');
  assert.equal(
    await loaded('@aws-sdk/client-s3/dist-es/schemas/schemas_0.js', schema),
    schema.replace('[_h]: ["GET"', '"http": ["GET"'),
  );
});

test('a finding of Security Hub is a document', async () => {
  const schema = 'var List = [1, n0, _L, 0, () => AwsSecurityFinding$];';
  assert.equal(
    await loaded('@aws-sdk/client-securityhub/dist-es/schemas/schemas_0.js', schema),
    'var List = [1, n0, _L, 0, 15];',
  );
});

test('of a client only the version is told', async () => {
  const json = JSON.stringify({ name: '@aws-sdk/client-s3', version: '3.1.2', scripts: {} });
  assert.equal(await loaded('@aws-sdk/client-s3/package.json', json), '{"version":"3.1.2"}');
});

test('other files are left alone', async () => {
  assert.equal(await loaded('@aws-sdk/core/dist-es/schemas/schemas_0.js', ''), undefined);
  assert.equal(await loaded('zod/package.json', '{}'), undefined);
});
