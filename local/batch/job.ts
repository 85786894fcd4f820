import type {
  CreateJobRequest,
  JobFailure,
  JobStatus,
  S3GeneratedManifestDescriptor,
} from '@aws-sdk/client-s3-control';

/** One S3 Batch Operations job. The request is kept as it came: DescribeJob gives it back. */
export interface Job {
  readonly id: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly request: CreateJobRequest;
  readonly roleArn: string;
  readonly createdAt: Date;
  readonly counts: JobCounts;
  status: JobStatus;
  priority: number;
  isCancelRequested: boolean;
  isPauseRequested: boolean;
  statusReason: string | undefined;
  failures: JobFailure[];
  tasks: readonly Task[];
  /** What the tasks that ran came to; a paused job goes on behind them. */
  results: TaskResult[];
  generatedManifest: S3GeneratedManifestDescriptor | undefined;
  activeMs: number;
  activeSince: Date | undefined;
  describedAt: Date | undefined;
  suspendedAt: Date | undefined;
  terminatedAt: Date | undefined;
}

/** Tasks of a job so far; a live display reads them. */
export interface JobCounts {
  total: number;
  succeeded: number;
  failed: number;
}

/** One row of a manifest. */
export interface Task {
  readonly bucket: string;
  readonly key: string;
  /** Absent where the manifest has no such column: the version that is current when the task runs. */
  readonly versionId?: string;
}

export interface TaskResult {
  readonly task: Task;
  readonly succeeded: boolean;
  readonly httpStatus: number;
  readonly errorCode: string;
  readonly message: string;
}

const TERMINAL: readonly JobStatus[] = ['Complete', 'Cancelled', 'Failed'];

export function isTerminal(status: JobStatus): boolean {
  return TERMINAL.includes(status);
}
