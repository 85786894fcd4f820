import type { NormalizedSchema } from '@smithy/core/schema';
import { requiredMembers } from './model.ts';

/** The path of the first required member that an input lacks, for example `Tagging.TagSet`; undefined where all are there. */
export function missingMember(schema: NormalizedSchema, value: unknown, path = ''): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (schema.isListSchema()) return missingInList(schema, value, path);
  if (!schema.isStructSchema() || typeof value !== 'object') return undefined;
  const members = new Map(Object.entries(value));
  const absent = requiredMembers(schema).find(
    (member) => members.get(member) === undefined || members.get(member) === null,
  );
  if (absent !== undefined) return join(path, absent);
  for (const [member, memberSchema] of schema.structIterator()) {
    const missing = members.has(member)
      ? missingMember(memberSchema, members.get(member), join(path, member))
      : undefined;
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function missingInList(schema: NormalizedSchema, value: unknown, path: string): string | undefined {
  if (!Array.isArray(value)) return undefined;
  for (const [index, item] of value.entries()) {
    const missing = missingMember(schema.getValueSchema(), item, `${path}.${index + 1}.member`);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function join(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`;
}
