import { createHash } from 'node:crypto';

/** The mutants of a sample, by a rank that follows from the seed: whoever knows all of them and whoever knows some choose alike. */
export function ranked<T extends { id: string }>(mutants: readonly T[], seed: string, count: number): T[] {
  const rank = ({ id }: T) => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  const rows = mutants.map((mutant) => ({ mutant, rank: rank(mutant) }));
  const sorted = rows.toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  return sorted.slice(0, count).map(({ mutant }) => mutant);
}
