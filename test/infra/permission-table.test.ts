import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { type Grant, grants } from './grants.ts';

const file = new URL('../../docs/permissions.md', import.meta.url);

/** One row of docs/permissions.md: a permission under the heading of its holder, and why it is there. */
interface Row extends Grant {
  why: string;
}

describe('docs/permissions.md', async () => {
  const rows = readRows(await readFile(file, 'utf8'));

  it('lists exactly what the packaged template allows', () => {
    const documented = rows.map(line).sort();
    const allowed = grants().map(line).sort();
    assert.deepEqual(documented, allowed, 'write the rows of docs/permissions.md after infra/roles');
  });

  it('says why each permission is there', () => {
    const without = rows.filter(({ why }) => why.length < 10).map(line);
    assert.deepEqual(without, []);
  });
});

function line({ holder, action, resource, condition }: Grant): string {
  return [holder, action, resource, ...(condition === '' ? [] : [condition])].join(' | ');
}

/** Rows `| permissions | resources | why |` under `## holder`, each permission on each resource; a condition stands in the resource's cell after `if`. */
function readRows(text: string): Row[] {
  return text.split(/^## /m).flatMap((section) => {
    const holder = section.slice(0, section.indexOf('\n')).trim();
    return section
      .split('\n')
      .filter((row) => row.startsWith('| `'))
      .flatMap((row) => {
        const [, actions = '', target = '', why = ''] = row.split(/(?<!\\)\|/).map((cell) => plain(cell));
        const [resources = '', condition = ''] = target.split(' if ');
        return actions
          .split(', ')
          .flatMap((action) => resources.split(', ').map((resource) => ({ holder, action, resource, condition, why })));
      });
  });
}

function plain(cell: string): string {
  return cell.replaceAll('`', '').trim();
}
