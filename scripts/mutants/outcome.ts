import * as z from 'zod/mini';
import { ranked } from './ranked.ts';

const place = z.object({ line: z.number(), column: z.number() });
const mutant = z.object({
  id: z.string(),
  mutatorName: z.string(),
  replacement: z._default(z.string(), ''),
  status: z.string(),
  location: z.object({ start: place, end: place }),
});
const report = z.object({ files: z.record(z.string(), z.object({ source: z.string(), mutants: z.array(mutant) })) });
const equivalents = z.array(
  z.strictObject({ file: z.string(), line: z.string(), becomes: z.string(), why: z.string() }),
);

const MISSED = new Set(['Survived', 'NoCoverage']);

/** One mutant that no test noticed, as it is listed. */
interface Missed {
  file: string;
  at: number;
  /** The whole line, without its indentation. */
  line: string;
  from: string;
  becomes: string;
}

export interface Outcome {
  survivors: string[];
  caught: number;
  tried: number;
  /** Those that are not equivalent. */
  unlike: number;
}

/** What Stryker's report says of the sample: a mutant that ran into the time limit or broke the test run was noticed. */
export function readOutcome(
  json: unknown,
  { seed, count, equivalent }: { seed: string; count: number; equivalent: unknown },
): Outcome {
  const known = equivalents.parse(equivalent);
  const all = Object.entries(report.parse(json).files).flatMap(([file, { source, mutants }]) =>
    mutants.filter(({ status }) => status !== 'Ignored').map((each) => ({ ...each, file, source })),
  );
  const tried = ranked(all, seed, count);
  const missed = tried.filter(({ status }) => MISSED.has(status)).map(missedOf);
  const survivors = missed.filter(
    ({ file, line, becomes }) =>
      !known.some((each) => each.file === file && each.line === line && each.becomes === becomes),
  );
  const unlike = tried.length - (missed.length - survivors.length);
  return {
    survivors: survivors.map(({ file, at, from, becomes }) => `${file}:${at}  ${from}  ->  ${becomes}`),
    caught: tried.length - missed.length,
    tried: tried.length,
    unlike,
  };
}

function missedOf(each: z.output<typeof mutant> & { file: string; source: string }): Missed {
  const { file, source, replacement, location } = each;
  const { start, end } = location;
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const from = lines.map((line, at) =>
    line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined),
  );
  return { file, at: start.line, line: lines[0]?.trim() ?? '', from: short(from), becomes: short([replacement]) };
}

/** On one line. */
function short(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).join(' ');
}
