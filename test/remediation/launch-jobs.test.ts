import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DescribeJobCommand, UpdateJobStatusCommand } from '@aws-sdk/client-s3-control';
import type { Job } from '../../local/batch/job.ts';
import { queueingOf } from '../../src/aws/ledger/job-ledger.ts';
import { update, updateAll } from '../../src/aws/ledger/ledger-update.ts';
import { ResealError } from '../../src/errors.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { type JobRequest, jobKey, slotsKey } from '../../src/ledger/job-item.ts';
import type { TrackDeps } from '../../src/remediation/deps.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { aJob } from '../ledger/a-job.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION, tracking } from './guarded-account.ts';
import { write } from './objects.ts';

const BUCKET = { account: ACCOUNT, region: REGION, bucket: 'data' };
const STANDARD = aJob().standardId;

/** Jobs that wait in the ledger for the bucket data. */
async function queue(account: GuardedAccount, ...jobs: Partial<JobRequest>[]): Promise<void> {
  if (account.aws.buckets.find('data') === undefined) {
    await account.bucket('data');
    await write(account, 'data', 'object');
  }
  const { dynamoDb } = account.clients;
  await update(dynamoDb, {
    table: TABLE,
    key: bucketKey(BUCKET),
    set: { ...BUCKET, standardId: STANDARD },
    count: 'rev',
  });
  const items = jobs.map((over) => queueingOf(aJob({ keyArn: account.keyArn, ...over }), TABLE));
  assert.deepEqual(await updateAll(dynamoDb, items), []);
}

const launch = (account: GuardedAccount, over: Partial<TrackDeps> = {}) =>
  trackJob({ account: ACCOUNT }, { ...account.trackDeps, ...over });

const shut = () => Promise.reject(new ResealError('account-unreachable', 'no', { retryable: true }));

/** The tokens of S3's jobs, in the order in which it got them. */
const made = (account: GuardedAccount) => account.aws.jobs.all().map(({ request }) => request.ClientRequestToken);

const itemOf = async (account: GuardedAccount, token: string) => (await account.jobItem(token)) ?? assert.fail(token);
const slots = async ({ trackDeps }: GuardedAccount) => (await trackDeps.jobLedger.slotsOf(ACCOUNT)).toSorted();

const ended = (job: Job) => ({
  jobId: job.id,
  account: ACCOUNT,
  region: REGION,
  status: job.status,
  at: '2026-11-02T10:05:00Z',
});

test('what is queued is launched by priority and age, up to the limit of the account, and the next when one ends', async () => {
  await using account = await openGuardedAccount();
  const at = (minute: number) => `2026-11-02T09:0${minute}:00.000Z`;
  await queue(
    account,
    { token: 'old stock', priority: 10, createdAt: at(1) },
    { token: 'second drift', priority: 20, createdAt: at(3) },
    { token: 'first drift', priority: 20, createdAt: at(2) },
    { token: 'retry', priority: 30, createdAt: at(4) },
  );
  const two = { mostActive: 2 };
  assert.deepEqual(await launch(account, two), { kind: 'launched', jobs: 2 });
  assert.deepEqual(
    [made(account), await slots(account)],
    [
      ['retry', 'first drift'],
      ['first drift', 'retry'],
    ],
  );
  assert.deepEqual(await launch(account, two), { kind: 'launched', jobs: 0 });
  const [first = assert.fail()] = await account.jobs();
  const { kind } = await trackJob(ended(first), { ...account.trackDeps, ...two });
  assert.deepEqual(
    [kind, made(account).at(-1), await slots(account)],
    ['closed', 'second drift', ['first drift', 'second drift']],
  );
  const { status, jobId, launchedAt, via, open } = await itemOf(account, 'second drift');
  assert.deepEqual(
    [status, jobId, launchedAt, open],
    ['open', account.aws.jobs.all()[2]?.id, account.now().toISOString(), 'OPEN'],
  );
  assert.deepEqual(via, await account.trackDeps.at(BUCKET).jobVia('update-encryption'));
});

