import type { OrganizationReader } from '../aws/ledger/organization-reader.ts';
import { toPerson } from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import type { OrganizationSweep } from '../ledger/sweep-item.ts';
import { addToTally, emptyTally, type Tally, type Tallied } from '../ledger/tally.ts';

/** How far a sweep is. */
export interface SweepProgress {
  sweep: OrganizationSweep;
  /** Accounts that have ended; their number in all is the sweep's. */
  accountsDone: number;
  /** Buckets that were sent to be judged so far. */
  sent: number;
  /** Messages that wait in the queue of sweeps, those of other sweeps and of later tries among them. */
  waiting: number;
  /** The buckets whose last look was of this sweep, and its jobs. */
  tally: Tally;
  /** How long the ledger took to be read. */
  scanMs: number;
}

export interface SweepProgressDeps extends Pick<OrganizationReader, 'sweeps' | 'accountsOf'> {
  scan: (take: (each: Tallied) => void) => Promise<void>;
  /** How much is in the queue of sweeps. */
  waiting: () => Promise<number>;
  now: () => Date;
}

/**
 * Reads sweeps of the organization. Throws ResealError no-sweep, naming the newest sweeps, or unreadable: retryable where the network or AWS may answer
 * later.
 */
export function createSweepProgress(deps: SweepProgressDeps) {
  return {
    /** The id of the sweep that is asked for, or of the newest. */
    find: (id: string | undefined) => told(async () => (await findSweep(id, deps)).sweep),
    /** How far it is now. */
    read: (id: string) => told(async () => progressOf(await findSweep(id, deps), deps)),
    /** Those that go on, the newest first. */
    unfinished: () => told(async () => goingOn((await deps.sweeps()).items, deps.now())),
  };
}

/** So long MembershipQueue keeps what a sweep goes on with (infra/queues.yml): one that has not ended by then never does. */
const KEPT_MS = 4 * 24 * 3_600_000;

export function goingOn(sweeps: readonly OrganizationSweep[], now: Date): OrganizationSweep[] {
  return sweeps.filter(({ at, endedAt }) => endedAt === undefined && now.getTime() - Date.parse(at) < KEPT_MS);
}

const NEWEST = 5;

async function findSweep(id: string | undefined, { sweeps, now }: SweepProgressDeps): Promise<OrganizationSweep> {
  const { items } = await sweeps();
  const found = id === undefined ? items[0] : items.find(({ sweep }) => sweep === id);
  if (found !== undefined) return found;
  if (items.length === 0)
    throw new ResealError('no-sweep', 'the ledger knows no sweep of the organization yet: reseal backfill begins one');
  const open = new Set(goingOn(items, now()));
  const newest = items.slice(0, NEWEST).map((each) => {
    const goes = open.has(each) ? ', goes on' : each.endedAt === undefined ? ', never ended' : '';
    return `${each.sweep} of ${each.at}${goes}`;
  });
  throw new ResealError('no-sweep', `there is no sweep ${id}; the newest are: ${newest.join('; ')}`);
}

const RIGHTS =
  'dynamodb:Query and dynamodb:Scan on the table of the ledger, kms:Decrypt on its key, cloudformation:ListStackResources on the stack and sqs:GetQueueAttributes on its queues';

const told = <T>(ask: () => Promise<T>) => toPerson(ask, { failed: 'the sweep could not be followed', rights: RIGHTS });

/** What is read first is never newer than what is read later, so that nothing is taken for done that is not. */
async function progressOf(sweep: OrganizationSweep, deps: SweepProgressDeps): Promise<SweepProgress> {
  const { sweep: id } = sweep;
  const { items: accounts } = await deps.accountsOf(id);
  const waiting = await deps.waiting();
  const tally = emptyTally();
  const began = deps.now().getTime();
  await deps.scan((each) => {
    if (each.kind !== 'odd' && each.item.causeId === id) addToTally(tally, each, '');
  });
  const ended = accounts.filter(({ endedAt }) => endedAt !== undefined).length;
  return {
    sweep,
    // After a crash one may be counted twice.
    accountsDone: Math.min(
      sweep.accounts ?? ended,
      sweep.endedAt === undefined ? Math.max(sweep.accountsDone, ended) : Infinity,
    ),
    sent: sweep.endedAt === undefined ? accounts.reduce((sum, { buckets }) => sum + buckets, 0) : sweep.buckets,
    waiting,
    tally,
    scanMs: deps.now().getTime() - began,
  };
}
