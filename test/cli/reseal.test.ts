import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { compilePolicyFile } from '../../cli/policy-file.ts';
import { ROOT, runCli } from './run-cli.ts';
import { written } from './written.ts';

const HINT = 'reseal --help shows the commands, reseal COMMAND --help how each is used.\n';

/** Run as the bin is run, from the root of the repository. */
function bin(args: string[], nodeArgs: string[] = []) {
  // No colours, because it is no terminal and not because somebody said so.
  const { NO_COLOR: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeArgs, 'cli/reseal.mjs', ...args], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const { json, sha256 } = compilePolicyFile(path.join(ROOT, 'reseal.yaml'));

test('policy compile writes the checked JSON to standard output and nothing else', () => {
  assert.deepEqual(bin(['policy', 'compile', 'reseal.yaml']), { status: 0, stdout: json, stderr: '' });
});

test('policy compile --out writes the same bytes to a file and tells their hash', (t) => {
  const out = written(t, '', 'policy.json');
  assert.deepEqual(bin(['policy', 'compile', 'reseal.yaml', '--out', out]), {
    status: 0,
    stdout: '',
    stderr: `reseal.yaml is good: ${out} written, SHA-256 ${sha256}\n`,
  });
  assert.equal(readFileSync(out, 'utf8'), json);
});

test('a bad policy exits with 1 and its problems, without a stack', async () => {
  const { status, stdout, stderr } = await runCli(['policy', 'compile', 'package.json']);
  assert.deepEqual([status, stdout], [1, '']);
  assert.equal(
    stderr.split('\n').find((line) => line.startsWith('package.json:3:')),
    'package.json:3:3 error version: expected 1, the only version of the policy language there is, found "0.2.0"',
  );
  assert.doesNotMatch(stderr, /^ {4}at /m);
});

test('policy test exits with 0 and a count, and with 1 where a verdict is another one', async (t) => {
  const passed = { status: 0, stdout: '', stderr: 'examples/startup.test.yaml: 8 of 8 tests passed\n' };
  assert.deepEqual(await runCli(['policy', 'test', 'examples/startup.test.yaml']), passed);
  const policy = path.join(ROOT, 'examples/startup.yaml');
  const file = written(
    t,
    `policy: ${policy}\ntests: [{ name: n, state: { bucket: tenant-1 }, expect: { verdict: hold } }]\n`,
    'tests.yaml',
  );
  const { status, stdout, stderr } = await runCli(['policy', 'test', file]);
  assert.equal(status, 1);
  assert.match(stdout, /^.*:2:\d+ failed tests\[0\]\.expect\.verdict: expected hold, found repair \(.*\); test "n"\n$/);
  assert.equal(
    stderr,
    `${file}: 0 of 1 tests passed\nNo test reaches "public websites", "downloads by tag", "scratch".\n`,
  );
});

test('a file that cannot be written exits with 1 and the reason', async () => {
  assert.deepEqual(await runCli(['policy', 'compile', 'reseal.yaml', '--out', 'no/such/folder.json']), {
    status: 1,
    stdout: '',
    stderr:
      'no/such/folder.json could not be written (ENOENT): expected a file in a folder that exists, and the right to write there\n',
  });
});

describe('a wrong command line exits with 64 and says what was expected', () => {
  const rows: [string[], string][] = [
    [
      ['polcy'],
      'reseal: expected one of the commands plan, backfill, watch, status, members, policy, jobs, job, verify, writers, rollback, replay, acknowledge, found polcy',
    ],
    [
      ['constructor'],
      'reseal: expected one of the commands plan, backfill, watch, status, members, policy, jobs, job, verify, writers, rollback, replay, acknowledge, found constructor',
    ],
    [
      ['-v'],
      'reseal: expected one of the commands plan, backfill, watch, status, members, policy, jobs, job, verify, writers, rollback, replay, acknowledge, found -v',
    ],
    [
      ['policy', '--verbose'],
      'reseal policy: expected one of the commands check, compile, explain, test, publish, found --verbose',
    ],
    [['policy', 'compile'], 'Missing required positional argument: FILE'],
    [['policy', 'compile', 'reseal.yaml', 'two.yaml'], 'expected no further argument, found two.yaml'],
    [['policy', 'compile', 'reseal.yaml', '--ou=x'], 'expected one of --out, found --ou'],
    [['policy', 'compile', 'reseal.yaml', '--out'], 'expected a value after --out, found nothing'],
  ];
  for (const [args, message] of rows) {
    test(args.join(' '), async () => {
      assert.deepEqual(await runCli(args), { status: 64, stdout: '', stderr: `${message}\n${HINT}` });
    });
  }

  test('a group without a command shows the help of the group', async () => {
    const help = await runCli(['policy', '--help']);
    assert.deepEqual(await runCli(['policy']), { status: 64, stdout: '', stderr: help.stdout });
  });
});

test('every command tells the version, and does nothing else', async () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const told = { status: 0, stdout: `reseal ${version}, Node.js ${process.version}\n`, stderr: '' };
  for (const command of [[], ['policy'], ['policy', 'check'], ['rollback'], ['acknowledge']]) {
    assert.deepEqual(await runCli([...command, '--version']), told);
  }
});

