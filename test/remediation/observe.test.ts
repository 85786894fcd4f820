import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../src/remediation/look.ts';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { write } from './objects.ts';
import { told } from './others.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

const NEW_BUCKET = { ...SSE_S3, ...BLOCKS_SSE_C };
const RULES = [{ name: 'only watched', when: { buckets: ['watched-*'] }, mode: 'observe' }];
const policy = policyWith({ rules: RULES, objects: { reencrypt: 'all' } });
const observedOf = (outcome: Outcome) => ('observed' in outcome ? outcome.observed : undefined);
const CHANGES = ['PutBucketEncryption', 'CreateJob'];

async function withObjects(account: GuardedAccount, bucket: string, count: number): Promise<string> {
  await account.bucket(bucket);
  for (let object = 0; object < count; object += 1) await write(account, bucket, `object-${object}`);
  return bucket;
}

test('under a rule that only observes, a repair is judged, priced and recorded, and nothing is changed or claimed', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withObjects(account, 'watched-data', 3);
  const trigger = eventFact(account, bucket, { cause: 'created' });
  const outcome = await account.assess(trigger, { policy });
  assert.deepEqual([...told(outcome), observedOf(outcome), outcome.jobs], ['repair', ['weaker-algorithm'], true, 0]);

  const operations = account.operations();
  assert.deepEqual(
    operations.filter((each) => CHANGES.includes(each)),
    [],
  );
  assert.deepEqual(
    operations.filter((each) => each.endsWith('Item')),
    ['GetItem', 'UpdateItem'],
  );
  assert.deepEqual([await account.rule(bucket), await account.jobs()], [NEW_BUCKET, []]);
  const { verdict, rule, observed, price, belowSince, claimOwner, claimUntil, pending, repairs } =
    (await account.item(bucket)) ?? {};
  assert.deepEqual(
    { verdict, rule, observed, belowSince, claimOwner, claimUntil, pending, repairs },
    {
      verdict: 'repair',
      rule: 'only watched',
      observed: true,
      belowSince: trigger.at,
      claimOwner: undefined,
      claimUntil: undefined,
      pending: undefined,
      repairs: undefined,
    },
  );
  assert.match(String(price), /\$0\.50.*3 objects/);
});

test('under a policy that observes, a rule that enforces repairs its buckets, and the ledger tells them apart', async () => {
  await using account = await openGuardedAccount();
  const rules = [{ name: 'pilot', when: { buckets: ['pilot-*'] }, mode: 'enforce' }];
  const rollout = policyWith({ mode: 'observe', rules });
  const modes = [];
  for (const bucket of ['pilot-data', 'rest-data']) {
    await account.bucket(bucket);
    await account.assess(eventFact(account, bucket, { cause: 'created' }), { policy: rollout });
    const { verdict, rule, observed, repairs } = (await account.item(bucket)) ?? {};
    modes.push({ verdict, rule, observed, repairs: Array.isArray(repairs) ? repairs.length : 0 });
  }
  assert.deepEqual(modes, [
    { verdict: 'repair', rule: 'pilot', observed: undefined, repairs: 1 },
    { verdict: 'repair', rule: 'default', observed: true, repairs: 0 },
  ]);
  assert.deepEqual(
    [await account.rule('pilot-data'), await account.rule('rest-data')],
    [{ ...sseKms(account.keyArn), ...BLOCKS_SSE_C }, NEW_BUCKET],
  );
});

test('the price of a drift window is the most that it can be, as reseal policy explain says it', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withObjects(account, 'watched-data', 3);
  const drifted = policyWith({ rules: RULES, objects: { reencrypt: 'drifted' } });
  await account.assess(eventFact(account, bucket, { cause: 'created' }), { policy: drifted });
  assert.match(String((await account.item(bucket))?.['price']), /^At most \$0\.25 once\. 1 job at \$0\.25, 3 objects /);
});

