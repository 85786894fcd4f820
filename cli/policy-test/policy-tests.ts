import path from 'node:path';
import * as z from 'zod/mini';
import { ResealError } from '../../src/errors.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import { repeated } from '../../src/policy/document/contradictions.ts';
import { optional, sentence, someOf, strictMapping } from '../../src/policy/document/document-words.ts';
import { inCapitals, unknownRegion } from '../../src/policy/document/warnings.ts';
import { type Problem, problemsOf } from '../../src/problem.ts';
import { explain } from '../explain/explain.ts';
import { readStateFile } from '../explain/state-file.ts';
import { bucketOfStateFile } from '../explain/state-file-bucket.ts';
import { compilePolicyFile } from '../policy-file.ts';
import { readYamlFile } from '../yaml/yaml-file.ts';
import { describedBucket } from './described-bucket.ts';
import { differences, expectation } from './expectation.ts';

const TIME = 'a time in ISO 8601 (2026-11-16T09:00:00Z)';

const policyTest = strictMapping(
  { name: sentence('what is tested, in words'), state: z.unknown(), expect: expectation },
  'a mapping with name, state and expect',
);

/** A file of tests for one policy (docs/policy-tests.md). */
const policyTests = strictMapping(
  {
    policy: sentence('the path of the policy, as seen from this file'),
    at: optional(z.iso.datetime({ error: TIME, offset: true }), 'When the buckets are judged; now without it.'),
    tests: someOf(policyTest, 'a list of tests'),
  },
  'a mapping with policy, at and tests',
);

const NAME_OF_ONE = { member: 'name', expected: 'a name that no other test has', has: 'has' };

type PolicyTest = z.output<typeof policyTest>;

/** What became of the tests of a file. */
export interface TestedPolicy {
  total: number;
  failed: number;
  /** `FILE:LINE:COLUMN failed PATH: expected ..., found VALUE; test "NAME"`, in the order of the file. */
  failures: string[];
  /** The same lines for likely mistakes in the states. */
  warnings: string[];
  /** Rules that no bucket of the tests comes to. */
  untested: string[];
}

/** Judges the buckets of a file of tests under its policy. Throws ResealError where the file, the policy or a state is none. */
export async function testPolicy(file: string): Promise<TestedPolicy> {
  const { content, faults, linesOf } = readYamlFile(file, 'the tests');
  const parsed = policyTests.safeParse(content?.value);
  const wrong = parsed.success
    ? repeated(parsed.data.tests, 'tests', NAME_OF_ONE)
    : problemsOf(parsed.error, content?.value);
  const problems = content === undefined ? faults : wrong;
  if (!parsed.success || problems.length > 0)
    throw new ResealError('invalid-state', linesOf('error', problems).join('\n'));
  const { policy, at, tests } = parsed.data;
  const now = at === undefined ? new Date() : new Date(at);
  const { document } = compilePolicyFile(path.resolve(path.dirname(file), policy), now);
  const told: Problem[] = [];
  const doubts: Problem[] = [];
  const reached = new Set<string>();
  let failed = 0;
  for (const [index, test] of tests.entries()) {
    const { found, doubtful } = await judged(test, { file, document, at, reached });
    doubts.push(...doubtful.map((each) => placedIn(each, index, test)));
    failed += found.length > 0 ? 1 : 0;
    told.push(...found.map((each) => placedIn(each, index, test)));
  }
  const untested = document.rules.map(({ name }) => name).filter((name) => !reached.has(name));
  return {
    total: tests.length,
    failed,
    failures: linesOf('failed', told),
    warnings: linesOf('warning', doubts),
    untested,
  };
}

interface Under {
  file: string;
  document: PolicyDocument;
  at: string | undefined;
  reached: Set<string>;
}

interface Judged {
  /** Where the verdict is another one. */
  found: Problem[];
  doubtful: Problem[];
}

async function judged({ state, expect }: PolicyTest, { file, document, at, reached }: Under): Promise<Judged> {
  const read =
    typeof state === 'string'
      ? { state: readStateFile(path.resolve(path.dirname(file), state)) }
      : describedBucket(state, document, at);
  if ('problems' in read) {
    return { found: read.problems.map((problem) => ({ ...problem, path: ['state', ...problem.path] })), doubtful: [] };
  }
  const { asked, deps } = bucketOfStateFile(read.state);
  const doubtful = [
    ...unknownRegion(asked.region, ['state', 'region']),
    ...inCapitals(asked.bucket, ['state', 'bucket']),
  ];
  try {
    const explained = await explain(asked, document, deps);
    if (explained.rule !== undefined) reached.add(explained.rule);
    const found = differences(expect, explained).map((problem) => ({ ...problem, path: ['expect', ...problem.path] }));
    return { found, doubtful };
  } catch (error) {
    if (!(error instanceof ResealError)) throw error;
    const found = [{ path: ['state'], expected: 'a bucket that can be judged', found: error.message }];
    return { found, doubtful };
  }
}

function placedIn({ path: steps, expected, found }: Problem, index: number, { name }: PolicyTest): Problem {
  return { path: ['tests', index, ...steps], expected, found: `${found}; test "${name}"` };
}
