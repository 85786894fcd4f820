import type { StreamMapping, StreamRecord } from '../change-stream.ts';
import type { CallAs, World } from '../world.ts';
import type { GiveUp } from './stream-batch.ts';

export interface DiscardedBatch {
  readonly mapping: StreamMapping;
  readonly records: readonly StreamRecord[];
  readonly condition: GiveUp;
  readonly attempts: number;
  /** The last invocation; absent where the records became too old before one. */
  readonly requestId?: string;
}

/** One table has one shard here. */
const SHARD_ID = 'shardId-00000000000000000000-00000000';

/** Sends what Lambda tells of a batch that it discards, never its records, to the failure destination, as the function's role. */
export async function reportDiscarded(
  batch: DiscardedBatch,
  queueArn: string,
  { world, as }: { world: Pick<World, 'invoke' | 'now'>; as: CallAs },
): Promise<void> {
  const [account, name] = queueArn.split(':').slice(4);
  const MessageBody = JSON.stringify(invocationRecord(batch, world.now()));
  await world.invoke('sqs', 'SendMessage', { QueueUrl: `/${account}/${name}`, MessageBody }, as);
}

/** Lambda guide, "Adding a destination for failed-event batches" of DynamoDB. */
function invocationRecord({ mapping, records, condition, attempts, requestId }: DiscardedBatch, now: Date): object {
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: {
      requestId: requestId ?? '',
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: attempts,
    },
    ...(requestId === undefined
      ? {}
      : { responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' } }),
    version: '1.0',
    timestamp: now.toISOString(),
    DDBStreamBatchInfo: {
      shardId: SHARD_ID,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrivalOf(first),
      approximateArrivalOfLastRecord: arrivalOf(last),
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
  };
}

const arrivalOf = (record: StreamRecord | undefined): string =>
  `${new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString().slice(0, 19)}Z`;
