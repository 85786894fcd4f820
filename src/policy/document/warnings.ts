import type { Problem } from '../../problem.ts';
import { coverings } from './coverage.ts';
import type { Exception, PolicyDocument } from './document.ts';
import type { When } from './document-when.ts';
import { misplacedKeys } from './key-places.ts';
import { regionMeant } from './known-regions.ts';
import { namedKeys } from './named-keys.ts';
import { isInForce, lastsLonger } from '../ruling/exceptions.ts';

/**
 * Likely mistakes that are allowed: rules and exceptions that an earlier one leaves nothing to, exceptions that are
 * over or last longer than a year, values that a list says twice, Regions that nobody knows, keys of another place, and names in capitals. What a warning says is never wrong; not
 * everything that could be warned of is found.
 */
export function policyWarnings(document: PolicyDocument, now: Date): Problem[] {
  const { rules, exceptions } = document;
  return [
    ...unreachableRules(rules),
    ...rules.flatMap(({ when }, index) => repeats(when, ['rules', index, 'when'])),
    ...unknownRegions(document),
    ...misplacedKeys(document),
    ...capitals(document),
    ...overExceptions(exceptions, now),
    ...longExceptions(exceptions, now),
    ...needlessExceptions(exceptions),
    ...exceptions.flatMap(({ when }, index) => repeats(when ?? {}, ['exceptions', index, 'when'])),
  ];
}

function unreachableRules(rules: PolicyDocument['rules']): Problem[] {
  return coverings(rules.map(({ when }) => when)).flatMap((earlier, index) => {
    if (earlier === undefined) return [];
    return [
      {
        path: ['rules', index],
        expected: 'buckets that no earlier rule takes',
        found: `rule "${rules[index]?.name}", whose buckets all go to rules[${earlier}] "${rules[earlier]?.name}"`,
      },
    ];
  });
}

/** A Region that AWS opens later is not known either: so it is no error. */
function unknownRegions(document: PolicyDocument): Problem[] {
  const ofWhens = (['rules', 'exceptions'] as const).flatMap((list) =>
    document[list].flatMap(({ when }, index) =>
      (when?.regions ?? []).map((region, place) => ({ region, path: [list, index, 'when', 'regions', place] })),
    ),
  );
  const ofKeys = namedKeys(document).flatMap(({ key, path }) => {
    const place = path.at(-1);
    const entry = place === 'key' ? [] : String(place).split('/');
    return [...entry, ...key.split(':').slice(3, 4)]
      .filter((name) => name.includes('-'))
      .map((region) => ({ region, path }));
  });
  return [...ofWhens, ...ofKeys].flatMap(({ region, path }) => unknownRegion(region, path));
}

/** Of a Region that this version does not know. */
export function unknownRegion(region: string, path: Problem['path']): Problem[] {
  const meant = regionMeant(region);
  if (meant === undefined) return [];
  const expected = `a Region that this version knows${meant === '' ? '' : ` (${meant}?)`}, because no bucket is in one that is misspelt`;
  return [{ path, expected, found: `"${region}"` }];
}

/** S3 has refused capitals in new names since 2018 (S3 guide, bucket naming rules). */
function capitals({ rules, exceptions }: PolicyDocument): Problem[] {
  const namesOf = (when: When | undefined, path: Problem['path']) =>
    (when?.buckets ?? []).map((name, index) => ({ name, path: [...path, 'buckets', index] }));
  const names = [
    ...rules.flatMap(({ when }, index) => namesOf(when, ['rules', index, 'when'])),
    ...exceptions.flatMap(({ bucket, when }, index) =>
      bucket === undefined
        ? namesOf(when, ['exceptions', index, 'when'])
        : [{ name: bucket, path: ['exceptions', index, 'bucket'] }],
    ),
  ];
  return names.flatMap(({ name, path }) => inCapitals(name, path));
}

/** Of a name that no new bucket can have. */
export function inCapitals(name: string, path: Problem['path']): Problem[] {
  const expected = 'lower case, because only buckets of us-east-1 from before March 2018 can have capitals';
  return /[A-Z]/.test(name) ? [{ path, expected, found: `"${name}"` }] : [];
}

function overExceptions(exceptions: readonly Exception[], now: Date): Problem[] {
  return exceptions.flatMap((exception, index) => {
    if (isInForce(exception, now)) return [];
    const path = ['exceptions', index, 'until'];
    return [{ path, expected: 'a day that is not over', found: `"${exception.until}"` }];
  });
}

const LONG_DAYS = 366;

/** An exception that nobody looks at for a year is a rule. */
function longExceptions(exceptions: readonly Exception[], now: Date): Problem[] {
  return exceptions.flatMap(({ until }, index) => {
    if (!lastsLonger(until, LONG_DAYS, now)) return [];
    const path = ['exceptions', index, 'until'];
    return [{ path, expected: 'a day within a year, to be renewed then', found: `"${until}"` }];
  });
}

/** An earlier exception for the same buckets that lasts as long. */
function needlessExceptions(exceptions: readonly Exception[]): Problem[] {
  const whens = exceptions.map(({ bucket, when }) => (bucket === undefined ? (when ?? {}) : { buckets: [bucket] }));
  const untils = exceptions.map(({ until }) => until);
  const lastsAsLong = (earlier: number, later: number): boolean => (untils[earlier] ?? '') >= (untils[later] ?? '');
  return coverings(whens, lastsAsLong).flatMap((earlier, index) => {
    if (earlier === undefined) return [];
    return [
      {
        path: ['exceptions', index],
        expected: 'buckets that no earlier exception exempts as long',
        found: `an exception whose buckets are all in exceptions[${earlier}], which ends on ${untils[earlier]}`,
      },
    ];
  });
}

function repeats(when: When, path: Problem['path']): Problem[] {
  return (['accounts', 'regions', 'buckets'] as const).flatMap((member) => {
    const values = when[member];
    if (values === undefined || new Set(values).size === values.length) return [];
    const first = new Map(values.map((value, index) => [value, index] as const).toReversed());
    return values.flatMap((value, index) => {
      const earlier = first.get(value);
      if (earlier === index) return [];
      const found = `"${value}", which ${member}[${earlier}] says already`;
      return [{ path: [...path, member, index], expected: 'each value once', found }];
    });
  });
}
