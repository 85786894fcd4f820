import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketTaggingCommand, PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import type { Outcome } from '../../src/remediation/look.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { told } from './others.ts';

const TAG = 'reseal-exempt-until';
const ALLOWED = `arn:aws:iam::${ACCOUNT}:role/security-admin`;
const OTHER = `arn:aws:iam::${ACCOUNT}:role/team`;
const SET_BY = 'arn:aws:iam::*:role/security-admin';
const UNTIL = '2026-12-24';
const policy = policyWith({ exceptionRequests: { tag: TAG, setBy: [SET_BY], maxDays: 90 } });

const tagsOf = (value?: string) => [
  { key: 'team', value: 'payments' },
  ...(value === undefined ? [] : [{ key: TAG, value }]),
];

/** Somebody sets the tags of the bucket, and the event of it arrives. */
async function tagged(
  account: GuardedAccount,
  actor: string,
  value?: string,
  over: Partial<BucketTrigger> = {},
): Promise<Outcome> {
  await setTags(account, value);
  const trigger = eventFact(account, 'data', { cause: 'tagged', actor, tags: tagsOf(value), ...over });
  account.advance(60);
  return account.assess(trigger, { policy });
}

async function setTags(account: GuardedAccount, value?: string): Promise<void> {
  const TagSet = tagsOf(value).map(({ key, value: text }) => ({ Key: key, Value: text }));
  await account.clients.s3.send(new PutBucketTaggingCommand({ Bucket: 'data', Tagging: { TagSet } }));
}

/** How the bucket is judged without another event of its tags. */
const judged = (account: GuardedAccount) => account.assess(sweepFact(account, 'data', { observe: true }), { policy });

async function open(): Promise<GuardedAccount> {
  const account = await openGuardedAccount();
  await account.bucket('data');
  return account;
}

test('a tag that was set by whom the policy lets puts an exception in force, until its day is over', async () => {
  await using account = await open();
  const outcome = await tagged(account, ALLOWED, UNTIL);
  assert.deepEqual(outcome, {
    kind: 'exempt',
    reasons: [
      {
        code: 'exception',
        message: `Bucket data is exempt through ${UNTIL} (owner ${ALLOWED}): the tag ${TAG} asks for it`,
      },
    ],
    jobs: 0,
  });
  assert.deepEqual((await account.item('data'))?.['exceptionTag'], {
    value: UNTIL,
    actor: ALLOWED,
    at: '2026-11-02T10:00:00Z',
    causeId: 'event-of-tagged',
  });
  assert.equal((await judged(account)).kind, 'exempt');
  account.advance(53 * 24 * 3_600);
  assert.deepEqual(told(await judged(account)), ['repair', ['weaker-algorithm', 'exception-expired']]);
});

test('a tag that was set by anybody else is not honoured, and who set it is named', async () => {
  await using account = await open();
  const outcome = await tagged(account, OTHER, UNTIL);
  assert.deepEqual(told(outcome), ['repair', ['weaker-algorithm', 'exception-request-not-allowed']]);
  assert.equal(
    outcome.reasons.at(-1)?.message,
    `The tag ${TAG} of bucket data was set by ${OTHER}, and the policy allows only ${ALLOWED}: let one of them remove it and set it again.`,
  );
  assert.equal((await account.rule('data'))?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID, account.keyArn);
});

test('a tag of which no event told who set it is not honoured', async () => {
  await using account = await open();
  await setTags(account, UNTIL);
  assert.deepEqual(told(await judged(account)), ['repair', ['weaker-algorithm', 'exception-request-unproven']]);
  const { actor: _, ...nobody } = eventFact(account, 'data', { cause: 'tagged', tags: tagsOf(UNTIL), observe: true });
  assert.deepEqual(told(await account.assess(nobody, { policy })), [
    'repair',
    ['weaker-algorithm', 'exception-request-unproven'],
  ]);
});

test('a later value that nobody is known to have set does not borrow the proof of an earlier one', async () => {
  await using account = await open();
  await tagged(account, ALLOWED, UNTIL);
  await setTags(account, '2027-01-15');
  assert.deepEqual(told(await judged(account)), ['repair', ['weaker-algorithm', 'exception-request-unproven']]);
});

test('a late event of an earlier time does not take the place of a newer one, unless it had set that value already', async () => {
  await using account = await open();
  const earlier = account.now().toISOString();
  account.advance(3_600);
  assert.equal((await tagged(account, ALLOWED, UNTIL)).kind, 'exempt');
  const late = (value: string) =>
    eventFact(account, 'data', { cause: 'tagged', actor: OTHER, tags: tagsOf(value), at: earlier });
  assert.equal((await account.assess(late('2026-12-20'), { policy })).kind, 'exempt');
  assert.partialDeepStrictEqual((await account.item('data'))?.['exceptionTag'], { actor: ALLOWED });
});

