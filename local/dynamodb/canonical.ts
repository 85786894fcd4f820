const SETS = ['SS', 'NS', 'BS'];

/** An item as text that is the same for the same content: members by name, and sets, which have no order, sorted. */
export function canonical(value: unknown): string | undefined {
  return JSON.stringify(ordered(value));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    members.map(([name, member]) => [
      name,
      SETS.includes(name) && Array.isArray(member)
        ? member.map(String).toSorted((a, b) => (a < b ? -1 : 1))
        : ordered(member),
    ]),
  );
}
