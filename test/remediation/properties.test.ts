import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parsePolicy } from '../../src/policy/document/document.ts';
import type { Facts } from '../../src/policy/facts.ts';
import type { Encryption, KeyFacts, KeyReading } from '../../src/policy/model.ts';
import { imaginedRule } from '../policy/imagined-encryption.ts';
import { ACCOUNT, type Imagined, tell, type Told } from './imagined-bucket.ts';
import { accessPoints, acl, bucketPolicies, keyPolicies, replication } from './imagined-facts.ts';

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_122, numRuns: 4_000 };

const OURS = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const OTHER = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/0987dcba-09fe-87dc-65ba-ab0987654321`;

const rule = imaginedRule([undefined, OURS, OTHER, 'alias/reseal', 'alias/theirs', 'alias/aws/s3', OTHER.slice(-36)]);

const KMS_KEYS = ['alias/reseal', OURS, { default: 'alias/reseal', 'us-east-1': 'alias/theirs' }];
const standard = fc
  .record({
    algorithm: fc.constantFrom('AES256', 'aws:kms', 'aws:kms', 'aws:kms:dsse'),
    key: fc.constantFrom(...KMS_KEYS),
    bucketKey: fc.boolean(),
    blockSseC: fc.constantFrom('on', 'off', 'leave'),
    strength: fc.constantFrom('atLeast', 'atLeast', 'exactly'),
  })
  .map(({ key, ...rest }) => (rest.algorithm === 'AES256' ? rest : { ...rest, key }));
const when = fc.constantFrom<object>(
  {},
  { buckets: ['pay*'] },
  { tags: [{ key: 'class', value: 'secret' }] },
  { logTarget: true },
  { createdAfter: '2026-01-01' },
  { ou: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111' },
);
const rules = fc.array(fc.record({ when, standard, keep: fc.boolean(), observes: fc.boolean() }), { maxLength: 3 });
const policy = fc
  .record({ standard, rules, reencrypt: fc.constantFrom('none', 'drifted', 'all') })
  .map(({ standard: base, rules: some, reencrypt }) =>
    parsePolicy({
      version: 1,
      standard: base,
      objects: { reencrypt },
      rules: some.map(({ when: each, standard: own, keep, observes }, at) => ({
        name: `rule-${at}`,
        when: each,
        standard: keep && own.algorithm !== 'AES256' ? { ...own, key: 'keep' } : own,
        ...(observes ? { mode: 'observe' } : {}),
      })),
    }),
  );

const key = fc
  .record({
    state: fc.constantFrom('Enabled', 'Enabled', 'Enabled', 'Enabled', 'Disabled', 'PendingDeletion'),
    spec: fc.constantFrom('SYMMETRIC_DEFAULT', 'SYMMETRIC_DEFAULT', 'RSA_2048'),
    manager: fc.constantFrom('CUSTOMER' as const, 'CUSTOMER' as const, 'AWS' as const),
  })
  .map((told): Omit<KeyFacts, 'arn'> => ({ account: ACCOUNT, region: 'eu-west-1', usage: 'ENCRYPT_DECRYPT', ...told }));
const keys = fc
  .record({ ours: fc.option(key), other: fc.option(key), denied: fc.nat(9).map((n) => n === 0) })
  .map(({ ours, other, denied }) => {
    const found = (arn: string, facts: Omit<KeyFacts, 'arn'> | null): KeyReading =>
      facts === null
        ? { kind: 'missing', asked: arn, why: 'NotFoundException' }
        : { kind: 'found', key: { arn, ...facts } };
    return new Map<string, KeyReading | 'denied'>([
      ['alias/reseal', denied ? 'denied' : found(OURS, ours)],
      [OURS, found(OURS, ours)],
      ['alias/theirs', found(OTHER, other)],
      [OTHER, found(OTHER, other)],
      [OTHER.slice(-36), found(OTHER, other)],
    ]);
  });

const facts: fc.Arbitrary<Facts> = fc.record({
  tags: read(fc.constantFrom([], [{ key: 'class', value: 'secret' }])),
  createdAt: read(fc.constantFrom('2025-05-05T00:00:00Z', '2026-05-05T00:00:00Z')),
  ouPath: read(
    fc.constantFrom('o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222', 'o-a1b2c3d4e5/r-ab12/ou-ab12-33333333'),
  ),
  bucketPolicy: read(fc.constantFrom(undefined, undefined, undefined, ...bucketPolicies)),
  acl: read(fc.constantFrom(...acl)),
  keyPolicy: read(fc.constantFrom(...keyPolicies)),
  replication: read(fc.constantFrom(...replication)),
  website: read(fc.constantFrom('none' as const, 'none' as const, 'redirect' as const, 'site' as const)),
  accessPoints: read(fc.constantFrom(...accessPoints)),
});
const item = fc.constantFrom<Imagined['item']>(
  {},
  {},
  { logSources: [{ bucket: 'app-1', prefix: '' }] },
  { rolledBack: { at: 'x', by: 'y' } },
);

const imagined: fc.Arbitrary<Imagined> = fc.record({
  bucket: fc.constantFrom('payments', 'logs', 'fast--euw1-az1--x-s3'),
  region: fc.constantFrom('eu-west-1', 'eu-west-1', 'me-south-1'),
  rule,
  policy,
  facts,
  keys,
  item,
});

describe('whatever a bucket has, whatever stands around it, and whatever the policy', () => {
  test('only a repair writes, once, and it never lowers, never drops and is never needed twice', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(imagined, async (it) => {
        const told = await tell(it);
        seen.set(told.outcome.kind, (seen.get(told.outcome.kind) ?? 0) + 1);
        if (told.outcome.kind !== 'repair' || told.outcome.observed === true) {
          assert.deepEqual(told.written, []);
          if (told.outcome.kind !== 'compliant') assert.equal(told.jobs, 0);
          return;
        }
        const [write, ...more] = told.written;
        assert.ok(write);
        assert.deepEqual(more, []);
        raisesAndKeeps(it, write, told.ruledBy);
        const again = await tell({ ...it, rule: told.rule });
        assert.deepEqual(again.written, []);
        assert.equal(settled(again), true, JSON.stringify(again.outcome));
      }),
      RUNS,
    );
    // The net is wide: every verdict is among what it caught.
    const kinds = ['compliant', 'hold', 'repair', 'unreadable'];
    assert.deepEqual(
      kinds.filter((kind) => (seen.get(kind) ?? 0) < 100),
      [],
      JSON.stringify([...seen]),
    );
  });
});

/** Compliant, or compliant under a key about which there is something to say. */
function settled({ outcome }: Told): boolean {
  if (outcome.kind === 'compliant') return true;
  const currentKeyReasons = new Set(['key-being-deleted', 'key-not-usable', 'key-expiring']);
  return outcome.kind === 'hold' && outcome.reasons.some(({ code }) => currentKeyReasons.has(code));
}

/** Only what the rule that applied says may lower a bucket, or take the block of SSE-C away: what others say is not asked. */
function raisesAndKeeps(it: Imagined, write: Encryption, ruledBy: string | undefined): void {
  const applied = it.policy.rules.find(({ name }) => name === ruledBy);
  assert(applied !== undefined || ruledBy === 'default', `no rule of the policy is called ${ruledBy}`);
  const { strength, blockSseC } = { ...it.policy.standard, ...applied?.standard };
  if (strength !== 'exactly') {
    assert(rank(write) >= rank(it.rule), `${JSON.stringify(it.rule)} was lowered to ${JSON.stringify(write)}`);
    const becomesDsse = write.algorithm === 'aws:kms:dsse' && it.rule.algorithm !== 'aws:kms:dsse';
    assert(!(it.rule.bucketKey === true && write.bucketKey !== true && !becomesDsse));
  }
  const dropped = (it.rule.blocked ?? []).filter((type) => type !== 'NONE' && !(write.blocked ?? []).includes(type));
  assert.deepEqual(
    dropped.filter((type) => !(blockSseC === 'off' && type === 'SSE-C')),
    [],
  );
}

function rank({ algorithm, keyId: id }: Encryption): number {
  const algorithms = [undefined, 'AES256', 'aws:kms', 'aws:kms:dsse'];
  const isCustomerKey = id !== undefined && !id.includes('alias/aws/');
  return algorithms.indexOf(algorithm) * 2 + (isCustomerKey ? 1 : 0);
}

function read<T>(value: fc.Arbitrary<T>) {
  const unread = fc.constant({ kind: 'unread' as const, why: 'Denied.', denied: true });
  return fc.oneof(
    { weight: 30, arbitrary: value.map((each) => ({ kind: 'read' as const, value: each })) },
    { weight: 1, arbitrary: unread },
  );
}
