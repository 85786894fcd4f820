import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { messageOf, nameOf } from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import type { Ignored } from '../intake/fact.ts';
import type { Process } from './process.ts';

/** One function behind a queue: how a record is read, what is told with it, and where its failures go. */
export interface QueueWork<Fact, Outcome extends { kind: string }> {
  process: Process;
  parse: (body: string) => Fact | Ignored;
  story: (fact: Fact) => Promise<Outcome>;
  /** Facts of one subject are told one after the other; different subjects at once. */
  subject: (fact: Fact) => string;
  /** Puts a message that no retry can help into the dead-letter queue, with the reason. */
  bury: (body: string, reason: { code: string; message: string }) => Promise<void>;
}

interface Read<Fact> {
  record: SQSRecord;
  fact: Fact;
}

/**
 * The handler of an SQS batch (ReportBatchItemFailures): one bad record never costs its neighbours. What cannot be parsed, and our
 * own faults that a retry cannot mend, are buried at once; everything else that fails comes back by the queue's redrive.
 */
export function queueHandler<Fact extends object, Outcome extends { kind: string }>(work: QueueWork<Fact, Outcome>) {
  return work.process.wrap(async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    const groups = new Map<string, Read<Fact>[]>();
    for (const record of event.Records) {
      const fact = await read(record, work, failed);
      if (fact === undefined) continue;
      const subject = work.subject(fact);
      groups.set(subject, [...(groups.get(subject) ?? []), { record, fact }]);
    }
    await Promise.all(
      [...groups.values()].map(async (group) => {
        for (const each of group) await tell(each, work, failed);
      }),
    );
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
}

async function read<Fact extends object, O extends { kind: string }>(
  record: SQSRecord,
  work: QueueWork<Fact, O>,
  failed: string[],
) {
  try {
    const fact = work.parse(record.body);
    if (!('ignored' in fact)) return fact;
    work.process.count('Ignored');
    work.process.log.info('ignored', { messageId: record.messageId, why: fact.ignored });
  } catch (error) {
    await fail(error, record, work, failed);
  }
  return undefined;
}

async function tell<Fact extends object, O extends { kind: string }>(
  { record, fact }: Read<Fact>,
  work: QueueWork<Fact, O>,
  failed: string[],
) {
  try {
    const outcome = await work.story(fact);
    work.process.count(metricName(outcome.kind));
    work.process.log.info('done', { ...fact, ...outcome });
  } catch (error) {
    await fail(error, record, work, failed);
  }
}

async function fail<Fact, O extends { kind: string }>(
  error: unknown,
  record: SQSRecord,
  work: QueueWork<Fact, O>,
  failed: string[],
) {
  const code = error instanceof ResealError ? error.code : nameOf(error);
  const hopeless = error instanceof ResealError && !error.retryable;
  const { log, count } = work.process;
  log.error(hopeless ? 'message buried' : 'message failed', {
    messageId: record.messageId,
    code,
    error: messageOf(error),
    subject: subjectOf(error),
  });
  count(hopeless ? 'Buried' : 'Failed');
  try {
    if (hopeless) return await work.bury(record.body, { code, message: messageOf(error) });
  } catch (buryError) {
    log.error('dead-letter queue not reached', { messageId: record.messageId, error: messageOf(buryError) });
  }
  failed.push(record.messageId);
}

function subjectOf(error: unknown): string | undefined {
  return error instanceof ResealError ? (error.bucket ?? error.jobId) : undefined;
}

/** complete-with-failures -> CompleteWithFailures */
function metricName(kind: string): string {
  return kind.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