test('help is shown from the definitions', async () => {
  assert.deepEqual(await runCli(['policy', 'compile', '--help']), {
    status: 0,
    stderr: '',
    stdout: `Check a policy and write it as the JSON that the functions read (reseal policy compile)

USAGE reseal policy compile [OPTIONS] <FILE>

ARGUMENTS

  FILE    The policy, in YAML or JSON (Required)

OPTIONS

  --out=<file>    Where to write the JSON; without it, standard output

`,
  });
});

const older = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"22.1.0"}})';

/** Another Node than that of this process, as far as its path tells. */
function otherNode(t: TestContext): string {
  const other = path.join(ROOT, '.reseal', `node-${process.pid}`);
  mkdirSync(path.dirname(other), { recursive: true });
  copyFileSync(process.execPath, other);
  t.after(() => rmSync(other));
  return other;
}

test('a Node older than 24 that is ended ends the one to which it handed over', async (t) => {
  const script = written(t, 'console.log(process.pid); setInterval(() => {}, 1_000);', 'waits.ts');
  const child = spawn(otherNode(t), ['--import', older, 'scripts/run.mjs', script], { cwd: ROOT, stdio: 'pipe' });
  const [pid] = await once(child.stdout, 'data');
  t.after(() => isThere(Number(pid)) && process.kill(Number(pid)));
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [143, null]);
  assert.equal(isThere(Number(pid)), false);
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a Node older than 24 hands over to the one that npm ci installed', (t) => {
  const other = otherNode(t);
  const { status, stdout } = spawnSync(other, ['--import', older, 'cli/reseal.mjs', '--version'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  assert.match(stdout, /^reseal \d+\.\d+\.\d+, Node\.js v2[4-9]/);
});

test('files are named from where the person stands, not from the root, where npm runs', () => {
  const folder = path.join(ROOT, 'examples');
  const env = { ...process.env, npm_lifecycle_event: 'reseal', INIT_CWD: folder };
  const check = ['cli/reseal.mjs', 'policy', 'check', 'bank.yaml'];
  const { status, stderr } = spawnSync(process.execPath, check, { cwd: ROOT, encoding: 'utf8', env });
  assert.deepEqual([status, stderr], [0, 'bank.yaml is good\n']);
});

test('on a Node older than 24, with no other, the bin says what to do', () => {
  const { status, stdout, stderr } = bin(['--help'], ['--import', older]);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^Reseal runs on Node\.js 24 or newer; this is .*\nnpm ci installs one/);
});

test('reseal.schema.json is up to date with the policy document (npm run schema writes it)', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/schema.ts', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});