test('many that launch at once make each job once, and no more than there are slots', async () => {
  await using account = await openGuardedAccount();
  await queue(account, ...Array.from({ length: 7 }, (_, at) => ({ token: `job-${at}` })));
  await Promise.allSettled(Array.from({ length: 4 }, () => launch(account, { mostActive: 3 })));
  await launch(account, { mostActive: 3 });
  assert.deepEqual([made(account).length, (await slots(account)).length], [3, 3]);
});

const THERE = { account: ACCOUNT, region: REGION };

for (const [what, dying] of [
  ['before S3 is asked', ({ jobLedger }: TrackDeps) => ({ jobLedger: { ...jobLedger, claim: died } })],
  ['with a slot', ({ at }: TrackDeps) => ({ at: () => ({ ...at(THERE), startJob: died }) })],
  ['after S3 has taken the job', ({ jobLedger }: TrackDeps) => ({ jobLedger: { ...jobLedger, open: died } })],
] as const) {
  test(`whoever launches and dies ${what} leaves one job to the next, and its slot`, async () => {
    await using account = await openGuardedAccount();
    await queue(account, { token: 'a', priority: 10 });
    await assert.rejects(launch(account, dying(account.trackDeps)), { message: 'died' });
    await queue(account, { token: 'b', priority: 30 });
    await launch(account, { mostActive: 1 });
    const first = what === 'before S3 is asked' ? 'b' : 'a';
    assert.deepEqual([made(account), await slots(account)], [[first], [first]]);
    assert.equal((await itemOf(account, first))['status'], 'open');
  });
}

async function died(): Promise<never> {
  throw new Error('died');
}

test('a job that S3 refuses for good is closed by name, its slot is free, and the next sweep asks for its objects', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'bad', keyArn: 'no-arn', priority: 30 }, { token: 'good' });
  account.aws.faults.add({ kind: 'access-denied', operation: 'CreateJob', times: 1 });
  assert.deepEqual(await launch(account, { mostActive: 1 }), { kind: 'launched', jobs: 1 });
  const { status, again, why, jobId, untried } = await itemOf(account, 'bad');
  assert.deepEqual([status, again, jobId, untried], ['refused', 'next-sweep', undefined, undefined]);
  assert.match(
    String(why),
    /^S3 Batch Operations refused the update-encryption job for SSE-S3 objects of bucket data: AccessDenied/,
  );
  assert.deepEqual((await account.item('data'))?.['undone'], new Set(['bad']));
  assert.deepEqual(await slots(account), ['good']);
});

test('a job that S3 is too busy for stays queued, is tried again, and holds up no other', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'first', priority: 30 }, { token: 'second' });
  const there = account.trackDeps.at(THERE);
  const startJob: typeof there.startJob = async (job, via) => {
    if (job.token === 'first') throw new ResealError('job-refused', 'SlowDown', { retryable: true });
    return there.startJob(job, via);
  };
  await assert.rejects(launch(account, tracking(account, { startJob })), { message: 'SlowDown' });
  assert.deepEqual(made(account), ['second']);
  assert.equal((await itemOf(account, 'first'))['status'], 'queued');
  assert.deepEqual([await launch(account), made(account)], [{ kind: 'launched', jobs: 1 }, ['second', 'first']]);
});

test('in an account that nobody can enter jobs stay queued and hold no slot', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'first' }, { token: 'second' });
  assert.deepEqual(await launch(account, tracking(account, { startJob: shut })), { kind: 'launched', jobs: 0 });
  assert.deepEqual([await slots(account), (await itemOf(account, 'first'))['via']], [[], undefined]);
});

test('an account that could not be entered is tried once more by itself, and then waits for a sweep', async () => {
  for (const [first, launched] of [[{}, ['first']] as const, [{ startJob: shut }, []] as const]) {
    await using account = await openGuardedAccount();
    await queue(account, { token: 'first' });
    await launch(account, tracking(account, { startJob: shut }));
    for (const over of [first, {}]) {
      account.advance(30);
      account.aws.clockMoved();
      await account.launch(tracking(account, over));
    }
    assert.deepEqual(made(account), launched);
  }
});

