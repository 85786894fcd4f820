import { failureOf, whyOf } from '../aws/sdk/service-error.ts';
import type { HubStack } from '../aws/stack/hub-stack.ts';
import type { OrganizationReader, ReadItems } from '../aws/ledger/organization-reader.ts';
import { DEAD_LETTER_QUEUES, type DeadLetterQueue } from '../intake/replay-request.ts';
import type { AccountItem } from '../ledger/account-item.ts';
import type { PlaceItem } from '../ledger/place-item.ts';
import type { OrganizationSweep } from '../ledger/sweep-item.ts';
import { addToTally, emptyTally, type Tally, type Tallied } from '../ledger/tally.ts';
import { present } from '../present.ts';

/** What the ledger and the queues of a hub say of the organization; a member is absent where it could not be read. */
export interface Overview {
  at: string;
  hub: HubStack;
  accounts?: AccountItem[];
  places?: PlaceItem[];
  /** The newest first. */
  sweeps?: OrganizationSweep[];
  tally?: Tally;
  /** By dead-letter queue. */
  deadLetters?: Map<DeadLetterQueue, number>;
  /** What could not be read, why, and what to allow. */
  unread: string[];
  /** Items of the ledger that this version cannot read. */
  odd: number;
}

export interface OverviewDeps extends Omit<OrganizationReader, 'accountsOf'> {
  hub: HubStack;
  scan: (take: (each: Tallied) => void) => Promise<void>;
  /** URLs of the stack's queues, by their names in the template. */
  queues: () => Promise<ReadonlyMap<string, string>>;
  depth: (url: string) => Promise<number>;
  now: () => Date;
}

/** For so long a job that did not end well is news. */
const JOB_DAYS = 14;

/** Reads all of it at once. What cannot be read costs nothing else. */
export async function readOverview(deps: OverviewDeps): Promise<Overview> {
  const { hub, now } = deps;
  const at = now();
  const unread: string[] = [];
  const noted = async <T>(what: string, action: string, reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      const allow = failureOf(error) === 'denied' ? `: allow ${action}` : '';
      unread.push(`${what} could not be read (${whyOf(error)})${allow}`);
      return undefined;
    }
  };
  const items = <T>(what: string, reading: Promise<ReadItems<T>>) =>
    noted(what, 'dynamodb:Query on the table of the ledger, and kms:Decrypt on its key', reading);
  const [accounts, places, sweeps, tally, deadLetters] = await Promise.all([
    items('the accounts', deps.accounts()),
    items('the Regions of the accounts', deps.places()),
    items('the sweeps', deps.sweeps()),
    noted(
      'buckets and jobs',
      'dynamodb:Scan on the table of the ledger, and kms:Decrypt on its key',
      tallyOf(deps, at),
    ),
    noted(
      'the dead letters',
      'cloudformation:ListStackResources on the stack, and sqs:GetQueueAttributes on its queues',
      lettersOf(deps),
    ),
  ]);
  const odd = [accounts, places, sweeps, tally].reduce((sum, each) => sum + (each?.odd ?? 0), 0);
  return {
    at: at.toISOString(),
    hub,
    unread: unread.toSorted(),
    odd,
    ...present({ accounts: accounts?.items, places: places?.items, sweeps: sweeps?.items, tally, deadLetters }),
  };
}

async function tallyOf({ scan }: OverviewDeps, at: Date): Promise<Tally> {
  const since = new Date(at.getTime() - JOB_DAYS * 86_400_000).toISOString();
  const tally = emptyTally();
  await scan((each) => addToTally(tally, each, since));
  return tally;
}

/** The dead-letter queues, as infra/queues.yml names them. */
export const QUEUE_NAMES: Readonly<Record<DeadLetterQueue, string>> = {
  assess: 'AssessDeadLetters',
  sweep: 'SweepDeadLetters',
  job: 'JobDeadLetters',
  object: 'ObjectDeadLetters',
  run: 'SweepRunDeadLetters',
  rule: 'RuleDeadLetters',
  announce: 'AnnounceDeadLetters',
};

async function lettersOf({ queues, depth }: OverviewDeps): Promise<Map<DeadLetterQueue, number>> {
  const urls = await queues();
  const counts = DEAD_LETTER_QUEUES.map(async (queue) => {
    const url = urls.get(QUEUE_NAMES[queue]);
    return [queue, url === undefined ? 0 : await depth(url)] as const;
  });
  return new Map(await Promise.all(counts));
}
