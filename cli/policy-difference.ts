/**
 * What a policy changes in another, or says where there is none, member by member: `- PATH: OLD` and `+ PATH: NEW`. Either may be of any version.
 * Rules are told by their names and exceptions by their buckets, so that one more at the top is one more, and not a change of all.
 */
export function policyDifference(before: unknown, after: unknown): string[] {
  const was = before === undefined ? new Map<string, string>() : membersOf(before);
  const is = membersOf(after);
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
    const [old, now] = [was.get(path), is.get(path)];
    if (old === now) return [];
    return [...(old === undefined ? [] : [`- ${path}: ${old}`]), ...(now === undefined ? [] : [`+ ${path}: ${now}`])];
  });
}

/** Every leaf of a document by its path; an empty mapping is a leaf. */
function membersOf(value: unknown, path: readonly string[] = []): Map<string, string> {
  const at = path.join('.');
  const entries = entriesOf(value);
  if (entries.length === 0) return new Map([[at, JSON.stringify(value)]]);
  const order = Array.isArray(value) ? [[`${at} in order`, entries.map(([name]) => name).join(', ')] as const] : [];
  return new Map([...order, ...entries.flatMap(([name, member]) => [...membersOf(member, [...path, name])])]);
}

/** Items of a list by what names them; none where something has no name. */
function entriesOf(value: unknown): [string, unknown][] {
  if (!Array.isArray(value)) return typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const named = value.map((item): [string | undefined, unknown] => [nameOf(item), item]);
  return named.every((each): each is [string, unknown] => each[0] !== undefined) ? named : [];
}

function nameOf(item: unknown): string | undefined {
  const { name, bucket, when } = Object(item) as { name?: unknown; bucket?: unknown; when?: unknown };
  if (typeof name === 'string') return `"${name}"`;
  if (typeof bucket === 'string') return bucket;
  return when === undefined ? undefined : JSON.stringify(when);
}