test('a job that S3 may have taken keeps its slot while nobody can enter its account', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'a' });
  const there = account.trackDeps.at(THERE);
  const lost: typeof there.startJob = async (job, via) => {
    await there.startJob(job, via);
    throw new ResealError('job-refused', 'the answer was lost', { retryable: true });
  };
  await assert.rejects(launch(account, tracking(account, { startJob: lost })), { message: 'the answer was lost' });
  await launch(account, tracking(account, { startJob: shut }));
  await queue(account, { token: 'b' });
  await launch(account, { mostActive: 1 });
  assert.deepEqual([made(account), await slots(account)], [['a'], ['a']]);
});

test('a job that somebody else takes up keeps its slot where whoever came first cannot enter its account', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'a' });
  const { jobLedger } = account.trackDeps;
  const second: { opens?: () => Promise<boolean> } = {};
  const open: typeof jobLedger.open = async (...opened) => {
    second.opens = () => jobLedger.open(...opened);
    return false;
  };
  const startJob = async () => {
    await launch(account, { jobLedger: { ...jobLedger, open } });
    throw new ResealError('account-unreachable', 'no', { retryable: true });
  };
  await launch(account, tracking(account, { startJob }));
  assert.deepEqual([made(account), await slots(account), await second.opens?.()], [['a'], ['a'], true]);
  assert.equal((await jobLedger.read('a'))?.stands, 'open');
});

test('an item that cannot be read, and a slot of no job, hold up no other job', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'odd', priority: 30 }, { token: 'held' }, { token: 'good' });
  const { dynamoDb } = account.clients;
  await update(dynamoDb, { table: TABLE, key: jobKey('odd'), set: { attempt: 'first' } });
  await update(dynamoDb, { table: TABLE, key: slotsKey(ACCOUNT), set: {}, join: { tokens: 'of nobody' } });
  assert.deepEqual(await launch(account, { mostActive: 1 }), { kind: 'launched', jobs: 0 });
  assert.deepEqual(await launch(account, { mostActive: 1 }), { kind: 'launched', jobs: 1 });
  assert.ok(account.log.some(({ message }) => message === 'job not read'));
});

test('a job for another standard than its bucket has by now is never paid for, and its objects are due again', async () => {
  await using account = await openGuardedAccount();
  const window = { createdAfter: '2026-11-01T10:00:00.000Z' };
  await queue(
    account,
    { token: 'window', standardId: 'of-before', ...window },
    { token: 'all', standardId: 'of-before' },
  );
  const { dynamoDb } = account.clients;
  await update(dynamoDb, { table: TABLE, key: bucketKey(BUCKET), set: { backfilled: 'of-before' }, count: 'rev' });
  await launch(account);
  assert.deepEqual([made(account), await slots(account)], [[], []]);
  const { status, again, why } = await itemOf(account, 'window');
  assert.deepEqual([status, again, why], ['superseded', 'no', 'bucket data has another standard now']);
  const { belowSince, belowRules, backfilled } = (await account.item('data')) ?? {};
  assert.deepEqual([belowSince, belowRules, backfilled], [window.createdAfter, [{ algorithm: 'AES256' }], undefined]);
});

test('an account without a bucket for reports has its job refused with what to do', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'a' });
  await launch(account, tracking(account, { jobVia: async () => undefined }));
  assert.match(
    String((await itemOf(account, 'a'))['why']),
    /has no bucket for reports in eu-west-1: deploy infra\/member\/region.yml there$/,
  );
});

/** A job that waits for people, as S3 has it. */
async function suspended(account: GuardedAccount): Promise<Job> {
  await queue(account, { token: 'asks', needsConfirmation: 'it costs more than the ceiling' });
  await launch(account);
  const [job = assert.fail()] = await account.jobs();
  assert.equal(job.status, 'Suspended');
  await trackJob(ended(job), account.trackDeps);
  return job;
}

