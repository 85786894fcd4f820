import { createHash } from 'node:crypto';
import { ResealError } from '../src/errors.ts';
import { type PolicyDocument, checkPolicy } from '../src/policy/document/document.ts';
import type { Problem } from '../src/problem.ts';
import { readYamlFile } from './yaml/yaml-file.ts';

interface CompiledPolicy extends Pick<CheckedFile, 'warningLines'> {
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

/**
 * Reads a policy in YAML or JSON, with `observe` as one that changes nothing, whatever it says. Throws `invalid-policy` with one line for each
 * problem, as `checkPolicyFile` gives them.
 */
export function compilePolicyFile(path: string, { now = new Date(), observe = false } = {}): CompiledPolicy {
  const { document: said, errors, warningLines } = checkPolicyFile(path, now);
  if (said === undefined) throw new ResealError('invalid-policy', errors.join('\n'));
  const document = observe ? observing(said) : said;
  const json = `${JSON.stringify(sorted(document), null, 2)}\n`;
  return { document, json, sha256: createHash('sha256').update(json).digest('hex'), warningLines };
}

/** Reads a policy in YAML or JSON and says everything that is wrong with it at this time, with where it stands. */
export function checkPolicyFile(path: string, now = new Date()): CheckedFile {
  const { content, faults, linesOf } = readYamlFile(path, 'the policy');
  const checked = content === undefined ? { problems: faults } : checkPolicy(content.value, now);
  return {
    document: 'document' in checked ? checked.document : undefined,
    errors: 'problems' in checked ? linesOf('error', checked.problems) : [],
    warningLines: (problems) => linesOf('warning', problems),
  };
}

function observing(document: PolicyDocument): PolicyDocument {
  const rules = document.rules.map((rule) => {
    const { mode: _, ...rest } = rule;
    return rest;
  });
  return { ...document, mode: 'observe', rules };
}

/** The same document always gives the same bytes, however its keys were ordered. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
