import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { pricesIn } from '../../src/policy/plan/price-list.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'reseal-prices-'));
after(() => rmSync(folder, { recursive: true }));

const { region: _, ...OURS } = pricesIn('us-east-1');
const file = (name: string, text: string) => {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
};
const THEIRS = file('theirs.json', JSON.stringify({ 'eu-west-1': { ...OURS, asOf: 'January 2027', job: 1.5 } }));

const POLICY = file(
  'policy.json',
  JSON.stringify({
    version: 1,
    standard: { algorithm: 'aws:kms', key: 'alias/reseal' },
    objects: { reencrypt: 'all', ceilingUsd: { bucket: 3 } },
  }),
);
const explain = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  runCli(
    [
      'policy',
      'explain',
      'partner-uploads',
      '--policy',
      POLICY,
      '--state',
      'events/states/alias-in-rule.json',
      ...args,
    ],
    {
      NO_COLOR: '1',
      ...env,
    },
  );

test('a price is that of the file for the Region of the bucket, by the option or by RESEAL_PRICES, and says so', async () => {
  const ours = await explain([]);
  const theirs = await explain(['--prices', THEIRS]);
  assert.match(
    ours.stdout,
    /job(s)? at \$0\.25, .* US dollars at the list prices of us-east-1, November 2026; prices differ by Region\./,
  );
  assert.match(theirs.stdout, /job(s)? at \$1\.50, .* US dollars at the list prices of eu-west-1, January 2027\./);
  assert.match(
    theirs.stdout,
    /These jobs cost more than objects\.ceilingUsd\.bucket of the policy \(\$3\.00\)\. They wait until somebody confirms them\./,
  );
  assert.doesNotMatch(ours.stdout, /ceilingUsd/);
  assert.deepEqual(await explain([], { RESEAL_PRICES: THEIRS }), theirs);
});

test('a file with a byte order mark and tabs is read', async () => {
  const marked = file('marked.json', `\uFEFF${JSON.stringify({ 'eu-west-1': { ...OURS, job: 1.5 } }, null, '\t')}`);
  assert.match((await explain(['--prices', marked])).stdout, / at \$1\.50, /);
});

test('a file that is none is an error that names it', async () => {
  const wrong = [
    [
      path.join(folder, 'absent.json'),
      ':1:1 error the file of prices: expected a file that can be read (check the path and its permissions), found ENOENT',
    ],
    [
      folder,
      ':1:1 error the file of prices: expected a file that can be read (check the path and its permissions), found EISDIR',
    ],
    [file('torn.json', '{"eu-west-1":'), 'each [ and { closed'],
    [
      file('short.json', '{"eu-west-1": {}}'),
      ':1:2 error eu-west-1.job: expected an amount of US dollars from 0 to 1,000,000,000, found nothing',
    ],
    [
      file('negative.json', JSON.stringify({ 'eu-west-1': { ...OURS, job: -1 } })),
      ' error eu-west-1.job: expected an amount of US dollars from 0 to 1,000,000,000, found -1',
    ],
    // The second one would win, unseen.
    [
      file('twice.json', `{"eu-west-1": ${JSON.stringify(OURS)}, "eu-west-1": ${JSON.stringify({ ...OURS, job: 0 })}}`),
      'eu-west-1',
    ],
    [file('member-twice.json', `{"eu-west-1": ${JSON.stringify(OURS).replace('{', '{"job": 9, ')}}`), 'job'],
  ] as const;
  for (const [name, message] of wrong) {
    const { status, stdout, stderr } = await explain(['--prices', name]);
    assert.deepEqual([status, stdout, stderr.includes(name) && stderr.includes(message)], [1, '', true], stderr);
  }
});
