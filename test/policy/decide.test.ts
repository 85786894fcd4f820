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

test('a compliant bucket needs its key, whose policy all its buckets share, and who writes to it', async () => {
  assert.deepEqual((await steps('right-already')).read, ['key', 'bucketPolicy', 'acl', 'keyPolicy']);
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
  const { logSources = [] } = await deps.ledger.read({ bucket, account, region });
  const known: Known = {
    state: { bucket, account, region, own, rule: reading.kind === 'read' ? reading.rule : {} },
    kind: kindOf(bucket),
    partition: 'aws',
    policy: document,
    facts: { ...factsAtHand(asked, await deps.membership(account)), ...(logSources.length > 0 ? { logSources } : {}) },
    now,
    readsAcl: true,
    ...(batchRoleArn === undefined ? {} : { jobRoles: { 'update-encryption': batchRoleArn } }),
  };
  return { known, reader: factReading(asked, deps) };
}
