/** A policy as it is compiled; what is in force may be of another version. */
type Json = unknown;

/**
 * What a policy changes in another, or says where there is none, member by member: `- PATH: OLD` and `+ PATH: NEW`. Rules are told by their names and exceptions by their buckets, so
 * that one more at the top is one more, and not a change of all.
 */
export function policyDifference(before: Json, after: Json): string[] {
  const was = before === undefined ? new Map<string, string>() : membersOf(before);
  const is = membersOf(after);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
    const [old, now] = [was.get(path), is.get(path)];
    if (old === now) return [];
    return [...(old === undefined ? [] : [`- ${path}: ${old}`]), ...(now === undefined ? [] : [`+ ${path}: ${now}`])];
  });
}

/** Every leaf of a document by its path; an empty mapping is a leaf. */
function membersOf(value: Json, path: readonly string[] = []): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path.join('.'), JSON.stringify(value)]]);
  const entries = Array.isArray(value) ? namedItems(value) : Object.entries(value);
  if (entries === undefined || entries.length === 0) return new Map([[path.join('.'), JSON.stringify(value)]]);
  const order = Array.isArray(value)
    ? [[`${path.join('.')} in order`, entries.map(([name]) => name).join(', ')] as const]
    : [];
  return new Map([...order, ...entries.flatMap(([name, member]) => [...membersOf(member, [...path, name])])]);
}

/** Items of a list by what names them; undefined where something has no name. */
function namedItems(list: readonly unknown[]): [string, unknown][] | undefined {
  const named = list.map((item) => [nameOf(item), item] as [string | undefined, unknown]);
  const isNamed = (each: [string | undefined, unknown]): each is [string, unknown] => each[0] !== undefined;
  return named.every(isNamed) ? named : undefined;
}

function nameOf(item: unknown): string | undefined {
  const { name, bucket, when } = Object(item) as { name?: unknown; bucket?: unknown; when?: unknown };
  if (typeof name === 'string') return `"${name}"`;
  if (typeof bucket === 'string') return bucket;
  return when === undefined ? undefined : JSON.stringify(when);
}
