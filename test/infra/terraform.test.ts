import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { HUB, ORGANIZATION } from '../../scripts/package.ts';
import { directory } from './packaged-template.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const text = readFileSync(path.join(ROOT, 'examples/terraform/main.tf'), 'utf8');

interface Stack {
  readonly name: string;
  /** The file that it deploys. */
  readonly file: string;
  /** The parameters that it sets by name, those of `local.hub` too. */
  readonly parameters: string[];
}

/** The names before an equals sign. */
const namesIn = (block: string): string[] => [...block.matchAll(/^\s*([A-Z]\w+)\s*=/gm)].map(([, name = '']) => name);

const ofHub = namesIn(/hub = \{[^}]*\}/.exec(text)?.[0] ?? '');

const stacks: Stack[] = [...text.matchAll(/^resource "aws_cloudformation_stack" "(\w+)" \{\n([^]*?)^\}/gm)].map(
  ([, name = '', body = '']) => ({
    name,
    file: /file\("\$\{var\.(?:members|package)\}\/([\w.]+)"\)/.exec(body)?.[1] ?? HUB,
    parameters: [...(body.includes('local.hub') ? ofHub : []), ...namesIn(body)],
  }),
);

/** Where the template is: packaged, or as it is written. */
const placeOf = (file: string): string =>
  [HUB, ORGANIZATION].includes(file) ? path.join(directory, file) : path.join(ROOT, 'infra/member', file);

function templateAt(file: string): { Parameters: Record<string, { Default?: unknown }> } {
  return parse(readFileSync(placeOf(file), 'utf8'), { logLevel: 'silent' });
}

describe('the example in Terraform', () => {
  it('deploys the hub, the plain stacks of the management account, and the stack sets', () => {
    assert.deepEqual(
      stacks.map(({ file }) => file),
      [HUB, 'roles.yml', 'region.yml', 'management.yml', ORGANIZATION],
    );
  });

  for (const { name, file, parameters } of stacks) {
    const skip = existsSync(placeOf(file)) ? false : `${file} is not there`;
    it(`sets parameters that the template has, and all that it must be given: ${name}`, { skip }, () => {
      const { Parameters } = templateAt(file);
      const needed = Object.keys(Parameters).filter((each) => Parameters[each]?.Default === undefined);
      assert.deepEqual(
        parameters.filter((each) => !Object.hasOwn(Parameters, each)),
        [],
      );
      assert.deepEqual(
        needed.filter((each) => !parameters.includes(each)),
        [],
      );
    });
  }

  it('uploads code and template under names by their content, as hub.json asks for them', () => {
    const keys = [...text.matchAll(/key\s*= "(.*)"$/gm)].map(([, key = '']) => key);
    assert.deepEqual(keys, [
      'reseal/${filesha256("${var.package}/${each.value}")}.zip',
      'reseal/${filesha256("${var.package}/hub.json")}.json',
    ]);
    const hub = readFileSync(path.join(directory, HUB), 'utf8');
    assert.equal(hub.match(/"S3Key":"reseal\/[0-9a-f]{64}\.zip"/g)?.length, 5);
  });

  it('keeps the code and template of the version before until the stack has the new ones, because a rollback needs them', () => {
    const objects = [...text.matchAll(/^resource "aws_s3_object" "(\w+)" \{\n([^]*?)^\}/gm)];
    assert.deepEqual(
      objects.map(([, name, body = '']) => [name, body.includes('create_before_destroy = true')]),
      [
        ['zip', true],
        ['hub', true],
      ],
    );
  });

  const skip = spawnSync('terraform', ['version'], { stdio: 'ignore' }).status === 0 ? false : 'terraform is not here';
  it('is written as terraform writes it', { skip }, () => {
    execFileSync('terraform', ['fmt', '-check', 'examples/terraform'], { cwd: ROOT, stdio: 'pipe' });
  });
});
