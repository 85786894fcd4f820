import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { cliMissing } from '../local/aws-cli.ts';
import { ROOT } from './documents.ts';

interface Step {
  command: string;
  /** What README shows below the command. */
  shown: string;
}

/** The two shells of the section: what starts the embedded AWS, and what asks it. */
async function sessions(): Promise<Step[][]> {
  const readme = await readFile(path.join(ROOT, 'README.md'), 'utf8');
  const section = readme.split('## With the AWS CLI, on the laptop')[1]?.split('\n## ')[0] ?? '';
  const blocks = [...section.matchAll(/^```\n([^]*?)^```$/gm)].map(([, block = '']) => block);
  return blocks.map((block) =>
    [...block.matchAll(/^\$ (.*)\n((?!\$ )[^]*?)?(?=^\$ |$(?![^]))/gm)].map(([, command = '', shown = '']) => ({
      command,
      shown,
    })),
  );
}

/** What differs from run to run: random names, the port, and the order of jobs that were made at once. */
function comparable(text: string): string[] {
  const known = text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/\b[0-9a-f]{40}\b/g, 'TOKEN')
    .replaceAll(/localhost:\d+/g, 'localhost:PORT');
  return known
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .toSorted();
}

test(
  "README's session with the AWS CLI shows what it shows, however slowly it is typed",
  { skip: cliMissing() },
  async (t) => {
    const [[start] = [], steps = []] = await sessions();
    assert.ok(start !== undefined && steps.length > 10);
    await using folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
    const [, , script = '', , ...options] = start.command.split(' ');
    const args = ['scripts/run.mjs', `scripts/${script}.ts`, ...options, '--port', '0'];
    const local = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => local.kill());
    const lines: string[] = [];
    for await (const line of createInterface({ input: local.stdout })) {
      lines.push(line);
      if (line.startsWith('ready ')) break;
    }
    const said = lines.slice(lines.findIndex((line) => line.startsWith('faster than '))).join('\n');
    assert.deepEqual(comparable(said), comparable(start.shown));

    const port = /:(\d+)$/.exec(said)?.[1] ?? '';
    const config = path.join(folder.path, 'config');
    // README says what version 2 of the AWS CLI needs.
    await writeFile(config, '[default]\ncli_binary_format = raw-in-base64-out\n');
    const told = steps.map(({ command }, at) => `${command.replaceAll('4566', port)}\necho; echo '@ ${at}'\n`).join('');
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_PAGER: '' };
    const { stdout } = await promisify(execFile)('bash', ['-c', told], { cwd: folder.path, env });
    const answers = stdout.split(/^@ \d+\n/m);
    for (const [at, { command, shown }] of steps.entries()) {
      assert.deepEqual(comparable(answers[at] ?? ''), comparable(shown), command);
    }
    local.kill('SIGTERM');
    assert.deepEqual(await once(local, 'close'), [0, null]);
  },
);
