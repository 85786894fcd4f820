import path from 'node:path';
import * as z from 'zod/mini';
import { ResealError } from '../../src/errors.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import { repeated } from '../../src/policy/document/contradictions.ts';
import { optional, sentence, someOf, strictMapping } from '../../src/policy/document/document-words.ts';
import { inCapitals, unknownRegion } from '../../src/policy/document/warnings.ts';
import { type Problem, problemsOf } from '../../src/problem.ts';
import { explain } from '../explain/explain.ts';
import { isoTime, readStateFile } from '../explain/state-file.ts';
import { bucketOfStateFile } from '../explain/state-file-bucket.ts';
import { compilePolicyFile } from '../policy-file.ts';
import { readYamlFile } from '../yaml/yaml-file.ts';
import { describedBucket, under } from './described-bucket.ts';
import { differences, expectation } from './expectation.ts';

const policyTest = strictMapping(
  { name: sentence('what is tested, in words'), state: z.unknown(), expect: expectation },
  'a mapping with name, state and expect',
);

/** A file of tests for one policy (docs/policy-tests.md). */
const policyTests = strictMapping(
  {
    policy: sentence('the path of the policy, as seen from this file'),
    at: optional(isoTime, 'When the buckets are judged; now without it.'),
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
  const { document } = compilePolicyFile(path.resolve(path.dirname(file), policy), { now });
  const states = await Promise.all(tests.map((test) => judged(test, { file, document, at })));
  const placed = (which: 'found' | 'doubtful') =>
    states.flatMap((state, index) =>
      state[which].map(({ path: steps, expected, found }) => ({
        path: ['tests', index, ...steps],
        expected,
        found: `${found}; test "${tests[index]?.name}"`,
      })),
    );
  const reached = new Set(states.map(({ rule }) => rule));
  return {
    total: tests.length,
    failed: states.filter(({ found }) => found.length > 0).length,
    failures: linesOf('failed', placed('found')),
    warnings: linesOf('warning', placed('doubtful')),
    untested: document.rules.map(({ name }) => name).filter((name) => !reached.has(name)),
  };
}

interface Judged {
  /** Where the verdict is another one. */
  found: Problem[];
  doubtful: Problem[];
  /** The rule that it came to. */
  rule?: string | undefined;
}

async function judged(
  { state, expect }: PolicyTest,
  { file, document, at }: { file: string; document: PolicyDocument; at: string | undefined },
): Promise<Judged> {
  const read =
    typeof state === 'string'
      ? { state: readStateFile(path.resolve(path.dirname(file), state)) }
      : describedBucket(state, document, at);
  if ('problems' in read) return { found: under('state', read.problems), doubtful: [] };
  const { asked, deps } = bucketOfStateFile(read.state);
  const doubtful = [
    ...unknownRegion(asked.region, ['state', 'region']),
    ...inCapitals(asked.bucket, ['state', 'bucket']),
  ];
  try {
    const explained = await explain(asked, document, deps);
    return { found: under('expect', differences(expect, explained)), doubtful, rule: explained.rule };
  } catch (error) {
    if (!(error instanceof ResealError)) throw error;
    const found = [{ path: ['state'], expected: 'a bucket that can be judged', found: error.message }];
    return { found, doubtful };
  }
}
