import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { KINDS } from '../../scripts/scenario/play.ts';
import { helpOf, readCommandLine } from '../../scripts/command-line.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const { version, scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  scripts: Record<string, string>;
};
const OURS = Object.entries(scripts).filter(([, command]) => command.startsWith('node scripts/run.mjs '));

/** What a script of package.json prints on standard output. Rejects where it does not exit with 0. */
async function printed(command: string, ...args: string[]): Promise<string> {
  const [, ...words] = command.split(' ');
  const { stdout } = await promisify(execFile)(process.execPath, [...words, ...args], { cwd: ROOT });
  return stdout;
}

describe('every script of package.json that is ours', () => {
  for (const [name, command] of OURS) {
    test(`${name} answers --help and --version, and does nothing else`, async () => {
      const called = ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`;
      const help = await printed(command, '--help');
      assert.ok(help.startsWith(called), help);
      assert.ok(help.includes('  --help, --version  this text, or the version, and nothing else\n'));
      assert.equal(await printed(command, '--version'), `reseal ${version}, Node.js ${process.version}\n`);
    });
  }
});

test('npm start says how many buckets it plays: one of each kind', async () => {
  const help = await printed(scripts['start'] ?? '', '--help');
  const told = `how many buckets, at least one of each kind; Reseal's own is one more (by default one of each, ${KINDS.length} in the scenario buckets; with --accounts 40 in each account)`;
  assert.ok(help.includes(told), help);
});

test('npm start refuses a scenario that is none, and a number of buckets for one that has its own', async () => {
  for (const [args, said] of [
    [['--scenario', 'Org'], '--scenario: expected buckets or org or backfill or objects, found "Org"\n'],
    [
      ['--scenario', 'org', '--buckets', '3'],
      '--buckets: the scenario org has buckets of its own; add --accounts, or use --objects\n',
    ],
    [
      ['--scenario', 'objects', '--buckets', '3'],
      '--buckets: the scenario objects has buckets of its own; use --objects\n',
    ],
    [
      ['--accounts', '3'],
      '--accounts: the scenario buckets has accounts of its own; leave it out, or use --scenario org\n',
    ],
    [['--scenario', 'org', '--accounts', '2'], '--accounts: expected a whole number from 3 to 1000, found "2"\n'],
  ] as const) {
    const refused = printed(scripts['start'] ?? '', ...args);
    await assert.rejects(refused, { code: 2, stdout: '', stderr: said });
  }
});

test('npm run bench refuses a name beside --peers, which says itself what runs', async () => {
  const refused = printed(scripts['bench'] ?? '', '--peers', '/nowhere', 'inline-lane');
  const stderr = '--peers runs peers, plan and inline-lane and takes no NAME, found inline-lane\n';
  await assert.rejects(refused, { code: 2, stdout: '', stderr });
});

const GREET = {
  name: 'npm run greet',
  does: 'Greets.',
  options: {
    loud: { type: 'boolean', default: false, help: 'in capitals' },
    times: { type: 'string', default: '2', value: 'NUMBER', help: 'how often' },
  },
  operands: 'NAME...',
} as const;

test('help has the options with what they are for, and what holds where they are not given', () => {
  assert.equal(
    helpOf(GREET),
    `npm run greet -- [OPTIONS] NAME...

Greets.

  --loud             in capitals
  --times NUMBER     how often (default 2)
  --help, --version  this text, or the version, and nothing else`,
  );
});

test('options and operands are read, and what is unknown is refused', () => {
  const { values, operands } = readCommandLine(GREET, ['--times', '3', 'Ada']);
  assert.deepEqual([{ ...values }, operands], [{ loud: false, times: '3' }, ['Ada']]);
  assert.throws(() => readCommandLine(GREET, ['--lout']), { code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' });
  const { operands: _, ...alone } = GREET;
  assert.throws(() => readCommandLine(alone, ['Ada']), { code: 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL' });
});

test('an option that npm takes for itself is said to be lost, with the way to give it', (t) => {
  t.after(() => delete process.env['npm_config_loud']);
  process.env['npm_config_loud'] = 'true';
  const said = t.mock.method(console, 'error', () => {});
  readCommandLine(GREET, ['Ada']);
  readCommandLine(GREET, ['--loud', 'Ada']);
  assert.deepEqual(
    said.mock.calls.map(({ arguments: words }) => words),
    [['npm took --loud for itself; for Reseal it stands behind --: npm run greet -- --loud']],
  );
});
