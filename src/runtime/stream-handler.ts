import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { plainImage } from '../aws/ledger/stream-image.ts';
import { messageOf, nameOf } from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import type { Ignored } from '../intake/fact.ts';
import type { Process } from './process.ts';

/** One function behind a table's stream: how a record is read, and what is told with it. */
export interface StreamWork<Change, Outcome extends { kind: string }> {
  process: Process;
  parse: (record: unknown) => Change | Ignored;
  story: (change: Change) => Promise<Outcome>;
  /** Outcomes of this kind are neither logged nor counted: nearly every record has it. */
  quiet: Outcome['kind'];
}

/** How many subjects are worked on at once: Security Hub takes 10 calls a second (API BatchImportFindings). */
const LANES = 3;

/**
 * The handler of a batch of stream records (ReportBatchItemFailures). Records of one item are told in their order, and none after
 * one that failed; Lambda repeats the batch from the first failure on, and buries what never succeeds.
 */
export function streamHandler<Change extends object, Outcome extends { kind: string }>(
  work: StreamWork<Change, Outcome>,
) {
  return work.process.wrap(async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const subjects = [...bySubject(event.Records).values()];
    const failed: string[] = [];
    const lane = async () => {
      for (let records = subjects.shift(); records !== undefined; records = subjects.shift()) {
        const failure = await firstFailure(records, work);
        if (failure !== undefined) failed.push(failure);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
}

function bySubject(records: readonly DynamoDBRecord[]): Map<string, DynamoDBRecord[]> {
  const subjects = new Map<string, DynamoDBRecord[]>();
  for (const record of records) {
    const subject = JSON.stringify(record.dynamodb?.Keys);
    subjects.set(subject, [...(subjects.get(subject) ?? []), record]);
  }
  return subjects;
}

/** The sequence number of the first record that could not be told. */
async function firstFailure<Change extends object, Outcome extends { kind: string }>(
  records: readonly DynamoDBRecord[],
  work: StreamWork<Change, Outcome>,
): Promise<string | undefined> {
  for (const record of records) {
    if (!(await told(record, work))) return record.dynamodb?.SequenceNumber ?? '';
  }
  return undefined;
}

async function told<Change extends object, Outcome extends { kind: string }>(
  { eventID, eventSourceARN, dynamodb = {} }: DynamoDBRecord,
  { process, parse, story, quiet }: StreamWork<Change, Outcome>,
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
    const outcome = await story(change);
    if (outcome.kind === quiet) return true;
    count(metricName(outcome.kind));
    log.info('done', { subject: keys?.['pk'], ...outcome });
    return true;
  } catch (error) {
    const code = error instanceof ResealError ? error.code : nameOf(error);
    log.error('record failed', { eventID, subject: keys?.['pk'], code, error: messageOf(error) });
    count('Failed');
    return false;
  }
}

function metricName(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
