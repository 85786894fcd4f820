import type { ExplainDeps } from '../../src/runtime/explain-with.ts';
import { givenDeps } from '../../src/runtime/operator-deps.ts';
import type { AskedBucket } from './asked-bucket.ts';
import type { StateFile } from './state-file.ts';
import { answersOf } from './state-file-answers.ts';

/** The bucket of a state file, and readers that read the file instead of AWS. */
export function bucketOfStateFile(given: StateFile): { asked: AskedBucket; deps: ExplainDeps } {
  const { bucket, account, region, ouPath, own = false, at, objects, batchRole } = given;
  const where = { account, region, ...(ouPath === undefined ? {} : { ouPath }) };
  const deps = givenDeps(where, answersOf(given), rememberedOf(given));
  return {
    asked: {
      bucket,
      account,
      region,
      own,
      now: at === undefined ? new Date() : new Date(at),
      historyKnown: true,
      ...(objects === undefined ? {} : { objects }),
      ...(batchRole === undefined ? {} : { batchRoleArn: batchRole }),
    },
    deps,
  };
}

/** The file tells in the words of a verdict what the ledger keeps in its own. */
function rememberedOf({ bucket, history, logging }: StateFile): Awaited<ReturnType<ExplainDeps['ledger']['read']>> {
  const { repairs, ...rest } = history;
  const here = logging.filter(({ LoggingEnabled: { TargetBucket } }) => TargetBucket === bucket);
  return {
    ...rest,
    repairs: repairs.map(({ at, repairedAt, ...drift }) => ({
      ...drift,
      at: repairedAt,
      driftAt: at,
      replaced: {},
      wrote: {},
      policySha256: '',
      reasons: [],
    })),
    logSources: here.map(({ Bucket, LoggingEnabled: { TargetPrefix } }) => ({ bucket: Bucket, prefix: TargetPrefix })),
  };
}