test('a job that waits for people gives its slot to the next', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'next' }, { token: 'asks', priority: 30, needsConfirmation: 'why' });
  await launch(account, { mostActive: 1 });
  const [job = assert.fail()] = await account.jobs();
  await trackJob(ended(job), { ...account.trackDeps, mostActive: 1 });
  const { status, suspendedAt } = await itemOf(account, 'asks');
  assert.deepEqual([status, suspendedAt, await slots(account)], ['suspended', account.now().toISOString(), ['next']]);
});

test('a job that somebody confirms in the console takes a slot again, whatever the limit is', async () => {
  await using account = await openGuardedAccount();
  const job = await suspended(account);
  const confirm = { AccountId: ACCOUNT, JobId: job.id, RequestedJobStatus: 'Ready' } as const;
  const describeJob = async (named: { jobId: string; account: string }) => {
    const snapshot = await account.trackDeps.at(THERE).describeJob(named);
    return snapshot && { ...snapshot, status: 'Active' };
  };
  await account.clients.s3Control.send(new UpdateJobStatusCommand(confirm));
  const deps = { ...account.trackDeps, ...tracking(account, { describeJob }), mostActive: 0 };
  assert.equal((await trackJob({ ...ended(job), status: 'Active' }, deps)).kind, 'open');
  assert.deepEqual([await slots(account), (await itemOf(account, 'asks'))['status']], [['asks'], 'open']);
});

/** What somebody asks of a job by hand. */
const wish = (account: GuardedAccount, token: string, what: string) =>
  update(account.clients.dynamoDb, {
    table: TABLE,
    key: jobKey(token),
    set: { wish: { what, by: 'ada', at: '2026-11-02T11:00:00Z' } },
  });

for (const [what, status, kinds] of [
  ['confirm', 'Complete', ['open', 'closed', 'complete']],
  ['cancel', 'Cancelled', ['open', 'closed', 'cancelled']],
] as const) {
  test(`a job that waits for people is ${what}ed for whoever asked that of the ledger`, async () => {
    await using account = await openGuardedAccount();
    const { id } = await suspended(account);
    await wish(account, 'asks', what);
    const first = await trackJob({ token: 'asks' }, account.trackDeps);
    assert.equal((await itemOf(account, 'asks'))['status'], what === 'confirm' ? 'open' : 'suspended');
    const [job = assert.fail()] = await account.jobs();
    const { Job: told } = await account.clients.s3Control.send(
      new DescribeJobCommand({ AccountId: ACCOUNT, JobId: id }),
    );
    assert.deepEqual([job.status, told?.StatusUpdateReason], [status, `${what} by ada`]);
    const last = await trackJob(ended(job), account.trackDeps);
    const item = await itemOf(account, 'asks');
    assert.deepEqual([first.kind, last.kind, item['status'], item['wish']], [...kinds, undefined]);
  });
}

test('whoever dies after the end of a job was recorded leaves its slot to the next', async () => {
  await using account = await openGuardedAccount();
  const one = { ...account.trackDeps, mostActive: 1 };
  await queue(account, { token: 'first', priority: 30 }, { token: 'second' });
  await launch(account, one);
  await account.jobs();
  const close: typeof one.jobLedger.close = async (...end) => {
    await one.jobLedger.close(...end);
    return died();
  };
  const dying = tracking(account, { jobLedger: { ...one.jobLedger, close } });
  await assert.rejects(trackJob({ token: 'first' }, { ...one, ...dying }), { message: 'died' });
  assert.equal((await trackJob({ token: 'first' }, one)).kind, 'closed-before');
  assert.deepEqual(made(account), ['first', 'second']);
});

