import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import type { EncryptionReading } from '../../src/aws/bucket/bucket-encryption.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION, REPORTS } from './guarded-account.ts';
import { write } from './objects.ts';
import { BLOCKS_SSE_C, dsseKms, SSE_S3, sseKms } from './rules.ts';

const createKey = (account: GuardedAccount) =>
  account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;

const WRITES = ['PutBucketEncryption', 'CreateJob'];

/** What the stories changed in S3 since they were asked last. */
const changes = (account: GuardedAccount) => account.operations().filter((each) => WRITES.includes(each));

const KEPT: [what: string, rule: ServerSideEncryptionRule, blocked: string[]][] = [
  ['blocks SSE-C', { ...SSE_S3, ...BLOCKS_SSE_C }, ['SSE-C']],
  ['blocks nothing', { ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }, ['NONE']],
  ['has only a Bucket Key', { BucketKeyEnabled: true, ...BLOCKS_SSE_C }, ['SSE-C']],
];

for (const [what, rule, blocked] of KEPT) {
  test(`a repair of a bucket that ${what} changes nothing else, and keeps the rule that it replaced`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('weak');
    await account.put(bucket, rule);
    const replaced = await account.deps.encryption.read({ bucket, account: ACCOUNT });
    account.advance(5);
    const trigger = eventFact(account, bucket);
    const { kind, reasons } = await account.assess(trigger);
    assert.equal(kind, 'repair');
    assert.deepEqual(await account.rule(bucket), {
      ...sseKms(account.keyArn),
      BlockedEncryptionTypes: { EncryptionType: blocked },
    });
    assert.deepEqual((await account.item(bucket))?.['repairs'], [
      {
        at: '2026-11-02T10:00:05.000Z',
        cause: 'encryption-put',
        causeId: 'event-of-encryption-put',
        actor: trigger.actor,
        driftAt: trigger.at,
        replaced: replaced.kind === 'read' ? replaced.rule : undefined,
        wrote: { algorithm: 'aws:kms', keyId: account.keyArn, bucketKey: true, blocked },
        policySha256: 'the-policy',
        reasons,
      },
    ]);
  });
}

test('a type that this version does not know is still blocked after a repair', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  const rule = { algorithm: 'AES256', bucketKey: false, blocked: ['SSE-C', 'SSE-NEW'] };
  const written: unknown[] = [];
  const readings: EncryptionReading[] = [{ kind: 'read', rule }];
  const encryption: AssessDeps['encryption'] = {
    read: async () => readings.at(-1) ?? { kind: 'gone' },
    write: async ({ rule: wrote }) => {
      written.push(wrote);
      readings.push({ kind: 'read', rule: wrote });
    },
  };
  assert.equal((await account.assess(eventFact(account, bucket), { encryption })).kind, 'repair');
  assert.deepEqual(written, [
    { algorithm: 'aws:kms', keyId: account.keyArn, bucketKey: true, blocked: ['SSE-C', 'SSE-NEW'] },
  ]);
});

/** Reads as they were before the write, as often as told: S3's configuration is eventually consistent. */
function staleReads(account: GuardedAccount, times: number): AssessDeps['encryption'] {
  const { encryption } = account.deps;
  let before: EncryptionReading | undefined;
  let left = 0;
  return {
    read: async (bucket) => {
      if (before !== undefined && left > 0) {
        left -= 1;
        return before;
      }
      before = await encryption.read(bucket);
      return before;
    },
    write: async (rule) => {
      left = times;
      await encryption.write(rule);
    },
  };
}

test('a stale read back is asked again after 200 and 800 ms', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const outcome = await account.assess(eventFact(account, bucket), { encryption: staleReads(account, 2), wait });
  assert.deepEqual([outcome.kind, waits], ['repair', [200, 800]]);
});

test('a write that S3 never shows is not called a repair, and the next look finishes it', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  await write(account, bucket, 'object');
  const trigger = eventFact(account, bucket, { cause: 'created' });
  const unseen = await account.assess(trigger, { encryption: staleReads(account, 3) });
  assert.deepEqual(unseen, {
    kind: 'unreadable',
    reasons: [
      {
        code: 'not-verified',
        message:
          'Bucket weak was written and reads back as {"algorithm":"AES256","bucketKey":false,"blocked":["SSE-C"]}, expected ' +
          `{"algorithm":"aws:kms","bucketKey":true,"keyId":"${account.keyArn}","blocked":["SSE-C"]}: it is looked at again.`,
      },
    ],
    jobs: 0,
  });
  const { verdict, repairs, claimOwner } = (await account.item(bucket)) ?? {};
  assert.deepEqual(
    [verdict, repairs, claimOwner, (await account.jobs()).length],
    ['unreadable', undefined, undefined, 0],
  );
  account.advance(60);
  const outcome = await account.assess(trigger);
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 1]);
});

const LEFT_ALONE: [what: string, rule: (account: GuardedAccount) => ServerSideEncryptionRule, reasons: string[]][] = [
  ['is right', ({ keyArn }) => sseKms(keyArn), []],
  ['has DSSE-KMS under the standard key', ({ keyArn }) => dsseKms(keyArn), ['stronger-than-standard']],
  ['has DSSE-KMS under another key', (account) => dsseKms(createKey(account)), ['stronger-than-standard']],
];

