import assert from 'node:assert/strict';
import { createKeyRange } from '../../src/aws/bucket/key-range.ts';
import { createObjectHead } from '../../src/aws/bucket/object-head.ts';
import { queueingOf } from '../../src/aws/ledger/job-ledger.ts';
import { itemsUnder } from '../../src/aws/ledger/items-under.ts';
import { update, updateAll } from '../../src/aws/ledger/ledger-update.ts';
import { createPieceTable } from '../../src/aws/ledger/piece-table.ts';
import { createAbortUnfinished } from '../../src/aws/object/abort-upload.ts';
import { createObjectCopier } from '../../src/aws/object/object-copier.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import type { JobRequest } from '../../src/ledger/job-item.ts';
import { type PieceName, readPiece } from '../../src/ledger/piece-item.ts';
import type { ReencryptDeps, ReencryptPlace, TrackDeps } from '../../src/remediation/deps.ts';
import { type ReencryptOutcome, reencryptObject } from '../../src/remediation/reencrypt-object.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { aJob } from '../ledger/a-job.ts';
import { ACCOUNT, type GuardedAccount, REGION } from './guarded-account.ts';
import { write } from './objects.ts';

/** A bucket with these objects, and a queued job that Reseal runs itself. */
export async function queuedOwn(
  account: GuardedAccount,
  keys: readonly string[],
  { bucket = 'data', ...over }: Partial<JobRequest> = {},
): Promise<JobRequest> {
  const Bucket = await account.bucket(bucket);
  for (const key of keys) await write(account, Bucket, key);
  const job = aJob({
    token: `of-${bucket}`,
    bucket,
    objectClass: 'any',
    method: 'own-copy',
    own: { does: ['update-encryption', 'copy', 'own-copy'] },
    keyArn: account.keyArn,
    ...over,
  });
  const place = { account: ACCOUNT, region: REGION, bucket };
  const { standardId } = job;
  const standing = { ...place, standardId };
  await update(account.clients.dynamoDb, { table: TABLE, key: bucketKey(place), set: standing, count: 'rev' });
  assert.deepEqual(await updateAll(account.clients.dynamoDb, [queueingOf(job, TABLE)]), []);
  return job;
}

/** Pages of so few keys. */
export function smallPages({ told }: GuardedAccount, atMost: number): Pick<ReencryptPlace, 'keyRange'> {
  const keyRange = createKeyRange(told.s3);
  return { keyRange: (range) => keyRange({ atMost, ...range }) };
}

/** The items of a job beside its own: what is worked on, and what is named as failed. */
export async function piecesOf({ clients }: GuardedAccount, token: string) {
  const items = itemsUnder(clients.dynamoDb, TABLE, { pk: `JOB#${token}`, sk: '' });
  const beside = await Array.fromAsync(items);
  return beside.filter(({ sk }) => sk !== 'JOB').map((item) => ({ sk: String(item['sk']), ...readPiece(item) }));
}

type Message = (PieceName & { delaySeconds?: number }) | { close: string };

/** What stands around everything that a story does to a queue. */
type AroundSend = (operation: string, send: () => Promise<void>) => Promise<void>;

/** The jobs that Reseal runs itself in a guarded account: their messages wait here until `work` hands them out. */
export function ownJobs(
  account: GuardedAccount,
  over: Partial<ReencryptPlace> = {},
  around: AroundSend = (_, send) => send(),
) {
  const { s3, dynamoDb } = account.told;
  const { now } = account.trackDeps;
  const waiting: Message[] = [];
  const timeLeftMs = () => 600_000;
  const copy = createObjectCopier({ s3: () => s3, s3Once: () => s3 }, now);
  let owners = 0;
  const trackDeps: TrackDeps = {
    ...account.trackDeps,
    sendPieces: async (_, pieces) => {
      const names = await Array.fromAsync(pieces, ({ token, id }) => ({ token, id }));
      await around('SendPieces', async () => void waiting.push(...names));
    },
  };
  const deps: ReencryptDeps = {
    at: () => ({
      keyRange: createKeyRange(s3),
      readObject: createObjectHead(s3, now),
      copyObject: (task) => copy(task, { timeLeftMs }),
      abortUnfinished: createAbortUnfinished(s3),
      ...over,
    }),
    jobLedger: account.trackDeps.jobLedger,
    readBucket: account.trackDeps.readBucket,
    pieces: createPieceTable(dynamoDb, TABLE),
    sendPieces: async (_, pieces, delaySeconds) =>
      around(
        'SendPieces',
        async () => void waiting.push(...pieces.map(({ token, id }) => ({ token, id, delaySeconds }))),
      ),
    askToClose: async ({ token }) => around('AskToClose', async () => void waiting.push({ close: token })),
    timeLeftMs,
    now,
    newOwner: () => `worker-${(owners += 1)}`,
  };
  const handle = (message: Message): Promise<ReencryptOutcome | undefined> =>
    'close' in message
      ? trackJob({ token: message.close }, trackDeps).then(() => undefined)
      : reencryptObject(message, deps);
  return {
    trackDeps,
    deps,
    waiting,
    handle,
    launch: () => trackJob({ account: ACCOUNT }, trackDeps),
    ask: (token: string) => trackJob({ token }, trackDeps),
    /** Handles every message that waits, and those that come of them. */
    async work(): Promise<ReencryptOutcome[]> {
      const outcomes: ReencryptOutcome[] = [];
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const outcome = await handle(next);
        if (outcome !== undefined) outcomes.push(outcome);
      }
      return outcomes;
    },
  };
}