test('a job that is confirmed while S3 makes its list runs as soon as S3 would ask', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'asks', needsConfirmation: 'it costs more than the ceiling' });
  await launch(account);
  await wish(account, 'asks', 'confirm');
  const preparing = async (named: { jobId: string; account: string }) => {
    const snapshot = await account.trackDeps.at(THERE).describeJob(named);
    return snapshot && { ...snapshot, status: 'Preparing' };
  };
  const early = { ...account.trackDeps, ...tracking(account, { describeJob: preparing }) };
  await trackJob({ token: 'asks' }, early);
  const [job = assert.fail()] = await account.jobs();
  assert.equal(job.status, 'Suspended');
  await trackJob(ended(job), account.trackDeps);
  assert.deepEqual([(await account.jobs())[0]?.status, await slots(account)], ['Complete', ['asks']]);
});

test('a confirmation that comes while S3 is asked for the job is kept until S3 asks', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'asks', needsConfirmation: 'it costs more than the ceiling' });
  await wish(account, 'asks', 'confirm');
  const { jobLedger } = account.trackDeps;
  const read: typeof jobLedger.read = async (token) => {
    const item = await jobLedger.read(token);
    // Another invocation launches it now.
    await launch(account);
    return item;
  };
  await trackJob({ token: 'asks' }, { ...account.trackDeps, jobLedger: { ...jobLedger, read } });
  const [job = assert.fail()] = await account.jobs();
  await trackJob(ended(job), account.trackDeps);
  assert.equal((await account.jobs())[0]?.status, 'Complete');
});

test('a job that is to be cancelled while S3 is asked for it is cancelled as soon as S3 has it', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'no' });
  const { startJob } = account.trackDeps.at(THERE);
  await assert.rejects(launch(account, tracking(account, { startJob: died })), { message: 'died' });
  await wish(account, 'no', 'cancel');
  const asked: string[] = [];
  const updateJob = async (_: unknown, to: string) => void asked.push(to);
  const describeJob = async (named: { jobId: string; account: string }) => {
    const snapshot = await account.trackDeps.at(THERE).describeJob(named);
    return snapshot && { ...snapshot, status: 'Active' };
  };
  const running = tracking(account, { startJob, updateJob, describeJob });
  await trackJob({ token: 'no' }, { ...account.trackDeps, ...running });
  await account.launch(running);
  assert.deepEqual([asked, (await itemOf(account, 'no'))['wish']], [['Cancelled'], undefined]);
});

test('a queued job is cancelled without S3, and one whose people were asked before is launched without them', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'no' }, { token: 'yes', needsConfirmation: 'why' });
  await wish(account, 'no', 'cancel');
  assert.equal((await trackJob({ token: 'no' }, { ...account.trackDeps, mostActive: 0 })).kind, 'closed');
  const { status, why, again } = await itemOf(account, 'no');
  assert.deepEqual([status, why, again], ['cancelled', 'cancelled by ada before it was launched', 'next-sweep']);
  await wish(account, 'yes', 'confirm');
  await trackJob({ token: 'yes' }, account.trackDeps);
  assert.deepEqual([made(account), account.aws.jobs.all()[0]?.request.ConfirmationRequired], [['yes'], false]);
});

test('what a sweep or somebody asks for again is queued as the next attempt, once', async () => {
  await using account = await openGuardedAccount();
  await queue(account, { token: 'a', keyArn: account.keyArn });
  account.aws.faults.add({ kind: 'access-denied', operation: 'CreateJob', times: 1 });
  await launch(account);
  assert.equal(made(account).length, 0);
  await trackJob({ token: 'a', again: true }, account.trackDeps);
  await trackJob({ token: 'a', again: true }, account.trackDeps);
  const [token = ''] = made(account);
  const { attempt, retryOf, status } = await itemOf(account, token);
  assert.deepEqual([made(account).length, attempt, retryOf, status], [1, 1, 'a', 'open']);
  const { again, nextToken } = await itemOf(account, 'a');
  assert.deepEqual([again, nextToken, (await account.item('data'))?.['undone']], ['now', token, undefined]);
});
