import * as sdk from '@aws-sdk/client-s3-control';
import type {
  CreateJobRequest,
  DescribeJobRequest,
  ListJobsRequest,
  UpdateJobPriorityRequest,
  UpdateJobStatusRequest,
} from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';
import type { S3Store } from '../s3/store.ts';
import type { ServiceDefinition } from '../service.ts';
import type { World } from '../world.ts';
import type { Batch } from './batch.ts';
import { accessPointOperations, accessPointPermissions } from './access-points.ts';
import { bucketTagOperations, bucketTagPermissions } from './bucket-tags.ts';
import { createJob } from './create-job.ts';
import { describeJob, listJobs } from './describe-job.ts';
import type { Engine } from './engine.ts';
import { Jobs } from './jobs.ts';
import { BATCH_PERMISSIONS } from './permissions.ts';
import { createRunner } from './runner.ts';
import { type BatchSettings, defaultSettings } from './settings.ts';
import { createStates } from './states.ts';
import { expireSuspended } from './suspension.ts';
import { updateJobPriority, updateJobStatus } from './update-job.ts';

export interface CreatedS3Control {
  readonly service: ServiceDefinition;
  readonly jobs: Jobs;
  readonly settings: BatchSettings;
  /** To be called after the clock has jumped: jobs that wait too long for their confirmation fail. */
  clockMoved(): void;
}

/** S3 Control as far as Batch Operations, access points and the tags of buckets go. `jobs.all()` shows every job with its counts while they run. */
export function createS3Control(world: World, store: S3Store): CreatedS3Control {
  const jobs = new Jobs(world.now);
  const settings = defaultSettings();
  const batch: Batch = { world, store, jobs, settings };
  const states = createStates(world);
  const engine: Engine = { ...batch, states, runner: createRunner(batch, states) };
  return {
    service: {
      id: 's3control',
      signingName: 's3',
      pathPrefix: '/v20180820/',
      protocol: 'restXml',
      sdk,
      operations: {
        ...accessPointOperations({ world, store }),
        ...bucketTagOperations({ world, store }),
        CreateJob: (input: CreateJobRequest, call: Call) => createJob(engine, input, call),
        DescribeJob: (input: DescribeJobRequest, call: Call) => describeJob(engine, input, call),
        ListJobs: (input: ListJobsRequest, call: Call) => listJobs(engine, input, call),
        UpdateJobStatus: (input: UpdateJobStatusRequest, call: Call) => updateJobStatus(engine, input, call),
        UpdateJobPriority: (input: UpdateJobPriorityRequest, call: Call) => updateJobPriority(engine, input, call),
      },
      permissions: {
        ...BATCH_PERMISSIONS,
        ...accessPointPermissions({ world, store }),
        ...bucketTagPermissions({ world, store }),
      },
    },
    jobs,
    settings,
    clockMoved: () => {
      for (const account of jobs.accounts()) expireSuspended(batch, states, account);
    },
  };
}
