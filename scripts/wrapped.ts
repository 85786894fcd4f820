/** How wide a text may be: the terminal's width, that of COLUMNS, or 80. */
export function columnsOf({ columns }: Pick<NodeJS.WriteStream, 'columns'>): number {
  const asked = columns || Number(process.env['COLUMNS']);
  return Number.isInteger(asked) && asked >= NARROWEST ? asked : asked > 0 ? NARROWEST : USUAL;
}

const NARROWEST = 20;
const USUAL = 80;

/** A line that fits stays as it is, spaces and all: it may be of a table. Any other is wrapped at its own indent. */
export function fitted(line: string, columns: number): string[] {
  const [indent = ''] = /^ */.exec(line) ?? [];
  return line.length <= columns ? [line] : wrapped(line, columns, indent);
}

/** A text in lines of so many columns, each after the indent; a word that is longer, such as an ARN, stays whole. */
export function wrapped(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, indent + line];
}

/** A sentence of which every line but the first is indented. */
export function hanging(sentence: string, columns: number): string[] {
  const [first = '', ...more] = wrapped(sentence, columns - 2);
  return [first, ...more.map((line) => `  ${line}`)];
}

/** Rows under each other, the first `left` columns to the left and the others to the right. */
export function inColumns(rows: readonly (readonly string[])[], left: number, between = '  '): string[] {
  const widths = widthsOf(rows);
  const cellOf = (cell: string, at: number) =>
    at < left ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
  return rows.map((row) => row.map(cellOf).join(between).trimEnd());
}

/** How wide each column is. */
export function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
}
