/** The text of an object of the scenario: known from its name, so that a read back proves that not a byte was lost. */
export function contentOf(bucket: string, key: string): string {
  return `${bucket}/${key}: the same bytes before and after\n`;
}

/** Object keys of one kind, with the characters that break careless tools among the first. */
export function keysOf(kind: string, count: number): string[] {
  const hard = [`${kind}/with space + plus, comma.txt`, `${kind}/"quoted" and émoji 🔐.txt`, `${kind}/line\nbreak.txt`];
  return Array.from({ length: count }, (_, at) => hard[at] ?? `${kind}/object-${String(at + 1).padStart(6, '0')}.txt`);
}
