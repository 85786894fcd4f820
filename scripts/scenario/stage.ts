import type { LocalAws } from '../../local/start-local.ts';
import type { UnencryptedObject } from './before-reseal.ts';
import type { Place } from './place.ts';
import type { Counts } from '../progress.ts';

/** What a deployed stack is called in one place. */
export interface Deployed {
  ledgerTable: string;
  reportsBucket: string;
  sweepFunction: string;
}

/** A role of an account for one service principal, with the statements of its policy. */
export interface ServiceRole {
  account: string;
  name: string;
  service: string;
  statements: object[];
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
  seed(object: UnencryptedObject): void;
  /** Makes a role that a service may assume, and answers its ARN. */
  makeRole(role: ServiceRole): string;
  /** Resolves when no message is waiting, no function runs and no job is unfinished. */
  idle(): Promise<void>;
  /** The same; until then nothing waits for the settle delay. */
  settle(): Promise<void>;
  counts(): Counts;
  /** How many Batch jobs there were. */
  jobs(): number;
}
