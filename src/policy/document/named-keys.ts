import { present } from '../../present.ts';
import type { Problem } from '../../problem.ts';
import type { PolicyDocument } from './document.ts';
import type { KeyChoice } from './document-standard.ts';
import type { When } from './document-when.ts';
import type { BucketState } from '../model.ts';

/** A key that the policy names, and where it says so. */
export interface NamedKey {
  /** alias/NAME or a key ARN. */
  key: string;
  path: Problem['path'];
}

/** A key with the place of its entry in a key map, and whom its rule is for. */
interface PlacedKey extends NamedKey {
  place: Partial<Place>;
  when: When;
}

/** Every key of the policy, in the order of the document. */
export function namedKeys(document: PolicyDocument): NamedKey[] {
  return placedKeys(document).map(({ key, path }) => ({ key, path }));
}

/** The same with what is said of where it is for. */
export function placedKeys(document: PolicyDocument): PlacedKey[] {
  return choicesOf(document).flatMap(({ choice, path, when }) =>
    typeof choice === 'string'
      ? [{ key: choice, path, when, place: {} }]
      : Object.entries(choice).map(([entry, key]) => ({ key, path: [...path, entry], when, place: placeOf(entry) })),
  );
}

/** Of `default` nothing; a Region has a hyphen, and an account has none. */
function placeOf(entry: string): Partial<Place> {
  const parts = entry === 'default' ? [] : entry.split('/');
  const region = parts.find((part) => part.includes('-'));
  const account = parts.find((part) => !part.includes('-'));
  return present({ account, region });
}

/** The keys that buckets of one account and Region can get; with an account that nobody knows, what any other account gets. */
export function keysFor(document: PolicyDocument, account: string | undefined, region: string): NamedKey[] {
  return choicesOf(document).flatMap(({ choice, path, when }): NamedKey[] => {
    if (when.regions !== undefined && !when.regions.includes(region)) return [];
    if (when.accounts !== undefined && !when.accounts.includes(account ?? '')) return [];
    if (typeof choice === 'string') return [{ key: choice, path }];
    const entry = entryFor(choice, { account: account ?? '', region });
    return entry === undefined ? [] : [{ key: entry.key, path: [...path, entry.name] }];
  });
}

/** Every Region that the policy names for buckets of an account, in a rule, an exception or a key map; as in `keysFor`, it may be one that nobody knows. */
export function namedRegions(document: PolicyDocument, account: string | undefined): string[] {
  const isHere = ({ accounts }: When) => accounts === undefined || accounts.includes(account ?? '');
  const ofWhens = [...document.rules, ...document.exceptions].flatMap(({ when = {} }) =>
    isHere(when) ? (when.regions ?? []) : [],
  );
  const ofKeys = placedKeys(document).flatMap(({ place, when }) =>
    place.region !== undefined && isHere(when) && (place.account ?? account) === account ? [place.region] : [],
  );
  return [...new Set([...ofWhens, ...ofKeys])];
}

interface Choice {
  choice: KeyChoice;
  path: Problem['path'];
  when: When;
}

function choicesOf({ standard, rules }: PolicyDocument): Choice[] {
  const ofRules = rules.map((rule, index) => ({
    choice: rule.standard?.key,
    path: ['rules', index, 'standard', 'key'],
    when: rule.when,
  }));
  return [{ choice: standard.key, path: ['standard', 'key'], when: {} }, ...ofRules].flatMap(({ choice, ...rest }) =>
    choice === undefined || choice === 'keep' ? [] : [{ choice, ...rest }],
  );
}

type Place = Pick<BucketState, 'account' | 'region'>;

/**
 * The key that the policy names for a place: the most specific entry of a map, which is ACCOUNT/REGION, then ACCOUNT, then
 * REGION, then default. Undefined where none of them is there.
 */
export function keyFor(choice: KeyChoice | undefined, place: Place): string | undefined {
  if (choice === undefined || typeof choice === 'string') return choice;
  return entryFor(choice, place)?.key;
}

function entryFor(map: Exclude<KeyChoice, string>, { account, region }: Place) {
  const entries = Object.entries(map).map(([name, key]) => ({ name, key }));
  const names = [`${account}/${region}`, account, region, 'default'];
  return names.flatMap((each) => entries.filter(({ name }) => name === each))[0];
}
