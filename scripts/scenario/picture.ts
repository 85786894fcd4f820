import { renderProof } from './conclusion.ts';
import { type ScenarioResult, summaryLine } from './result.ts';
import { renderTable, verdictIn } from './table.ts';
import { wrapped } from '../wrapped.ts';

const COLUMNS = 80;
const LETTER = 8.4;
const LINE = 18;
const EDGE = 16;

/** What a person sees on a terminal of 80 columns once `npm start` is done, without the reasons, as SVG text. */
export function pictureOf(result: ScenarioResult): string {
  const shown = [renderTable(result.results, COLUMNS), renderProof(result, COLUMNS)].join('\n\n');
  const lines = ['$ npm ci && npm start', '...', ...shown.split('\n'), '', ...wrapped(summaryLine(result), COLUMNS)];
  const width = Math.ceil(COLUMNS * LETTER + 2 * EDGE);
  const height = lines.length * LINE + 2 * EDGE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="What npm start prints at its end">`,
    '<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre;fill:#d0d7de}.repair{fill:#3fb950}.hold{fill:#d29922}.unreadable{fill:#f85149}.exempt{fill:#79c0ff}.place{fill:#8b949e}</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...lines.map((line, at) => textOf(line, EDGE + (at + 1) * LINE - 4)),
    '</svg>\n',
  ].join('\n');
}

/** The length is fixed, so that columns stand under each other in whatever font there is. */
function textOf(line: string, y: number): string {
  if (line === '') return '';
  const kind = verdictIn(line) ?? (line.startsWith('account ') ? 'place' : '');
  const length = (line.length * LETTER).toFixed(1);
  return `<text x="${EDGE}" y="${y}" xml:space="preserve" textLength="${length}"${kind === '' ? '' : ` class="${kind}"`}>${escaped(line)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
