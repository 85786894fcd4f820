/** How wide a text may be: the terminal's width, that of COLUMNS, or 80. */
export function columnsOf({ columns }: Pick<NodeJS.WriteStream, 'columns'>): number {
  const asked = columns || Number(process.env['COLUMNS']);
  return Number.isInteger(asked) && asked >= NARROWEST ? asked : asked > 0 ? NARROWEST : USUAL;
}

const NARROWEST = 20;
const USUAL = 80;

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
