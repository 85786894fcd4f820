import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { assessEnvironment, contendersHere } from '../../bench/peers/contenders.ts';

test('a folder without Cloud Custodian is said by name, with what is missing, and the floors stay', async () => {
  await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
  const { ready, missing } = contendersHere(folder.path);
  assert.deepEqual(ready.map(({ name }) => name).slice(0, 2), ['Reseal', 'Node SDK floor']);
  assert.match(
    missing.join('\n'),
    /^Cloud Custodian, tuned is left out: python3 cannot import c7n\.policy, .*\((?:.*c7n|.*ENOENT).*\)$/m,
  );
});

test('Cloud Custodian is only spoken of where a folder is named', () => {
  assert.doesNotMatch(contendersHere(undefined).missing.join('\n'), /Custodian/);
});

test('the contender that is Reseal has every setting that the stack gives assess-bucket', () => {
  const source = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8');
  const stack = parse(source, { logLevel: 'silent' });
  const given = assessEnvironment({ account: '111111111111', algorithm: 'AES256' });
  const lacking = Object.keys(stack.functions['assess-bucket'].environment).filter((name) => !(name in given));
  assert.deepEqual(lacking, []);
});
