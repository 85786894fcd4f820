import { styleText } from 'node:util';
import { isLive } from '../progress.ts';
import { renderConclusion } from './conclusion.ts';
import { renderReasons } from './reasons.ts';
import type { ScenarioResult } from './result.ts';
import { renderTable, verdictIn } from './table.ts';

/** What a person reads at the end of `npm start`. */
export function bucketsForPeople(result: ScenarioResult, columns: number): string {
  const { results } = result;
  const table = painted(renderTable(results, columns));
  const parts = [table, renderReasons(results, columns), renderConclusion(result, columns)];
  return parts.filter((part) => part !== '').join('\n\n');
}

const COLOURS = { repair: 'green', hold: 'yellow', unreadable: 'red', exempt: 'cyan' } as const;

/** In colours on a terminal, unless NO_COLOR or the terminal says otherwise. */
export function painted(table: string): string {
  if (!isLive(process.stdout)) return table;
  const lines = table.split('\n').map((line) => {
    const verdict = verdictIn(line);
    return verdict === undefined ? line : styleText(COLOURS[verdict], line, { validateStream: false });
  });
  return lines.join('\n');
}
