import type { KeyChoice } from './document-standard.ts';
import type { BucketState } from '../model.ts';

type Place = Pick<BucketState, 'account' | 'region'>;

/**
 * The key that the policy names for a place: the most specific entry of a map, which is ACCOUNT/REGION, then ACCOUNT, then
 * REGION, then default. Undefined where none of them is there.
 */
export function keyFor(choice: KeyChoice | undefined, place: Place): string | undefined {
  if (choice === undefined || typeof choice === 'string') return choice;
  const entry = entryFor(choice, place);
  return entry === undefined ? undefined : choice[entry];
}

/** The name of the entry that a map has for a place. */
export function entryFor(map: Exclude<KeyChoice, string>, { account, region }: Place): string | undefined {
  return [`${account}/${region}`, account, region, 'default'].find((name) => Object.hasOwn(map, name));
}
