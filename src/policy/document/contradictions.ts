import { type Problem, describeValue, valueAt } from '../../problem.ts';
import { isAnyName } from './coverage.ts';
import { GOOD_KEY } from '../keys/key-form.ts';

/** What no schema of single fields can say. Reads the raw document, so that it speaks up beside other problems too. */
export function contradictions(json: unknown): Problem[] {
  const rules = itemsOf(json, 'rules');
  const exceptions = itemsOf(json, 'exceptions');
  return [
    ...defaultKey(json),
    ...rules.flatMap((rule, index) => [
      ...ruleKey(json, rule, index),
      ...reservedName(rule, index),
      ...emptyTime(valueAt(rule, ['when']), ['rules', index, 'when']),
    ]),
    ...repeated(rules, 'rules', { member: 'name', expected: 'a name that no other rule has', has: 'has' }),
    ...exceptions.flatMap((exception, index) => [
      ...whichBuckets(exception, ['exceptions', index]),
      ...emptyTime(valueAt(exception, ['when']), ['exceptions', index, 'when']),
    ]),
    ...repeated(exceptions, 'exceptions', BUCKET_OF_ONE),
  ];
}

function itemsOf(json: unknown, list: string): readonly unknown[] {
  const items = valueAt(json, [list]);
  return Array.isArray(items) ? items : [];
}

const NO_KEY = 'no key, because AES256 (SSE-S3)';

function defaultKey(json: unknown): Problem[] {
  const standard = valueAt(json, ['standard']);
  const algorithm = valueAt(standard, ['algorithm']);
  const key = valueAt(standard, ['key']);
  const path = ['standard', 'key'];
  if (algorithm === 'AES256' && key !== undefined) return [wrong(path, `${NO_KEY} has none`, key)];
  if (isKms(algorithm) && key === undefined) return [wrong(path, `${GOOD_KEY}, because ${algorithm} needs a key`, key)];
  return [];
}

/** A rule's members stand over those of the default standard, so it may lack a key that is there, and get one that it cannot have. */
function ruleKey(json: unknown, rule: unknown, index: number): Problem[] {
  const path = ['rules', index, 'standard', 'key'];
  const key = valueAt(rule, ['standard', 'key']);
  const own = valueAt(rule, ['standard', 'algorithm']);
  const algorithm = own ?? valueAt(json, ['standard', 'algorithm']);
  if (algorithm === 'AES256' && key !== undefined) {
    const whence = own === undefined ? ", and that is the default standard's algorithm" : '';
    return [wrong(path, `${NO_KEY} has none${whence}`, key)];
  }
  const defaultHasNone = valueAt(json, ['standard', 'algorithm']) === 'AES256';
  if (isKms(own) && key === undefined && defaultHasNone) {
    return [wrong(path, `${GOOD_KEY}, because ${own} needs a key and the default standard has none`, key)];
  }
  return [];
}

function isKms(algorithm: unknown): algorithm is string {
  return algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse';
}

function wrong(path: Problem['path'], expected: string, value: unknown): Problem {
  return { path, expected, found: describeValue(value) };
}

/** Verdicts and the ledger call what no rule of the policy decided by these names. */
function reservedName(rule: unknown, index: number): Problem[] {
  const name = valueAt(rule, ['name']);
  if (typeof name !== 'string' || (name !== 'default' && name !== 'unknown' && !name.startsWith('built-in'))) return [];
  const expected = 'a name of your own: default, unknown and all that begins with built-in are taken';
  return [wrong(['rules', index, 'name'], expected, name)];
}

function whichBuckets(exception: unknown, path: Problem['path']): Problem[] {
  if (typeof exception !== 'object' || exception === null || Array.isArray(exception)) return [];
  const bucket = valueAt(exception, ['bucket']);
  const when = valueAt(exception, ['when']);
  if (bucket === undefined && when === undefined) {
    return [{ path, expected: 'bucket or when, to say which buckets are exempt', found: 'neither' }];
  }
  if (bucket !== undefined && when !== undefined) {
    return [wrong([...path, 'when'], 'no when beside bucket', when)];
  }
  const buckets = valueAt(when, ['buckets']);
  const isAnyBucket = Array.isArray(buckets) && buckets.some((name) => typeof name === 'string' && isAnyName(name));
  const conditions = typeof when === 'object' && when !== null ? Object.keys(when) : ['none that can be read'];
  if (conditions.some((name) => name !== 'buckets') || (conditions.length > 0 && !isAnyBucket)) return [];
  const expected =
    'at least one condition, because an exception for every bucket is no policy (mode: observe changes none)';
  return [wrong([...path, 'when', ...conditions], expected, isAnyBucket ? '*' : when)];
}

/** Days as YYYY-MM-DD sort as text. */
function emptyTime(when: unknown, path: Problem['path']): Problem[] {
  const before = valueAt(when, ['createdBefore']);
  const after = valueAt(when, ['createdAfter']);
  if (typeof before !== 'string' || typeof after !== 'string' || after < before) return [];
  const expected = `a day before createdBefore (${describeValue(before)}), because no bucket is created in between otherwise`;
  return [wrong([...path, 'createdAfter'], expected, after)];
}

const BUCKET_OF_ONE = {
  member: 'bucket',
  expected: 'a bucket that no other exception names',
  has: 'names',
};

/** What an item says that only one may say; `has` is the verb of "which rules[0] has already". */
export function repeated(
  items: readonly unknown[],
  list: string,
  { member, expected, has }: { member: string; expected: string; has: string },
): Problem[] {
  const first = new Map<string, number>();
  return items.flatMap((item, index): Problem[] => {
    const value = valueAt(item, [member]);
    if (typeof value !== 'string') return [];
    const earlier = first.get(value);
    if (earlier === undefined) {
      first.set(value, index);
      return [];
    }
    const found = `${describeValue(value)}, which ${list}[${earlier}] ${has} already`;
    return [{ path: [list, index, member], expected, found }];
  });
}
