/** The word that was probably meant: at most two slips away, and less than half of it. Undefined where none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((known) => ({ known, edits: editsBetween(word.toLowerCase(), known.toLowerCase()) }))
    .toSorted((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= FEW_EDITS && best.edits < best.known.length / 2 ? best.known : undefined;
}

/** Two letters in the wrong order are two edits. */
const FEW_EDITS = 2;

/** Longer ones are no word that somebody misspelt. */
const LONGEST = 64;

/** How many letters must be put in, taken out or replaced (Levenshtein). */
function editsBetween(a: string, b: string): number {
  if (a.length > LONGEST) return a.length;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
