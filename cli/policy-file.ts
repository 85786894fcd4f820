import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Document, LineCounter, type Node, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { ResealError } from '../src/errors.ts';
import { type PolicyDocument, checkPolicy } from '../src/policy/document.ts';
import { problemLine } from '../src/problem.ts';

export interface CompiledPolicy {
  document: PolicyDocument;
  /** What the functions read: sorted keys, defaults filled in, one newline at the end. */
  json: string;
  /** Of the bytes of `json`, in hex. */
  sha256: string;
}

/** Reads a policy in YAML or JSON. Throws `invalid-policy` with one line for each problem, `FILE:LINE:COLUMN: ...`. */
export function compilePolicyFile(path: string): CompiledPolicy {
  const document = checkYaml(path, readYaml(path));
  const json = `${JSON.stringify(sorted(document), null, 2)}\n`;
  return { document, json, sha256: createHash('sha256').update(json).digest('hex') };
}

interface Yaml {
  content: Document.Parsed;
  lines: LineCounter;
}

function readYaml(path: string): Yaml {
  const lines = new LineCounter();
  const content = parseDocument(readText(path), { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (content.errors.length === 0) return { content, lines };
  throw invalid(
    content.errors.map(
      (error) => `${place(path, lines, error.pos[0])}: expected YAML, found an error: ${error.message}`,
    ),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw invalid([`${path}: this policy file cannot be read: check the path and its permissions`], cause);
  }
}

function checkYaml(path: string, { content, lines }: Yaml): PolicyDocument {
  const checked = checkPolicy(plainValue(path, content));
  if ('document' in checked) return checked.document;
  throw invalid(
    checked.problems.map((problem) => {
      const offset = offsetOf(content.contents, problem.path);
      return `${place(path, lines, offset)}: ${problemLine(problem, 'the policy')}`;
    }),
  );
}

/** YAML aliases are only resolved here, and a broken one throws. */
function plainValue(path: string, content: Document.Parsed): unknown {
  try {
    return content.toJS();
  } catch (cause) {
    throw invalid([`${path}: the YAML aliases (*name) of this policy cannot be resolved: write the values out`], cause);
  }
}

/** Where the path's last key or list item begins, or the nearest thing above it that is there. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let offset = root?.range?.[0] ?? 0;
  let node: unknown = root;
  for (const step of path) {
    const next = stepInto(node, step);
    if (next === undefined) return offset;
    offset = next.offset ?? offset;
    node = next.node;
  }
  return offset;
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

function place(path: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${path}:${line}:${col}`;
}

function invalid(problems: readonly string[], cause?: unknown): ResealError {
  return new ResealError('invalid-policy', problems.join('\n'), { cause });
}

/** The same document always gives the same bytes, however its keys were ordered. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
