import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import { atOnce } from '../at-once.ts';
import { plainImage } from '../aws/ledger/plain-item.ts';
import { codeOf, messageOf } from '../aws/sdk/service-error.ts';
import type { Ignored } from '../intake/payload.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { metricName, type Process } from './process.ts';

/** One function behind a table's stream: how a record is read, and which story it starts. */
export interface StreamWork<Change> {
  process: Process;
  parse: (record: unknown) => Change | Ignored;
  story: (change: Change) => Promise<{ kind: string }>;
  /** What a schedule asks for, until `mayGoOn` says that the time is short. */
  again: (mayGoOn: () => boolean) => Promise<{ kind: string }>;
  /** Outcomes of this kind are neither logged nor counted: nearly every record has it. */
  quiet: string;
}

/** Security Hub takes 10 calls a second (API BatchImportFindings). */
const SUBJECTS_AT_ONCE = 3;

/**
 * The handler of a batch of stream records (ReportBatchItemFailures). Records of one item are handled in their order, and none after
 * one that failed or was not finished when the time is over; Lambda repeats the batch from the first of those on, and buries what never
 * succeeds.
 */
export function streamHandler<Change extends object>(work: StreamWork<Change>) {
  return work.process.wrap(
    async (event: DynamoDBStreamEvent | ScheduledEvent, context): Promise<DynamoDBBatchResponse> => {
      using deadline = startDeadline(context);
      if (!('Records' in event)) return await againBy(work, deadline);
      const subjects = Map.groupBy(event.Records, ({ dynamodb }) => JSON.stringify(dynamodb?.Keys));
      const failed: string[] = [];
      await atOnce(subjects.values(), SUBJECTS_AT_ONCE, async (records) => {
        for (const record of records) {
          if (await handled(record, work, deadline)) continue;
          failed.push(record.dynamodb?.SequenceNumber ?? '');
          return;
        }
      });
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    },
  );
}

async function againBy<Change>(
  { process, again, quiet }: StreamWork<Change>,
  deadline: Deadline,
): Promise<DynamoDBBatchResponse> {
  const outcome = await deadline.orOver(() => again(deadline.mayBegin));
  if (outcome !== 'over' && outcome.kind !== quiet) {
    process.count(metricName(outcome.kind));
    process.log.info('done', outcome);
  }
  return { batchItemFailures: [] };
}

async function handled<Change extends object>(
  { eventID, eventSourceARN, dynamodb = {} }: DynamoDBRecord,
  { process, parse, story, quiet }: StreamWork<Change>,
  deadline: Deadline,
): Promise<boolean> {
  const { log, count } = process;
  const keys = plainImage(dynamodb.Keys);
  try {
    const change = parse({
      keys,
      before: plainImage(dynamodb.OldImage),
      after: plainImage(dynamodb.NewImage),
      position: { stream: eventSourceARN, sequence: dynamodb.SequenceNumber },
    });
    if ('ignored' in change) return true;
    const outcome = deadline.mayBegin() ? await deadline.orOver(() => story(change)) : 'over';
    if (outcome === 'over') {
      log.warn('given back', { eventID, subject: keys?.['pk'] });
      count('GivenBack');
      return false;
    }
    if (outcome.kind === quiet) return true;
    count(metricName(outcome.kind));
    log.info('done', { subject: keys?.['pk'], ...outcome });
    return true;
  } catch (error) {
    log.error('record failed', { eventID, subject: keys?.['pk'], code: codeOf(error), error: messageOf(error) });
    count('Failed');
    return false;
  }
}
