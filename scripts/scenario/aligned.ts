import { inColumns, widthsOf } from '../wrapped.ts';

/** Below so many columns a table tells less than a few lines for each row. */
export const NARROW = 72;

/** Rows under each other: the first `left` columns to the left, the others to the right. The column `flexible` has what the other ones leave. */
export function aligned(
  rows: readonly (readonly string[])[],
  columns: number,
  { left, flexible }: { left: number; flexible: number },
): string[] {
  const widths = widthsOf(rows);
  const others = widths.reduce((sum, width) => sum + width + 1, -(widths[flexible] ?? 0) - 1);
  const fitting = rows.map((row) => row.map((cell, at) => (at === flexible ? cut(cell, columns - others) : cell)));
  return inColumns(fitting, left, ' ');
}

/** Names that differ mostly do so at their ends. */
function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
}
