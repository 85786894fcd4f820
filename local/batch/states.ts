import { randomUUID } from 'node:crypto';
import type { JobStatus } from '@aws-sdk/client-s3-control';
import type { World } from '../world.ts';
import { isTerminal, type Job } from './job.ts';

export type States = ReturnType<typeof createStates>;

/** Moves jobs from state to state: times, activity and the events of User Guide "Tracking a Batch Operations job in EventBridge". */
export function createStates(world: World) {
  const underWay = new Map<string, () => void>();

  /** A job is work under way until it ends; while Suspended it waits for a person. The event goes out before the work counts as over. */
  const count = (job: Job): void => {
    const isWork = job.status !== 'Suspended' && !isTerminal(job.status);
    const end = underWay.get(job.id);
    if (isWork && end === undefined) underWay.set(job.id, world.activity.begin('job'));
    if (isWork || end === undefined) return;
    underWay.delete(job.id);
    end();
  };

  return {
    created(job: Job): void {
      count(job);
      publish(world, job, 'JobCreated');
    },

    enter(job: Job, status: JobStatus): void {
      const now = world.now();
      if (job.activeSince !== undefined) job.activeMs += now.getTime() - job.activeSince.getTime();
      job.activeSince = status === 'Active' ? now : undefined;
      job.status = status;
      if (status === 'Suspended') job.suspendedAt = now;
      if (isTerminal(status)) {
        job.terminatedAt = now;
        job.tasks = [];
        job.results = [];
      }
      publish(world, job, 'JobStatusChanged');
      count(job);
    },
  };
}

function publish(world: World, job: Job, eventName: string): void {
  const time = `${world.now().toISOString().slice(0, 19)}Z`;
  world.events.publish({
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS Service Event via CloudTrail',
    source: 'aws.s3',
    account: job.accountId,
    time,
    region: job.region,
    resources: [],
    detail: {
      eventVersion: '1.08',
      userIdentity: { accountId: job.accountId, invokedBy: 's3.amazonaws.com' },
      eventTime: time,
      eventSource: 's3.amazonaws.com',
      eventName,
      awsRegion: job.region,
      sourceIPAddress: 's3.amazonaws.com',
      userAgent: 's3.amazonaws.com',
      requestParameters: null,
      responseElements: null,
      eventID: randomUUID(),
      readOnly: false,
      eventType: 'AwsServiceEvent',
      managementEvent: true,
      recipientAccountId: job.accountId,
      serviceEventDetails: {
        jobId: job.id,
        jobArn: job.arn,
        status: job.status,
        jobEventId: randomUUID().replaceAll('-', ''),
        failureCodes: job.failures.flatMap((failure) => failure.FailureCode ?? []),
        statusChangeReason: job.statusReason === undefined ? [] : [job.statusReason],
      },
      eventCategory: 'Management',
    },
  });
}
