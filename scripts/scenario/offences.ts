import type { ScenarioResult } from './result.ts';

/** What went wrong, by name: objects below standard, verdicts that differ from what the scenario expects, and whatever was broken. */
export function offencesOf(
  { results, broken }: Pick<ScenarioResult, 'results' | 'broken'>,
  expected: ReadonlyMap<string, string>,
): string[] {
  const wrong = results.flatMap(({ bucket, verdict, objects }) => [
    ...(objects.below > 0 ? [`${bucket}: ${objects.below} objects below standard`] : []),
    ...(expected.get(bucket) === verdict
      ? []
      : [`${bucket}: expected the verdict ${expected.get(bucket)}, found ${verdict}`]),
  ]);
  return [...wrong, ...broken];
}