for (const [what, rule, reasons] of LEFT_ALONE) {
  test(`a bucket that ${what} is left alone`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('fine');
    await account.put(bucket, rule(account));
    const before = await account.rule(bucket);
    const outcome = await account.assess(eventFact(account, bucket));
    assert.deepEqual([outcome.kind, outcome.reasons.map(({ code }) => code), outcome.jobs], ['compliant', reasons, 0]);
    assert.deepEqual([changes(account), await account.rule(bucket)], [[], before]);
  });
}

const NONE_BLOCKED = { BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } };

const NEVER_LOWERED: [what: string, standard: object, rule: (key: string) => ServerSideEncryptionRule][] = [
  ['SSE-KMS under SSE-S3', { algorithm: 'AES256', blockSseC: 'on' }, (key) => sseKms(key)],
  ['DSSE-KMS under SSE-S3', { algorithm: 'AES256', blockSseC: 'on' }, (key) => dsseKms(key)],
  ['DSSE-KMS under SSE-KMS', { algorithm: 'aws:kms', key: 'alias/reseal', blockSseC: 'on' }, (key) => dsseKms(key)],
];

for (const [what, standard, rule] of NEVER_LOWERED) {
  test(`a repair that only has to block SSE-C leaves algorithm and key as they are: ${what}`, async () => {
    await using account = await openGuardedAccount();
    const found = rule(createKey(account));
    const bucket = await account.bucket('strong');
    await account.put(bucket, { ...found, ...NONE_BLOCKED });
    const outcome = await account.assess(eventFact(account, bucket), { policy: policyWith({ standard }) });
    assert.deepEqual([outcome.kind, outcome.reasons.map(({ code }) => code)], ['repair', ['sse-c-not-blocked']]);
    assert.deepEqual(await account.rule(bucket), { ...found, ...BLOCKS_SSE_C });
    assert.deepEqual(await account.jobs(), []);
  });
}

test("Reseal's own bucket stays at SSE-S3 under any policy, and no exception or observation names it", async () => {
  await using account = await openGuardedAccount();
  const exceptions = [{ bucket: REPORTS, reason: 'x', owner: 'y', until: '2030-01-01' }];
  const policies = [
    policyWith(),
    policyWith({ objects: { reencrypt: 'all' } }),
    policyWith({ mode: 'observe', exceptions }),
  ];
  for (const policy of policies) {
    assert.deepEqual(await account.assess(sweepFact(account, REPORTS), { policy }), {
      kind: 'compliant',
      reasons: [],
      jobs: 0,
    });
    assert.equal((await account.item(REPORTS))?.['rule'], 'built-in: own bucket');
  }
  assert.deepEqual([changes(account), await account.rule(REPORTS)], [[], { ...SSE_S3, ...BLOCKS_SSE_C }]);
});

for (const [what, over, trigger] of [
  ['the policy observes', { mode: 'observe' }, {}],
  ['the message observes', {}, { observe: true }],
] as const) {
  test(`where ${what}, drift is recorded and nothing is changed`, async () => {
    await using account = await openGuardedAccount();
    const policy = policyWith({ ...over, objects: { reencrypt: 'all' } });
    const bucket = await account.bucket('weak');
    await write(account, bucket, 'object');
    const told = eventFact(account, bucket, trigger);
    const outcome = await account.assess(told, { policy });
    const reasons = [{ code: 'weaker-algorithm', message: 'Bucket weak has AES256 and the standard is aws:kms.' }];
    assert.deepEqual(outcome, { kind: 'repair', observed: true, reasons, jobs: 0 });
    const { verdict, observed, belowSince } = (await account.item(bucket)) ?? {};
    assert.deepEqual({ verdict, observed, belowSince }, { verdict: 'repair', observed: true, belowSince: told.at });
    await account.put(bucket, sseKms(account.keyArn));
    assert.equal((await account.assess(told, { policy })).kind, 'compliant');
    assert.deepEqual(changes(account), []);
  });
}

test('an exception in force leaves its bucket alone, and an expired one does not', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('legacy');
  const exception = (until: string) =>
    policyWith({ exceptions: [{ bucket, reason: 'a vendor', owner: 'data@example.com', until }] });
  const inForce = await account.assess(eventFact(account, bucket), { policy: exception('2026-11-02') });
  assert.deepEqual(inForce, {
    kind: 'exempt',
    reasons: [
      { code: 'exception', message: 'Bucket legacy is exempt through 2026-11-02 (owner data@example.com): a vendor' },
      {
        code: 'exception-ending',
        message:
          'The exception for bucket legacy (owner data@example.com) ends on 2026-11-02: from the next day the bucket is judged like every other, so make it ready or renew the exception.',
      },
    ],
    jobs: 0,
  });
  assert.deepEqual([changes(account), await account.rule(bucket)], [[], { ...SSE_S3, ...BLOCKS_SSE_C }]);
  const expired = await account.assess(eventFact(account, bucket), { policy: exception('2026-11-01') });
  assert.deepEqual(
    [expired.kind, expired.reasons.map(({ code }) => code)],
    ['repair', ['weaker-algorithm', 'exception-expired']],
  );
});

test('the ledger keeps the last fifty repairs', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('flapping');
  for (let event = 0; event < 52; event += 1) {
    // Seldom enough not to be flapping.
    account.advance(9 * 3_600);
    await account.put(bucket, SSE_S3);
    await account.assess(eventFact(account, bucket, { causeId: `event-${event}` }));
  }
  const repairs = (await account.item(bucket))?.['repairs'];
  const causes = Array.isArray(repairs) ? repairs.map((each: { causeId: string }) => each.causeId) : [];
  assert.deepEqual([causes.length, causes.at(0), causes.at(-1)], [50, 'event-2', 'event-51']);
});
