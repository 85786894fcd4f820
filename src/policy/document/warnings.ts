import type { Problem } from '../../problem.ts';
import { coverings } from './coverage.ts';
import type { Exception, PolicyDocument } from './document.ts';
import type { When } from './document-when.ts';
import { misplacedKeys } from './key-places.ts';
import { regionMeant } from './known-regions.ts';
import { placedKeys } from './named-keys.ts';
import { isInForce, lastsLonger } from '../ruling/exceptions.ts';

/** Likely mistakes that are allowed. What a warning says is never wrong; not everything that could be warned of is found. */
export function policyWarnings(document: PolicyDocument, now: Date): Problem[] {
  const { rules, exceptions } = document;
  return [
    ...unreachableRules(rules),
    ...unknownRegions(document),
    ...misplacedKeys(document),
    ...capitals(document),
    ...saidOfObjects(document).flatMap((said) => [...versionsWithoutUpdate(said), ...withoutOwnCopy(said)]),
    ...ends(exceptions, now),
    ...needlessExceptions(exceptions),
    ...whensOf(document).flatMap(repeats),
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

interface PlacedWhen {
  when: When;
  path: Problem['path'];
}

function whensOf(document: PolicyDocument): PlacedWhen[] {
  return (['rules', 'exceptions'] as const).flatMap((list) =>
    document[list].map(({ when = {} }, index) => ({ when, path: [list, index, 'when'] })),
  );
}

/** A Region that AWS opens later is not known either: so it is no error. */
function unknownRegions(document: PolicyDocument): Problem[] {
  const ofWhens = whensOf(document).flatMap(({ when: { regions = [] }, path }) =>
    regions.map((region, index) => ({ region, path: [...path, 'regions', index] })),
  );
  const ofKeys = placedKeys(document).flatMap(({ key, path, place }) =>
    [place.region, key.split(':')[3]].flatMap((region) => (region === undefined ? [] : [{ region, path }])),
  );
  return [...ofWhens, ...ofKeys].flatMap(({ region, path }) => unknownRegion(region, path));
}

/** Of a Region that this version does not know. */
export function unknownRegion(region: string, path: Problem['path']): Problem[] {
  const meant = regionMeant(region);
  if (meant === undefined) return [];
  const expected = `a Region that this version knows${meant}, because no bucket is in one that is misspelt`;
  return [{ path, expected, found: `"${region}"` }];
}

interface SaidObjects {
  /** What is said at this place alone. */
  own: Partial<PolicyDocument['objects']>;
  /** What holds there. */
  objects: PolicyDocument['objects'];
  path: Problem['path'];
}

/** What the policy says of objects, and each rule that says something of them. */
function saidOfObjects({ objects, rules }: PolicyDocument): SaidObjects[] {
  const ofRules = rules.map((rule, index): SaidObjects => {
    const { objects: own = {} } = rule;
    return { own, objects: { ...objects, ...own }, path: ['rules', index, 'objects'] };
  });
  return [{ own: objects, objects, path: ['objects'] }, ...ofRules];
}

/** Noncurrent versions are only ever updated in place. */
function versionsWithoutUpdate({ own, objects: { versions, methods }, path }: SaidObjects): Problem[] {
  const isSaid = own.versions !== undefined || own.methods !== undefined;
  if (!isSaid || versions !== 'all' || methods.includes('update-encryption')) return [];
  const expected = 'update-encryption too, because versions: all only ever updates noncurrent versions in place';
  const found = `${methods.join(' and ')} alone`;
  return [{ path: [...path, own.methods === undefined ? 'versions' : 'methods'], expected, found }];
}

/** Only our own function restores anything, and does a small bucket at once. */
function withoutOwnCopy({ own, objects: { methods }, path }: SaidObjects): Problem[] {
  if (methods.includes('own-copy')) return [];
  const words = [...(own.inlineUpTo ? ['inlineUpTo'] : []), ...(own.restore === undefined ? [] : ['restore'])];
  return words.map((name) => {
    const expected = `own-copy among the methods too, because without it ${name} changes nothing`;
    return { path: [...path, name], expected, found: methods.join(' and ') };
  });
}

/** S3 has refused capitals in new names since 2018 (S3 guide, bucket naming rules). */
function capitals(document: PolicyDocument): Problem[] {
  return [
    ...whensOf(document).flatMap(({ when: { buckets = [] }, path }) =>
      buckets.flatMap((name, index) => inCapitals(name, [...path, 'buckets', index])),
    ),
    ...document.exceptions.flatMap(({ bucket = '' }, index) => inCapitals(bucket, ['exceptions', index, 'bucket'])),
  ];
}

/** Of a name that no new bucket can have. */
export function inCapitals(name: string, path: Problem['path']): Problem[] {
  const expected = 'lower case, because only buckets of us-east-1 from before March 2018 can have capitals';
  return /[A-Z]/.test(name) ? [{ path, expected, found: `"${name}"` }] : [];
}

const LONG_DAYS = 366;

/** An exception that nobody looks at for a year is a rule. */
function ends(exceptions: readonly Exception[], now: Date): Problem[] {
  return exceptions.flatMap((exception, index) => {
    const { until } = exception;
    const isLong = lastsLonger(until, LONG_DAYS, now);
    if (isInForce(exception, now) && !isLong) return [];
    const expected = isLong ? 'a day within a year, to be renewed then' : 'a day that is not over';
    return [{ path: ['exceptions', index, 'until'], expected, found: `"${until}"` }];
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

function repeats({ when, path }: PlacedWhen): Problem[] {
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
