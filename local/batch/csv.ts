/** One cell per column; quotes hide commas and line ends, two of them are one. A last empty line is no row. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === ',') {
      row.push(cell);
      cell = '';
    } else if (character === '\n') {
      rows.push([...row, cell.endsWith('\r') ? cell.slice(0, -1) : cell]);
      row = [];
      cell = '';
    } else cell += character;
  }
  if (row.length > 0 || cell !== '') rows.push([...row, cell]);
  return rows;
}

/** A cell that must be quoted whatever it holds. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** A key as manifests and reports write it: percent-encoded, slashes kept. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}
