import type { Problem } from '../../problem.ts';
import { coverings } from './coverage.ts';
import type { Exception, PolicyDocument } from './document.ts';
import type { When } from './document-when.ts';
import { isInForce, lastsLonger } from '../ruling/exceptions.ts';

/**
 * Likely mistakes that are allowed: rules and exceptions that an earlier one leaves nothing to, exceptions that are
 * over or last longer than a year, and values that a list says twice. A warning is never wrong; not everything that could be warned of is found.
 */
export function policyWarnings({ rules, exceptions }: PolicyDocument, now: Date): Problem[] {
  return [
    ...unreachableRules(rules),
    ...rules.flatMap(({ when }, index) => repeats(when, ['rules', index, 'when'])),
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
