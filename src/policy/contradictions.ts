import { type Problem, describeValue, valueAt } from '../problem.ts';
import { GOOD_KEY } from './key-form.ts';

/** What no schema of single fields can say. Reads the raw document, so that it speaks up beside other problems too. */
export function contradictions(json: unknown): Problem[] {
  return [...keyAgainstAlgorithm(json), ...repeatedExceptions(json)];
}

function keyAgainstAlgorithm(json: unknown): Problem[] {
  const path = ['standard', 'key'];
  const algorithm = valueAt(json, ['standard', 'algorithm']);
  const key = valueAt(json, path);
  if (algorithm === 'AES256' && key !== undefined) {
    return [{ path, expected: 'no key, because AES256 (SSE-S3) has none', found: describeValue(key) }];
  }
  if ((algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse') && key === undefined) {
    return [{ path, expected: `${GOOD_KEY}, because ${algorithm} needs a key`, found: 'nothing' }];
  }
  return [];
}

function repeatedExceptions(json: unknown): Problem[] {
  const exceptions = valueAt(json, ['exceptions']);
  if (!Array.isArray(exceptions)) return [];
  const first = new Map<string, number>();
  return exceptions.flatMap((exception, index): Problem[] => {
    const bucket = valueAt(exception, ['bucket']);
    if (typeof bucket !== 'string') return [];
    const earlier = first.get(bucket);
    if (earlier === undefined) {
      first.set(bucket, index);
      return [];
    }
    return [
      {
        path: ['exceptions', index, 'bucket'],
        expected: 'a bucket that no other exception names',
        found: `${describeValue(bucket)}, which exceptions[${earlier}] names already`,
      },
    ];
  });
}
