import { offencesOf } from '../offences.ts';
import { CAST } from './cast.ts';
import type { OrgResult } from './org-result.ts';

/** What did not come as it should have, in words, each with what was expected. */
export function orgOffences({ seen, jobs, jobsClosed, results, objectsRead }: OrgResult): string[] {
  const expected = new Map<string, string>(CAST.map(({ bucket, expected: verdict }) => [bucket, verdict]));
  const missing = [...expected.keys()].filter((bucket) => !results.some((result) => result.bucket === bucket));
  return [
    ...seen
      .filter((one) => one.found !== one.expected)
      .map(({ account, what, expected: wanted, found, message = '' }) =>
        `account ${account}: ${what}: expected ${wanted}, found ${found}. ${message}`.trimEnd(),
      ),
    ...missing.map((bucket) => `${bucket}: expected the verdict ${expected.get(bucket)}, found no such bucket`),
    ...offencesOf({ results, broken: [] }, expected),
    ...(jobs === jobsClosed && (jobs > 0 || objectsRead === 0)
      ? []
      : [`jobs: expected all of them closed, found ${jobsClosed} of ${jobs}`]),
  ];
}