test('an allowed principal does not vouch for what somebody else had set, in whatever order that is heard of', async () => {
  for (const isLate of [false, true]) {
    await using account = await open();
    await setTags(account, UNTIL);
    const at = account.now().toISOString();
    const first = eventFact(account, 'data', { cause: 'tagged', actor: OTHER, tags: tagsOf(UNTIL), at, observe: true });
    account.advance(60);
    const also = [...tagsOf(UNTIL), { key: 'cost-centre', value: '7' }];
    const second = eventFact(account, 'data', { cause: 'tagged', actor: ALLOWED, tags: also, observe: true });
    account.advance(60);
    const outcomes = [];
    for (const trigger of isLate ? [second, first] : [first, second]) {
      outcomes.push(told(await account.assess(trigger, { policy })));
      account.advance(60);
    }
    assert.deepEqual(outcomes.at(-1), ['repair', ['weaker-algorithm', 'exception-request-not-allowed']]);
  }
});

test('a bucket that was looked at before the policy spoke of the tag has no first event that could be believed', async () => {
  await using account = await open();
  await setTags(account, UNTIL);
  await account.assess(sweepFact(account, 'data', { observe: true }));
  account.advance(60);
  const outcome = await tagged(account, ALLOWED, UNTIL, { observe: true });
  assert.deepEqual(told(outcome), ['repair', ['weaker-algorithm', 'exception-request-unproven']]);
  account.advance(60);
  assert.equal((await tagged(account, ALLOWED, undefined, { observe: true })).kind, 'repair');
  account.advance(60);
  assert.equal((await tagged(account, ALLOWED, UNTIL)).kind, 'exempt');
});

for (const unreadable of [false, true]) {
  test(`a look that finds no tag ends what somebody vouched for${unreadable ? ', also where the verdict needs what cannot be read' : ''}`, async () => {
    await using account = await open();
    assert.equal((await tagged(account, ALLOWED, UNTIL)).kind, 'exempt');
    await setTags(account);
    account.advance(60);
    if (unreadable) account.aws.faults.add({ kind: 'access-denied', operation: 'DescribeKey' });
    assert.equal((await judged(account)).kind, unreadable ? 'unreadable' : 'repair');
    account.aws.faults.clear();
    assert.partialDeepStrictEqual((await account.item('data'))?.['exceptionTag'], { value: '', actor: '' });
    account.advance(60);
    const outcome = await tagged(account, OTHER, UNTIL, { observe: true });
    assert.deepEqual(told(outcome), ['repair', ['weaker-algorithm', 'exception-request-not-allowed']]);
  });
}

test('where the tag is taken away in the second in which it was set, nobody vouches for it', async () => {
  await using account = await open();
  const at = account.now().toISOString();
  assert.equal((await tagged(account, ALLOWED, UNTIL, { at })).kind, 'exempt');
  const gone = eventFact(account, 'data', { cause: 'tagged', actor: OTHER, tags: [], at, observe: true });
  assert.deepEqual(told(await account.assess(gone, { policy })), [
    'repair',
    ['weaker-algorithm', 'exception-request-unproven'],
  ]);
});

test('a new bucket may be tagged before anybody has looked at it', async () => {
  await using account = await open();
  await setTags(account, UNTIL);
  const event = eventFact(account, 'data', { cause: 'tagged', actor: ALLOWED, tags: tagsOf(UNTIL) });
  account.advance(60);
  await account.assess(eventFact(account, 'data', { cause: 'created', observe: true }), { policy });
  assert.equal((await account.assess(event, { policy })).kind, 'exempt');
});

test('TagResource names the tags that it sets, and says nothing of the others', async () => {
  await using account = await open();
  const some = { someTags: true } as const;
  assert.equal((await tagged(account, ALLOWED, UNTIL, { ...some, tags: [{ key: TAG, value: UNTIL }] })).kind, 'exempt');
  account.advance(60);
  assert.equal((await tagged(account, OTHER, UNTIL, { ...some, tags: [{ key: 'team', value: 'b' }] })).kind, 'exempt');
  account.advance(60);
  const removed = await tagged(account, OTHER, undefined, { ...some, tags: [{ key: TAG, value: '' }], observe: true });
  assert.equal(removed.kind, 'repair');
  assert.partialDeepStrictEqual((await account.item('data'))?.['exceptionTag'], { value: '', actor: OTHER });
});

