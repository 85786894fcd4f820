import type { LocalAws } from '../../local/start-local.ts';
import type { Deployed, Stage } from './stage.ts';

/** Far longer than any scenario takes; what is not idle by then never will be. */
const IDLE_MS = 600_000;

/** The embedded AWS in this process as the scenario's stage. */
export function createStage(local: LocalAws): Stage {
  const { deployer } = local;
  if (deployer === undefined) throw new Error('the scenario needs an embedded AWS with a stack');
  return {
    endpoint: local.endpoint,
    makeKeys: async ({ account, region }) => deployer.makeKeys(account, region),
    deploy: async ({ account, region }) => {
      const { resources } = await deployer.ensure(account, region);
      const named = (logicalId: string) => resources.find((each) => each.logicalId === logicalId)?.physicalId ?? '';
      return {
        ledgerTable: named('LedgerTable'),
        reportsBucket: named('ReportsBucket'),
        sweepFunction: named('SweepLambdaFunction'),
      } satisfies Deployed;
    },
    seed: ({ bucket, key, body, lastModified }) => {
      local.buckets.seedObject({ bucket, key, body, lastModified, protection: { algorithm: 'none' } });
    },
    idle: async () => {
      if (await local.world.activity.idle(IDLE_MS)) return;
      throw new Error(`the embedded AWS did not come to rest: ${JSON.stringify(local.world.activity.counts)}`);
    },
    counts: () => {
      const { counts } = local.world.activity;
      const jobs = local.jobs.all();
      const objectsDone = jobs.reduce((sum, job) => sum + job.counts.succeeded, 0);
      return { queued: counts.message, running: counts.invocation, jobs: counts.job, objectsDone };
    },
    jobs: () => local.jobs.all().length,
  };
}
