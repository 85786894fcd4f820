import { type Document, LineCounter, type Node, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { inOneLine, MOST_PROBLEMS, type Problem, problemLine } from '../../src/problem.ts';
import { nearest } from '../../src/nearest.ts';
import { oddCharacters } from './odd-characters.ts';
import type { Placed } from './placed.ts';
import { readTextFile } from './read-text.ts';
import { yamlFaults } from './yaml-faults.ts';

/** A file in YAML or JSON, and the way to say where in it something is wrong. */
export interface YamlFile {
  /** Absent where it is not YAML. */
  content?: { value: unknown };
  /** What is wrong with the text itself. */
  faults: Placed[];
  /** `FILE:LINE:COLUMN SEVERITY PATH: expected ..., found VALUE`, in the order of the file. */
  linesOf: (severity: 'error' | 'warning' | 'failed', problems: readonly (Problem | Placed)[]) => string[];
}

/** Reads a file; `root` is what the document itself is called in lines. */
export function readYamlFile(path: string, root: string): YamlFile {
  const lines = new LineCounter();
  const text = readTextFile(path);
  const content = parseDocument(text.source, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
  });
  const linesOf: YamlFile['linesOf'] = (severity, problems) => {
    const inOrder = problems
      .map((problem) => ('offset' in problem ? problem : placed(problem, content.contents)))
      .toSorted((a, b) => a.offset - b.offset);
    return (severity === 'error' ? firstOf(inOrder) : inOrder).map((problem) => {
      const { line, col } = lines.linePos(problem.offset);
      return inOneLine(`${path}:${line || 1}:${col || 1} ${severity} ${problemLine(problem, root)}`);
    });
  };
  if ('fault' in text) return { faults: [text.fault], linesOf };
  const faults = yamlFaults(content, text.source);
  if (faults.length > 0) return { faults, linesOf };
  const plain = plainValue(content);
  return plain === undefined ? { faults: [ENDLESS], linesOf } : { content: plain, faults, linesOf };
}

/** Fifty errors are enough to begin with; the last line says where the others are. */
function firstOf(problems: readonly Placed[]): readonly Placed[] {
  const [next] = problems.slice(MOST_PROBLEMS);
  if (next === undefined) return problems;
  const expected = `no more than ${MOST_PROBLEMS} errors: mend these first`;
  const found = `${problems.length - MOST_PROBLEMS} more, from here on`;
  return [...problems.slice(0, MOST_PROBLEMS), { path: [], expected, found, offset: next.offset }];
}

const ENDLESS: Placed = {
  path: [],
  expected: 'YAML aliases (*name) that can be resolved',
  found: 'some that multiply without end: write the values out',
  offset: 0,
};

/** YAML aliases are only resolved here, and the library throws where they multiply without end. */
function plainValue(content: Document.Parsed): { value: unknown } | undefined {
  try {
    return { value: content.toJS() };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** At the path's last key or list item, or the nearest thing above it that is there. */
function placed(problem: Problem, root: Node | null): Placed {
  if (problem.path.length === 0 && problem.found === 'null') return { ...problem, found: 'an empty file', offset: 0 };
  let offset = root?.range?.[0] ?? 0;
  let node: unknown = root;
  let parent: unknown;
  for (const step of problem.path) {
    const next = stepInto(node, step);
    if (next === undefined) return { ...problem, offset };
    offset = next.offset ?? offset;
    parent = node;
    node = next.node;
  }
  return { ...problem, found: `${foundIn(problem, node)}${emptyAbove(problem, parent)}`, offset };
}

/** What was found, in the words of whoever sees the file: YAML reads nothing as null, and some characters look like others. */
function foundIn(problem: Problem, node: unknown): string {
  const { found, path } = problem;
  const value = isScalar(node) ? node.value : undefined;
  if (value === null && found === 'null') return 'nothing after it (YAML reads null)';
  return `${found}${meantBy(problem)}${oddCharacters(`${String(path.at(-1))}${typeof value === 'string' ? value : ''}`)}`;
}

/** Of an unknown key, which is expected to be one of a few. */
function meantBy({ path, expected, found }: Problem): string {
  if (found !== 'an unknown key') return '';
  const meant = nearest(String(path.at(-1)), expected.replace(/^one of /, '').split(', '));
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}

/** An unknown key that stands right under a key without a value belongs into it, as a rule: it lacks an indent. */
function emptyAbove({ path, found }: Problem, parent: unknown): string {
  if (found !== 'an unknown key' || !isMap(parent)) return '';
  const place = parent.items.findIndex(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
  const empty = parent.items.slice(0, place).findLast(({ value }) => isScalar(value) && value.value === null);
  if (empty === undefined || !isScalar(empty.key)) return '';
  return `, beside ${String(empty.key.value)}, which has nothing: indent it if it belongs there`;
}

function stepInto(node: unknown, step: PropertyKey): { offset: number | undefined; node: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    return pair && { offset: isScalar(pair.key) ? pair.key.range?.[0] : undefined, node: pair.value };
  }
  if (isSeq<Node>(node) && typeof step === 'number') {
    const item = node.items[step];
    return item && { offset: item.range?.[0], node: item };
  }
  return undefined;
}
