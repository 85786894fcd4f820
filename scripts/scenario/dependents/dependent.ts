import type { PlaceClients } from '../endpoint.ts';
import type { Place } from '../place.ts';
import type { Written } from '../put-objects.ts';
import type { Stage } from '../stage.ts';
import type { Wanted } from '../wanted.ts';

/** A bucket, its account and another account that has to do with it. */
export interface Setting {
  bucket: string;
  place: Place;
  owner: PlaceClients;
  partnerAccount: string;
  partner: PlaceClients;
  wanted: Wanted;
  stage: Pick<Stage, 'endpoint' | 'makeRole' | 'idle'>;
}

/** Before Reseal comes everything must work; after it, it must work still. */
export type Round = 'before' | 'after';

/** A service, an account or a visitor that uses a bucket: what a wrong repair would break. */
export interface Dependent {
  /** What it does, in words that "no longer works" can follow. */
  does: string;
  /** Lets it use the bucket, which is there and has objects. */
  arrange: (setting: Setting) => Promise<void>;
  /** Uses the bucket once, as it is now. Answers the objects that were written there for it; throws where it does not work. */
  use: (setting: Setting, round: Round) => Promise<Written>;
}

/** Throws where something read differs from what was written. */
export function assertSame(what: string, found: string | undefined, expected: string): void {
  if (found === expected) return;
  throw new Error(`${what} reads ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}