test('whoever gives the tag another value is who set it', async () => {
  await using account = await open();
  assert.equal((await tagged(account, ALLOWED, UNTIL)).kind, 'exempt');
  const outcome = await tagged(account, OTHER, '2026-12-20');
  assert.deepEqual(told(outcome), ['repair', ['weaker-algorithm', 'exception-request-not-allowed']]);
});

test('whoever writes the same value again among other tags takes nothing from who set it', async () => {
  await using account = await open();
  assert.equal((await tagged(account, ALLOWED, UNTIL)).kind, 'exempt');
  account.advance(60);
  assert.equal((await tagged(account, OTHER, UNTIL)).kind, 'exempt');
  assert.partialDeepStrictEqual((await account.item('data'))?.['exceptionTag'], { actor: ALLOWED });
});

test('a value that somebody else set is honoured once an allowed principal has taken it away and set it', async () => {
  await using account = await open();
  await tagged(account, OTHER, UNTIL, { observe: true });
  account.advance(60);
  assert.equal((await tagged(account, ALLOWED, UNTIL, { observe: true })).kind, 'repair');
  account.advance(60);
  await tagged(account, ALLOWED, undefined, { observe: true });
  account.advance(60);
  assert.equal((await tagged(account, ALLOWED, UNTIL)).kind, 'exempt');
});

test('the tag of a bucket that cannot be read is remembered all the same', async () => {
  await using account = await open();
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption', times: 1 });
  assert.equal((await tagged(account, ALLOWED, UNTIL)).kind, 'exempt');
});

test('a tag that is taken away ends its exception, and once it is there again somebody must have set it', async () => {
  await using account = await open();
  await tagged(account, ALLOWED, UNTIL);
  await account.clients.s3.send(new DeleteBucketTaggingCommand({ Bucket: 'data' }));
  const gone = eventFact(account, 'data', { cause: 'tagged', actor: OTHER, tags: [] });
  assert.equal((await account.assess({ ...gone, observe: true }, { policy })).kind, 'repair');
  assert.partialDeepStrictEqual((await account.item('data'))?.['exceptionTag'], { value: '', actor: OTHER });
  await setTags(account, UNTIL);
  assert.deepEqual(told(await judged(account)), ['repair', ['weaker-algorithm', 'exception-request-unproven']]);
});

test('a tag asks for no longer than the policy lets it', async () => {
  await using account = await open();
  const outcome = await tagged(account, ALLOWED, '2027-06-01', { observe: true });
  assert.deepEqual(told(outcome), ['repair', ['weaker-algorithm', 'exception-request-too-long']]);
});

test('tags that cannot be read leave the bucket as it is', async () => {
  await using account = await open();
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketTagging' });
  const before = await account.rule('data');
  assert.deepEqual(told(await account.assess(sweepFact(account, 'data'), { policy })), [
    'unreadable',
    ['tags-unreadable'],
  ]);
  assert.deepEqual(await account.rule('data'), before);
});

test('where the policy speaks of no tag, events of tags are ignored without an AWS call', async () => {
  await using account = await open();
  const trigger = eventFact(account, 'data', { cause: 'tagged', actor: ALLOWED, tags: tagsOf(UNTIL) });
  assert.deepEqual(told(await account.assess(trigger)), ['ignored', ['tags-not-asked']]);
  assert.deepEqual([account.operations(), await account.item('data')], [[], undefined]);
});

test('what a look says of the tag never takes the place of what was heard while it was taken', async () => {
  await using account = await open();
  await tagged(account, ALLOWED, UNTIL);
  account.advance(60);
  const heard = { tag: TAG, said: [{ at: '2026-11-02T10:01:30Z', causeId: 'e', actor: OTHER, value: '' }] };
  let isHeard = false;
  const read: typeof account.deps.ledger.read = async (id) => {
    const item = await account.deps.ledger.read(id);
    if (!isHeard)
      await account.deps.ledger.settle(id, { set: { tagHistory: heard }, remove: [] }, { kind: 'read', rev: item.rev });
    isHeard = true;
    return item;
  };
  const ledger = { ...account.deps.ledger, read };
  const outcome = await account.assess(sweepFact(account, 'data', { observe: true }), { policy, ledger });
  assert.deepEqual(told(outcome), ['repair', ['weaker-algorithm', 'exception-request-unproven']]);
});

test('being tagged is no drift', async () => {
  await using account = await open();
  await tagged(account, OTHER, UNTIL, { observe: true });
  const { belowSince, lastDrift } = (await account.item('data')) ?? {};
  assert.deepEqual({ belowSince, lastDrift }, { belowSince: undefined, lastDrift: undefined });
});
