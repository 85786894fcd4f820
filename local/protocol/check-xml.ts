import type { NormalizedSchema } from '@smithy/core/schema';

/** An element as the SDK's parser hands it over: text, a list of repeated elements, or child elements and attributes by name. */
type Element = Readonly<Record<string, unknown>>;

const TEXT = '#text';

/** What the model does not have in an XML body, as a short reason; undefined where all of it fits the schema. */
export function unfitXml(schema: NormalizedSchema, value: unknown): string | undefined {
  if (schema.isStructSchema()) return unfitStructure(schema, value);
  if (schema.isListSchema()) return unfitList(schema, value);
  if (schema.isMapSchema()) return unfitMap(schema, value);
  return unfitScalar(schema, value);
}

/** The name of the outermost element; undefined where the text has none. */
export function rootOf(xml: string): string | undefined {
  return /^\uFEFF?(?:\s|<\?[^]*?\?>|<!--[^]*?-->)*<([^\s<>/!?]+)/.exec(xml)?.[1];
}

function unfitStructure(schema: NormalizedSchema, value: unknown): string | undefined {
  if (!isElement(value)) return unfitEmpty(value);
  const members = new Map(
    [...schema.structIterator()].map(([member, of]) => [String(of.getMemberTraits().xmlName ?? member), of]),
  );
  for (const [name, child] of childrenOf(value)) {
    const member = members.get(name);
    const unfit = member === undefined ? `unknown element ${name}` : unfitXml(member, child);
    if (unfit !== undefined) return unfit;
  }
  return undefined;
}

function unfitList(schema: NormalizedSchema, value: unknown): string | undefined {
  const item = schema.getValueSchema();
  if (schema.getMergedTraits().xmlFlattened) return firstUnfit(item, value);
  if (!isElement(value)) return unfitEmpty(value);
  const itemName = String(item.getMergedTraits().xmlName ?? 'member');
  for (const [name, child] of childrenOf(value)) {
    const unfit = name === itemName ? firstUnfit(item, child) : `unknown element ${name}`;
    if (unfit !== undefined) return unfit;
  }
  return undefined;
}

function unfitMap(schema: NormalizedSchema, value: unknown): string | undefined {
  const keyName = String(schema.getKeySchema().getMergedTraits().xmlName ?? 'key');
  const valueName = String(schema.getValueSchema().getMergedTraits().xmlName ?? 'value');
  if (!isElement(value)) return unfitEmpty(value);
  for (const [name, child] of childrenOf(value)) {
    if (name !== 'entry') return `unknown element ${name}`;
    for (const entry of Array.isArray(child) ? child : [child]) {
      if (!isElement(entry) || entry[keyName] === undefined || entry[valueName] === undefined)
        return `an entry without ${keyName} and ${valueName}`;
    }
  }
  return undefined;
}

function unfitScalar(schema: NormalizedSchema, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'elements where a value is expected';
  if (schema.isBooleanSchema() && value !== 'true' && value !== 'false') return `${value} is neither true nor false`;
  if (schema.isNumericSchema() && !/^[+-]?\d+(\.\d+)?$/.test(value.trim())) return `${value} is no number`;
  return undefined;
}

function firstUnfit(item: NormalizedSchema, value: unknown): string | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const one of values) {
    const unfit = unfitXml(item, one);
    if (unfit !== undefined) return unfit;
  }
  return undefined;
}

/** The children of an element; its namespaces and typed attributes are there by name too, and the white space between elements as text. */
function childrenOf(element: Element): [string, unknown][] {
  return Object.entries(element).filter(
    ([name, child]) => !/^(xmlns$|xmlns:|xsi:)/.test(name) && !(name === TEXT && String(child).trim() === ''),
  );
}

function unfitEmpty(value: unknown): string | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  return Array.isArray(value) ? 'an element that is there more than once' : 'text where elements are expected';
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
