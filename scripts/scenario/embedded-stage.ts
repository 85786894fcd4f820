import path from 'node:path';
import { isTerminal } from '../../local/batch/job.ts';
import type { DeployerOptions } from '../../local/cloudformation/deployer.ts';
import type { LocalAws } from '../../local/start-local.ts';
import type { BusEvent } from '../../local/world.ts';
import { storedIn } from './objects/stored-versions.ts';
import type { Deployed, Stage, StageEvent } from './stage.ts';

const IDLE_MS = 60_000;

/** The embedded AWS in this process as the scenario's stage. */
export function createStage(local: LocalAws, { template }: Pick<DeployerOptions, 'template'>): Stage {
  const { deployer } = local;
  if (deployer === undefined) throw new Error('the scenario needs an embedded AWS with a stack');
  return {
    ...groundOf(local),
    packageFolder: path.dirname(template),
    organization: local.organization,
    settle: async () => {
      const asked = `${local.endpoint}/_local/settle?timeoutMs=${IDLE_MS}`;
      while (!(await fetch(asked, { method: 'POST' })).ok);
    },
    makeKeys: async ({ account, region }) => deployer.makeKeys(account, region),
    deploy: async ({ account, region }) => {
      const { resources } = await deployer.ensure(account, region);
      const named = (logicalId: string) => resources.find((each) => each.logicalId === logicalId)?.physicalId ?? '';
      return {
        ledgerTable: named('LedgerTable'),
        reportsBucket: named('ReportsBucket'),
        sweepFunction: named('SweepLambdaFunction'),
        sweepQueue: named('SweepQueue'),
        openJobsRule: named('OpenJobsRule'),
      } satisfies Deployed;
    },
    ...objectsOn(local),
    loseEvents: (isLost) => {
      const when = (event: BusEvent) => {
        const told = stageEvent(event, local);
        return told !== undefined && isLost(told);
      };
      local.bus.faults.add({ kind: 'lose' }, { times: Infinity, when });
    },
    fire: ({ account, region }, rule) => local.bus.fire(`arn:aws:events:${region}:${account}:rule/${rule}`),
    later: async (forwardHours) => {
      const body = JSON.stringify({ forwardHours });
      const { ok, status } = await fetch(`${local.endpoint}/_local/clock`, { method: 'POST', body });
      if (!ok)
        throw new Error(`/_local/clock did not put the clock forward by ${forwardHours} hours: status ${status}`);
    },
    counts: () => {
      const { counts } = local.world.activity;
      const jobs = local.jobs.all();
      const objectsDone = jobs.reduce((sum, job) => sum + job.counts.succeeded, 0);
      return { queued: counts.message, running: counts.invocation, jobs: counts.job, objectsDone };
    },
    jobs: () => local.jobs.all().length,
    mostJobs: mostJobsOf(local),
  };
}

/** Counted whenever a job is created, which is when there are the most. */
function mostJobsOf(local: LocalAws): () => number {
  let most = 0;
  local.onOutcome(({ call: { operation, caller }, output }) => {
    if (operation !== 'CreateJob' || output === undefined) return;
    const open = local.jobs
      .all()
      .filter(
        ({ accountId, status }) => accountId === caller.accountId && status !== 'Suspended' && !isTerminal(status),
      );
    most = Math.max(most, open.length);
  });
  return () => most;
}

/** What no API makes or shows: objects as years of use leave them, and the bytes at rest. */
export function objectsOn({ buckets }: Pick<LocalAws, 'buckets'>): Pick<Stage, 'seed' | 'stored'> {
  return {
    seed: (object) => void buckets.seedObject({ protection: { algorithm: 'none' }, ...object }),
    stored: (bucket) => storedIn(bucket, { buckets }),
  };
}

/** What needs no stack: where it is, roles, and whether anything is under way. */
export function groundOf(local: LocalAws): Pick<Stage, 'endpoint' | 'makeRole' | 'idle'> {
  return {
    endpoint: local.endpoint,
    makeRole: ({ account, name, service, statements }) => {
      const arn = `arn:aws:iam::${account}:role/${name}`;
      const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
      local.world.identity.putRole({ arn, name, trust: documentOf(trust), policies: [documentOf(...statements)] });
      return arn;
    },
    idle: async () => {
      while (!(await local.world.activity.idle(IDLE_MS)));
    },
  };
}

/** Of a job that has not ended, nobody needs to hear. */
function stageEvent({ detail, account, region }: BusEvent, { jobs }: LocalAws): StageEvent | undefined {
  const { eventName: name, requestParameters, serviceEventDetails, errorCode } = detail as Detail;
  if (name === undefined || errorCode !== undefined) return undefined;
  if (serviceEventDetails === undefined)
    return requestParameters?.bucketName === undefined ? undefined : { name, bucket: requestParameters.bucketName };
  const { status, request } = jobs.require(serviceEventDetails.jobId, account, region);
  const { SourceBucket: source = '' } = request.ManifestGenerator?.S3JobManifestGenerator ?? {};
  return isTerminal(status) ? { name, bucket: source.replace(/^.*:/, '') } : undefined;
}

/** What of CloudTrail's records is needed (CloudTrail guide, "Record contents"). */
interface Detail {
  eventName?: string;
  errorCode?: string;
  requestParameters?: { bucketName?: string } | null;
  serviceEventDetails?: { jobId?: string };
}

function documentOf(...statements: object[]): { Version: string; Statement: object[] } {
  return { Version: '2012-10-17', Statement: statements };
}
