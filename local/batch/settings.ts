/** What S3 does not document of its Batch Operations, so that a test or a person may choose it. */
export interface BatchSettings {
  /** Whether a ready job pauses a running one of lower priority where no more may run (S3 guide, "Assigning job priority": it may). */
  pausesForPriority: boolean;
  /** How often S3 itself tries a task again that was throttled or met an internal error: not stated, so none unless it is asked for. */
  taskRetries: number;
  /** After how many rows a completion report goes on in another file: not stated. */
  reportRowsPerFile: number;
  /** A job that is described again within so many seconds is TooManyRequestsException: the guide asks for 30 s between two looks and names no limit. 0 refuses none. */
  describeSeconds: number;
  /** Whether a generated manifest lists noncurrent versions too, each by its id: not stated (aws-facts 12.3). */
  generatesVersions: boolean;
  /** The order of a job's tasks is not promised: a text here shuffles them, the same text in the same way. */
  orderSeed: string;
}

export function defaultSettings(): BatchSettings {
  return {
    pausesForPriority: true,
    taskRetries: 0,
    reportRowsPerFile: 10_000,
    describeSeconds: 0,
    generatesVersions: false,
    orderSeed: '',
  };
}