test('a bucket that lacks only the block on SSE-C has a repair that costs nothing, though all objects are planned', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withObjects(account, 'watched-data', 3);
  await account.put(bucket, { ...sseKms(account.keyArn), BlockedEncryptionTypes: { EncryptionType: ['NONE'] } });
  const rules = RULES.map((rule) => ({ ...rule, standard: { blockSseC: 'on' } }));
  const outcome = await account.assess(eventFact(account, bucket), {
    policy: policyWith({ rules, objects: { reencrypt: 'all' } }),
  });
  assert.deepEqual(told(outcome), ['repair', ['sse-c-not-blocked']]);
  assert.match(String((await account.item(bucket))?.['price']), /^The rule itself costs one request, less than a cent/);
});

test('every other bucket is repaired under the same policy', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withObjects(account, 'data', 1);
  const outcome = await account.assess(eventFact(account, bucket), { policy });
  assert.deepEqual([outcome.kind, observedOf(outcome), outcome.jobs], ['repair', undefined, 2]);
  const item = await account.item(bucket);
  assert.deepEqual([item?.['rule'], item?.['observed'], item?.['price']], ['default', undefined, undefined]);
});

test('what was observed is repaired once the rule enforces, and the price goes with the observation', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withObjects(account, 'watched-data', 1);
  await account.assess(eventFact(account, bucket), { policy });
  account.advance(3_600);
  const enforced = policyWith({ objects: { reencrypt: 'all' } });
  assert.equal((await account.assess(sweepFact(account, bucket), { policy: enforced })).kind, 'repair');
  const { observed, price, repairs } = (await account.item(bucket)) ?? {};
  assert.deepEqual([observed, price, Array.isArray(repairs) && repairs.length], [undefined, undefined, 1]);
});

test('a hold is a hold under a rule that observes, and a compliant bucket compliant', async () => {
  await using account = await openGuardedAccount();
  const standard = { key: 'alias/absent' };
  const absent = policyWith({ rules: RULES.map((rule) => ({ ...rule, standard })) });
  const bucket = await withObjects(account, 'watched-data', 1);
  const held = await account.assess(eventFact(account, bucket), { policy: absent });
  assert.deepEqual([...told(held), observedOf(held)], ['hold', ['key-not-found', 'weaker-algorithm'], undefined]);
  await account.put(bucket, sseKms(account.keyArn));
  account.advance(60);
  assert.deepEqual(told(await account.assess(eventFact(account, bucket), { policy })), ['compliant', []]);
  assert.deepEqual([account.operations().includes('CreateJob'), await account.jobs()], [false, []]);
});

test('a compliant bucket whose objects were never planned has the price of all of them under a rule that observes, until they are', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withObjects(account, 'watched-data', 3);
  await account.put(bucket, sseKms(account.keyArn));
  assert.deepEqual(told(await account.assess(sweepFact(account, bucket), { policy })), ['compliant', []]);
  const price = String((await account.item(bucket))?.['price']);
  assert.match(price, /^At most \$0\.50 once\. 2 jobs at \$0\.25, 3 objects /);
  assert.deepEqual(await account.jobs(), []);

  account.advance(3_600);
  await account.assess(sweepFact(account, bucket), { policy: policyWith({ objects: { reencrypt: 'all' } }) });
  account.advance(3_600);
  assert.deepEqual(told(await account.assess(sweepFact(account, bucket), { policy })), ['compliant', []]);
  assert.equal((await account.item(bucket))?.['price'], undefined);
});

test('where the objects may not be listed, the price says so and the verdict stands', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withObjects(account, 'watched-data', 1);
  account.aws.faults.add({ kind: 'access-denied', operation: 'ListObjectsV2' });
  assert.equal((await account.assess(eventFact(account, bucket), { policy })).kind, 'repair');
  assert.equal(
    (await account.item(bucket))?.['price'],
    'The price is not known, because the objects could not be listed (AccessDenied: User: arn:aws:iam::111111111111:root is not authorized to perform: s3:ListObjectsV2 (a fault was set)): allow this role s3:ListBucket on the bucket.',
  );
});
