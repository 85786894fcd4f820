import type { NormalizedSchema } from '@smithy/core/schema';
import { readText } from './http-values.ts';

type Tree = { [part: string]: Tree | string };

/** An input from a Query form: `Tags.member.1.Key=a` are nested structures, lists and maps by the schema (Smithy awsQuery). */
export function readForm(schema: NormalizedSchema, form: ReadonlyMap<string, readonly string[]>): object {
  if (!schema.isStructSchema()) return {};
  const value = readNode(schema, treeOf(form), schema.getName() ?? '');
  return typeof value === 'object' && value !== null ? value : {};
}

function treeOf(form: ReadonlyMap<string, readonly string[]>): Tree {
  const root: Tree = Object.create(null);
  for (const [name, values] of form) {
    const parts = name.split('.');
    const last = parts.pop() ?? '';
    let node = root;
    for (const part of parts) {
      const next = node[part];
      if (typeof next === 'object') node = next;
      else node = node[part] = Object.create(null);
    }
    node[last] ??= values[0] ?? '';
  }
  return root;
}

function readNode(schema: NormalizedSchema, node: Tree | string | undefined, name: string): unknown {
  if (node === undefined) return undefined;
  if (typeof node === 'string') return schema.isListSchema() ? [] : readText({ member: name, name, schema }, node);
  if (schema.isStructSchema()) return readStructure(schema, node);
  if (schema.isListSchema()) return readList(schema, node, name);
  return schema.isMapSchema() ? readMap(schema, node, name) : undefined;
}

function readStructure(schema: NormalizedSchema, node: Tree): object {
  const read = [...schema.structIterator()].map(([member, memberSchema]) => [
    member,
    readNode(memberSchema, node[wireName(memberSchema) ?? member], member),
  ]);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

function readList(schema: NormalizedSchema, node: Tree, name: string): unknown[] {
  const element = schema.getValueSchema();
  const items = schema.getMergedTraits().xmlFlattened ? node : node[wireName(element) ?? 'member'];
  return typeof items === 'object' ? inOrder(items).map((item) => readNode(element, item, name)) : [];
}

function readMap(schema: NormalizedSchema, node: Tree, name: string): object {
  const entries = schema.getMergedTraits().xmlFlattened ? node : node['entry'];
  if (typeof entries !== 'object') return {};
  const value = schema.getValueSchema();
  const keyName = wireName(schema.getKeySchema()) ?? 'key';
  const valueName = wireName(value) ?? 'value';
  return Object.fromEntries(
    inOrder(entries).flatMap((entry) => {
      const key = typeof entry === 'object' ? entry[keyName] : undefined;
      return typeof entry === 'object' && typeof key === 'string'
        ? [[key, readNode(value, entry[valueName], name)]]
        : [];
    }),
  );
}

function inOrder(items: Tree): (Tree | string)[] {
  return Object.entries(items)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);
}

function wireName(schema: NormalizedSchema): string | undefined {
  const name: unknown = schema.getMergedTraits().xmlName;
  return typeof name === 'string' ? name : undefined;
}
