import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { repairCost } from '../../../cli/explain/repair-cost.ts';
import { readStateFile } from '../../../cli/explain/state-file.ts';
import { bucketOfStateFile } from '../../../cli/explain/state-file-bucket.ts';
import type { Decided } from '../../../src/policy/decision.ts';
import type { Encryption, RuleToWrite, Standard } from '../../../src/policy/model.ts';
import { KEY, KMS, USABLE } from '../../policy/literals.ts';
import { STATES } from '../../states/explained-state.ts';

const { asked, deps } = bucketOfStateFile(readStateFile(path.join(STATES, 'sse-c-allowed.json')));
const RIGHT: RuleToWrite = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true, blocked: ['SSE-C'] };

function costFrom(found: Encryption, reencrypt: Standard['reencrypt']) {
  const standard: Standard = { ...KMS, key: 'alias/reseal', bucketKey: true, blockSseC: 'on', reencrypt };
  const verdict: Decided['verdict'] = { kind: 'repair', reasons: [], write: RIGHT };
  const key: Decided['key'] = { kind: 'found', key: { ...USABLE, arn: KEY } };
  const decided: Decided = { kind: 'decided', rule: 'r', observe: false, verdict, standard, key };
  return repairCost({ asked: { ...asked, objects: { count: 4, bytes: 8 } }, decided, found, write: RIGHT }, deps);
}

test('a bucket that lacks only the block on SSE-C costs nothing, now or each month', async () => {
  for (const reencrypt of ['none', 'drifted', 'all'] as const) {
    const { cost, monthly } = await costFrom({ ...RIGHT, blocked: [] }, reencrypt);
    assert.deepEqual(
      { usd: cost.usd, atLeast: cost.atLeast, monthly },
      { usd: 0, atLeast: false, monthly: 'Nothing changes in what each month costs.' },
    );
  }
});

test('one that was under SSE-S3 costs at most what its counted objects cost', async () => {
  for (const reencrypt of ['drifted', 'all'] as const) {
    const { cost, monthly } = await costFrom({ algorithm: 'AES256' }, reencrypt);
    assert.match(cost.sentence, /^At most \$0\.(?:25|50) once\. .* 4 objects at/);
    assert.match(monthly, /^Each month: KMS charges/);
  }
});
