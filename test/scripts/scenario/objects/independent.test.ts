import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allFiles, importsOf } from '../../../architecture/source-files.ts';

/** All that these files import, and what that imports. */
function reachedFrom(from: readonly string[]): string[] {
  const files = new Map(allFiles().map((each) => [each.file, each]));
  const reached = new Set<string>();
  const open = [...from];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const found = files.get(file);
    if (found === undefined || reached.has(file)) continue;
    reached.add(file);
    open.push(...importsOf(found).map(({ to }) => to));
  }
  return [...reached];
}

test('who casts, reads and checks the objects of the scenario knows nothing of Reseal', () => {
  const witness = ['prepare-cast', 'read-versions', 'stored-versions', 'read-namings', 'check-versions'];
  const reached = reachedFrom(witness.map((name) => `scripts/scenario/objects/${name}.ts`));
  assert.ok(reached.length > witness.length);
  assert.deepEqual(
    reached.filter((file) => /^(src|functions|cli)\//.test(file)),
    [],
  );
});
