import { AwsError } from '../errors.ts';
import { isTerminal, type Job } from './job.ts';

/** Terminal jobs are visible for 90 days (User Guide "Managing S3 Batch Operations jobs"). */
const VISIBLE_MS = 90 * 24 * 60 * 60 * 1000;

/** A job and the request that its token stands for. */
interface Claim {
  readonly job: Job;
  readonly fingerprint: string;
}

/** All jobs, per account and Region, in the order of their creation. */
export class Jobs {
  readonly #byId = new Map<string, Job>();
  readonly #open = new Set<Job>();
  readonly #byToken = new Map<string, Claim>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  add(job: Job, fingerprint: string): void {
    this.#byId.set(job.id, job);
    this.#open.add(job);
    this.#byToken.set(tokenKey(job.accountId, job.region, job.request.ClientRequestToken), { job, fingerprint });
  }

  /** The job that a ClientRequestToken has made already. How long AWS remembers one is not documented; here: as long as the process. */
  claimed(accountId: string, region: string, token: string | undefined): Claim | undefined {
    return this.#byToken.get(tokenKey(accountId, region, token));
  }

  /** Throws NotFoundException for a job that is not there, or not any more. */
  require(id: string | undefined, accountId: string, region: string): Job {
    const job = this.#byId.get(id ?? '');
    if (job === undefined || job.accountId !== accountId || job.region !== region || !this.#isVisible(job)) {
      throw new AwsError('NotFoundException', `The specified job does not exist: ${id}`, 404);
    }
    return job;
  }

  /** Newest first. */
  list(accountId: string, region: string): Job[] {
    return this.all()
      .filter((job) => job.accountId === accountId && job.region === region && this.#isVisible(job))
      .reverse();
  }

  /** Every job of every account and Region, oldest first: for a progress display, not for the API. */
  all(): Job[] {
    return [...this.#byId.values()];
  }

  /** The jobs of an account, over all Regions, that have not ended. */
  open(accountId: string): Job[] {
    for (const job of this.#open) if (isTerminal(job.status)) this.#open.delete(job);
    return [...this.#open].filter((job) => job.accountId === accountId);
  }

  /** The accounts that have such jobs. */
  accounts(): string[] {
    return [...new Set([...this.#open].map((job) => job.accountId))];
  }

  #isVisible(job: Job): boolean {
    return (
      !isTerminal(job.status) ||
      job.terminatedAt === undefined ||
      this.#now().getTime() - job.terminatedAt.getTime() < VISIBLE_MS
    );
  }
}

function tokenKey(accountId: string, region: string, token: string | undefined): string {
  return `${accountId}/${region}/${token ?? ''}`;
}
