import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runCli } from '../cli/run-cli.ts';
import { documents } from './documents.ts';

const CALL = /npm run -s reseal -- ([a-z][^`\n]+)/g;
const called = documents().flatMap(({ file, text }) =>
  [...text.matchAll(CALL)].map(([, line = '']) => ({ file, words: line.replace(/ +#.*$/, '').split(/\s+/) })),
);
const nameOf = (words: readonly string[]) => words.slice(0, words[0] === 'policy' ? 2 : 1).join(' ');
const commands = Map.groupBy(called, ({ words }) => nameOf(words));

describe('the documents call commands that exist, with options that they have', () => {
  for (const [name, calls] of commands) {
    test(name, async () => {
      const help = await runCli([...name.split(' '), '--help']);
      assert.equal(help.status, 0, name);
      for (const { file, words } of calls) {
        const unknown = words.filter((word) => word.startsWith('--') && !help.stdout.includes(word));
        assert.deepEqual(unknown, [], file);
      }
    });
  }

  test('they are all there', () => {
    const policy = ['policy check', 'policy compile', 'policy explain', 'policy publish', 'policy test'];
    const ofHub = ['backfill', 'job', 'jobs', 'members', 'plan', 'status', 'watch'];
    const names = ['acknowledge', 'replay', 'rollback', 'verify', 'writers', ...policy, ...ofHub];
    assert.deepEqual([...commands.keys()].toSorted(), names.toSorted());
  });
});

test('no block to paste fetches a package of the same name, which anybody could publish', () => {
  const blocks = documents().flatMap(({ text }) => [...text.matchAll(/^```[^]*?^```$/gm)].map(([block]) => block));
  assert.deepEqual(
    blocks.filter((block) => /\bnpx (?:--yes |-y )?reseal\b/.test(block)),
    [],
  );
});
