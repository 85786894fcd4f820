import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Document, LineCounter, type Node, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { ResealError } from '../src/errors.ts';
import { type PolicyDocument, checkPolicy } from '../src/policy/document/document.ts';
import { type Problem, problemLine } from '../src/problem.ts';

interface CompiledPolicy {
  document: PolicyDocument;
  /** What the functions read: sorted keys, defaults filled in, one newline at the end. */
  json: string;
  /** Of the bytes of `json`, in hex. */
  sha256: string;
}

/** A policy file that was read; without a document where something is wrong with it. */
interface CheckedFile {
  document: PolicyDocument | undefined;
  /** `FILE:LINE:COLUMN error PATH: expected ..., found VALUE`, in the order of the file. */
  errors: string[];
  /** The same lines for likely mistakes that are allowed. */
  warningLines: (problems: readonly Problem[]) => string[];
}

/** Reads a policy in YAML or JSON. Throws `invalid-policy` with one line for each problem, as `checkPolicyFile` gives them. */
export function compilePolicyFile(path: string): CompiledPolicy {
  const { document, errors } = checkPolicyFile(path);
  if (document === undefined) throw new ResealError('invalid-policy', errors.join('\n'));
  const json = `${JSON.stringify(sorted(document), null, 2)}\n`;
  return { document, json, sha256: createHash('sha256').update(json).digest('hex') };
}

/** Reads a policy in YAML or JSON and says everything that is wrong with it, with where it stands. */
export function checkPolicyFile(path: string): CheckedFile {
  const yaml = readYaml(path);
  const checked = 'problems' in yaml ? yaml : checkPolicy(yaml.value, new Date());
  const root = 'problems' in yaml ? null : yaml.root;
  const linesOf = (severity: 'error' | 'warning', problems: readonly Placed[]): string[] =>
    problems
      .map((problem) => ({ problem, offset: problem.offset ?? offsetOf(root, problem.path) }))
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ problem, offset }) => {
        const { line, col } = yaml.lines.linePos(offset);
        return `${path}:${line || 1}:${col || 1} ${severity} ${problemLine(problem, 'the policy')}`;
      });
  return {
    document: 'document' in checked ? checked.document : undefined,
    errors: 'problems' in checked ? linesOf('error', checked.problems) : [],
    warningLines: (problems) => linesOf('warning', problems),
  };
}

/** A problem that says itself where in the file it is. */
type Placed = Problem & { offset?: number };

type Yaml = { lines: LineCounter } & ({ problems: Placed[] } | { value: unknown; root: Node | null });

function readYaml(path: string): Yaml {
  const lines = new LineCounter();
  const wrong = (expected: string, found: string): Yaml => ({ lines, problems: [{ path: [], expected, found }] });
  const text = readText(path);
  if ('unreadable' in text)
    return wrong('a file that can be read (check the path and its permissions)', text.unreadable);
  const content = parseDocument(text.read, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
  });
  const faults = [...content.errors, ...content.warnings];
  if (faults.length > 0) return { lines, problems: faults.map(({ message, pos: [offset] }) => fault(message, offset)) };
  const plain = plainValue(content);
  if (plain === undefined)
    return wrong('YAML aliases (*name) that can be resolved', 'one that cannot: write the values out');
  return { lines, value: plain.value, root: content.contents };
}

function readText(path: string): { read: string } | { unreadable: string } {
  try {
    return { read: readFileSync(path, 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { unreadable: String(error.code) };
    throw error;
  }
}

function fault(message: string, offset: number): Placed {
  return { path: [], expected: 'YAML', found: `an error: ${message}`, offset };
}

/** YAML aliases are only resolved here, and the library throws where one is missing or they multiply without end. */
function plainValue(content: Document.Parsed): { value: unknown } | undefined {
  try {
    return { value: content.toJS() };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
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

/** The same document always gives the same bytes, however its keys were ordered. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
