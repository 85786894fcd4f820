/** dynamodb/: the change streams of tables. */
export interface StreamFeed {
  /**
   * Hands over every record of the stream from then on, and before it those of the last day where `from` is TRIM_HORIZON. Returns how to
   * end it. Throws ResourceNotFoundException.
   */
  subscribe(
    streamArn: string,
    from: StreamMapping['startingPosition'],
    listener: (record: StreamRecord) => void,
  ): () => void;
}

/** One change of one item, as a function gets it (DynamoDB Streams API, Record). */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Readonly<Record<string, unknown>>;
    readonly NewImage?: Readonly<Record<string, unknown>>;
    readonly OldImage?: Readonly<Record<string, unknown>>;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
  };
  readonly eventSourceARN: string;
}

/** An event source mapping of Lambda that reads a stream. */
export interface StreamMapping {
  readonly id: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Event patterns of which a record must match one; without any, every record passes. */
  readonly filters: readonly unknown[];
  readonly bisectOnError: boolean;
  /** Infinity retries until the record is too old. */
  readonly retryAttempts: number;
  readonly maxAgeSeconds: number;
  readonly reportBatchItemFailures: boolean;
  readonly onFailureQueueArn?: string;
  readonly enabled: boolean;
}
