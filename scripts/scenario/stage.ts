import type { LocalAws } from '../../local/start-local.ts';
import type { SeededObject } from './before-reseal.ts';
import type { ObjectVersion } from './objects/object-version.ts';
import type { Place } from './place.ts';
import type { Counts } from '../progress.ts';

/** What a deployed stack is called in one place. */
export interface Deployed {
  ledgerTable: string;
  reportsBucket: string;
  sweepFunction: string;
  /** The URL of the queue of the buckets that are to be judged by a sweep. */
  sweepQueue: string;
  /** The name of the rule that asks for open jobs from time to time. */
  openJobsRule: string;
}

export const NOT_DEPLOYED: Deployed = {
  ledgerTable: '',
  reportsBucket: '',
  sweepFunction: '',
  sweepQueue: '',
  openJobsRule: '',
};

/** A role of an account for one service principal, with the statements of its policy. */
export interface ServiceRole {
  account: string;
  name: string;
  service: string;
  statements: object[];
}

/** An event on its way to Reseal: a call by its name, or the end of a job, and the bucket that it is about. */
export interface StageEvent {
  name: string;
  bucket: string;
}

/** The embedded AWS as the scenario needs it beyond its endpoint. */
export interface Stage {
  endpoint: string;
  /** Where the packaged templates are. */
  packageFolder: string;
  /** What people do in the console of the organization. */
  organization: LocalAws['organization'];
  /** Makes the keys and aliases that the policy names. */
  makeKeys(place: Place): Promise<void>;
  deploy(place: Place): Promise<Deployed>;
  seed(object: SeededObject): void;
  /** Every version that a bucket has, as it is kept: what no API shows, the bytes at rest, too. */
  stored(bucket: string): ObjectVersion[];
  /** From now on these events reach no rule. It is asked once for each event that is about a bucket. */
  loseEvents(isLost: (event: StageEvent) => boolean): void;
  /** The time of a schedule has come. */
  fire(place: Place, rule: string): void;
  /** So many hours go by at once; schedules that come due in them fire. */
  later(hours: number): Promise<void>;
  /** Makes a role that a service may assume, and answers its ARN. */
  makeRole(role: ServiceRole): string;
  /** Resolves when no message is waiting, no function runs and no job is unfinished. */
  idle(): Promise<void>;
  /** The same; until then nothing waits for the settle delay. */
  settle(): Promise<void>;
  counts(): Counts;
  /** How many Batch jobs there were. */
  jobs(): number;
  /** How many of them were under way at once, at most, in an account: those that wait for a person do not count. */
  mostJobs(): number;
}
