/** Text of at most `max` characters; where it was longer, it ends in three dots. */
export function clipped(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 3);
  // Half of a surrogate pair is no character.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}...`;
}
