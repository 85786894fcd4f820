import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { readStateFile } from '../../cli/explain/state-file.ts';
import { bucketOfStateFile } from '../../cli/explain/state-file-bucket.ts';
import { compilePolicyFile } from '../../cli/policy-file.ts';
import { decide, rulingNeeds } from '../../src/policy/decide.ts';
import type { Decided, Known, Needs, Stage } from '../../src/policy/decision.ts';
import type { FactName, Facts } from '../../src/policy/facts.ts';
import { kindOf } from '../../src/policy/model.ts';
import { factReading, factsAtHand, type ReadFacts } from '../../src/remediation/gather.ts';
import { allFiles, linesMatching } from '../architecture/source-files.ts';
import { EXPECTED } from '../states/expected.ts';
import { STATES } from '../states/explained-state.ts';

const names = readdirSync(STATES).filter((file) => file.endsWith('.json'));

describe('at most four runs of decide, and every fact is read at most once, for the state', () => {
  for (const file of names) {
    const name = path.basename(file, '.json');
    test(name, async () => {
      const told = await steps(name);
      assert.ok(told.stages.length + 1 <= 4, `decide ran ${told.stages.length + 1} times: ${told.stages.join(', ')}`);
      assert.equal(new Set(told.read).size, told.read.length, `every fact is read once: ${told.read.join(', ')}`);
      assert.equal(told.read.includes('ouPath'), false, 'the place in the organization is there from the start');
      const expected = EXPECTED[name]?.verdict;
      assert.ok(expected === 'unreadable' || told.decided.verdict.kind === expected);
    });
  }
});

test('a bucket that gets a key goes through key, history and safety, and everything that safety rests on is read at once', async () => {
  const { needs } = await steps('new-sse-s3');
  assert.deepEqual(
    needs.map(({ stage, facts }) => [stage, facts]),
    [
      ['key', ['key']],
      ['history', ['history']],
      ['safety', ['bucketPolicy', 'acl', 'keyPolicy', 'website', 'replication']],
    ],
  );
  assert.match(needs[1]?.keys.keyPolicy ?? '', /^arn:aws:kms:.*:key\//);
});

test('a compliant bucket needs its key, and nothing more', async () => {
  assert.deepEqual((await steps('right-already')).read, ['key']);
});

interface Steps {
  decided: Decided;
  needs: Needs[];
  stages: Stage[];
  read: FactName[];
}

/** The stages of one state file as `decide` names them, each read whole before it runs again. */
async function steps(name: string): Promise<Steps> {
  const { known, reader } = await beginning(name);
  const read: FactName[] = [];
  const needs: Needs[] = [];
  const stageRead = async (stage: Needs, before: Facts): Promise<Facts> => {
    let facts = before;
    for (let missing = stage.facts; missing.length > 0; missing = stage.more(facts)) {
      read.push(...missing);
      facts = { ...facts, ...(await reader(missing, stage.keys)) };
    }
    return facts;
  };
  let facts = await stageRead(rulingNeeds(known), known.facts);
  for (;;) {
    const decision = decide({ ...known, facts });
    if (decision.kind === 'decided') return { decided: decision, needs, stages: needs.map(({ stage }) => stage), read };
    needs.push(decision);
    facts = await stageRead(decision, facts);
  }
}

/** What explaining the state begins with; a rule that could not be read is none. */
async function beginning(name: string): Promise<{ known: Known; reader: ReadFacts }> {
  const { asked, deps } = bucketOfStateFile(readStateFile(path.join(STATES, `${name}.json`)));
  const { document } = compilePolicyFile(path.join(STATES, EXPECTED[name]?.policy ?? 'policy.yaml'));
  const { bucket, account, region, own, now, batchRoleArn } = asked;
  const reading = await deps.encryption.read({ bucket, account });
  const known: Known = {
    state: { bucket, account, region, own, rule: reading.kind === 'read' ? reading.rule : {} },
    kind: kindOf(bucket),
    partition: 'aws',
    policy: document,
    facts: factsAtHand(asked, deps),
    now,
    ...(batchRoleArn === undefined ? {} : { batchRoleArn }),
  };
  return { known, reader: factReading(asked, deps) };
}

describe('the rules of policy are plain functions of values', () => {
  const policy = allFiles('src/policy').filter(({ file }) => file.endsWith('.ts'));

  test('at most 45 lines of src/policy hand on that something is not known', () => {
    const lines = linesMatching(
      policy,
      /'ask'|'unread'|'known'|'open'|'needs'|unread\w*\(|ask\(|lacking\(|openBecause\(/,
    );
    assert.ok(lines.length <= 45, `${lines.length} lines:\n${lines.join('\n')}`);
  });

  test('two unions hand it on: the answer to a condition of the policy, and the decision', () => {
    const unions = policy.flatMap(({ text }) =>
      [...text.matchAll(/^(?:export )?type (\w+)[^=\n]*=([\s\S]*?);\n(?![ }])/gm)].flatMap(
        ([, name = '', members = '']) => (members.includes('|') && HANDS_ON.test(members) ? [name] : []),
      ),
    );
    // A fact is where it begins: what AWS was asked for, or why it could not be read.
    assert.deepEqual(unions.toSorted(), ['Answer', 'Decision', 'Fact']);
  });
});

const HANDS_ON = /\b(?:Open|Needs|Unread|Answer|Decision)\b|'(?:ask|open|needs|unread)'/;
