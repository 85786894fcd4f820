import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { codeOf, messageOf } from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import type { Ignored } from '../intake/payload.ts';
import { clipped } from '../problem.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { metricName, type Process } from './process.ts';

/** One function behind a queue: how a record is read, which story it starts, and where its failures go. */
export interface QueueWork<Trigger> {
  process: Process;
  /** `queueArn` is the queue that the message was in. */
  parse: (body: string, queueArn: string) => Trigger | Ignored;
  story: (trigger: Trigger) => Promise<{ kind: string }>;
  /** Messages about one subject are handled one after the other, different subjects at once. */
  subject: (trigger: Trigger) => string;
  /** Puts a message that no retry can help into the dead-letter queue, with the reason and the queue that it was in. */
  bury: (body: string, reason: { code: string; message: string; queue: string }) => Promise<void>;
}

/** What becomes of a message: it is done with, or it comes back. */
type Settled = 'done' | 'back';

/**
 * The handler of an SQS batch (ReportBatchItemFailures): one bad or slow record never costs its neighbours. What cannot be parsed, and
 * our own faults that a retry cannot mend, are buried at once; everything else that fails comes back by the queue's redrive, and so does,
 * by name, what is not finished when the time is over.
 */
export function queueHandler<Trigger extends object>(work: QueueWork<Trigger>) {
  return work.process.wrap(async (event: SQSEvent, context): Promise<SQSBatchResponse> => {
    using deadline = startDeadline(context);
    const reads = event.Records.flatMap((record) => readRecord(record, work));
    // One that cannot be read is a subject of its own.
    const subjects = Map.groupBy(reads, (read) => ('trigger' in read ? work.subject(read.trigger) : read.record));
    const back = await Promise.all([...subjects.values()].map((inOrder) => backOf(inOrder, work, deadline)));
    return { batchItemFailures: back.flat().map((itemIdentifier) => ({ itemIdentifier })) };
  });
}

/** A record with what it asks for, or with why it cannot be read. */
type Read<Trigger> = { record: SQSRecord; trigger: Trigger } | { record: SQSRecord; error: unknown };

/** Nothing of a record that is none of our business. */
function readRecord<Trigger extends object>(
  record: SQSRecord,
  { process, parse }: QueueWork<Trigger>,
): Read<Trigger>[] {
  try {
    const trigger = parse(record.body, record.eventSourceARN);
    if (!('ignored' in trigger)) return [{ record, trigger }];
    process.count('Ignored');
    process.log.info('ignored', { messageId: record.messageId, why: clipped(trigger.ignored, 2_000) });
    return [];
  } catch (error) {
    return [{ record, error }];
  }
}

/** The ids of those that come back, of the records of one subject. */
async function backOf<Trigger>(
  inOrder: readonly Read<Trigger>[],
  work: QueueWork<Trigger>,
  deadline: Deadline,
): Promise<string[]> {
  const back: string[] = [];
  for (const { record, ...read } of inOrder) {
    const settled =
      'trigger' in read ? runStory(record, read.trigger, work, deadline) : fail(record, read.error, work, deadline);
    if ((await settled) === 'back') back.push(record.messageId);
  }
  return back;
}

async function runStory<Trigger>(
  record: SQSRecord,
  trigger: Trigger,
  work: QueueWork<Trigger>,
  deadline: Deadline,
): Promise<Settled> {
  if (!deadline.mayBegin()) return giveBack(record, trigger, work);
  try {
    const outcome = await deadline.orOver(() => work.story(trigger));
    if (outcome === 'over') return giveBack(record, trigger, work);
    work.process.count(metricName(outcome.kind));
    work.process.log.info('done', { ...trigger, ...outcome });
    return 'done';
  } catch (error) {
    return fail(record, error, work, deadline);
  }
}

function giveBack<Trigger>(
  { messageId }: SQSRecord,
  trigger: Trigger,
  { process, subject }: QueueWork<Trigger>,
): Settled {
  process.log.warn('given back', { messageId, subject: subject(trigger) });
  process.count('GivenBack');
  return 'back';
}

async function fail<Trigger>(
  { messageId, body, eventSourceARN: queue }: SQSRecord,
  error: unknown,
  { process, bury }: QueueWork<Trigger>,
  deadline: Deadline,
): Promise<Settled> {
  const { log, count } = process;
  const code = codeOf(error);
  const message = messageOf(error);
  const isHopeless = error instanceof ResealError && !error.retryable;
  const subject = error instanceof ResealError ? (error.bucket ?? error.jobId) : undefined;
  log.error(isHopeless ? 'message buried' : 'message failed', { messageId, code, error: message, subject });
  count(isHopeless ? 'Buried' : 'Failed');
  if (!isHopeless) return 'back';
  try {
    return (await deadline.orOver(() => bury(body, { code, message, queue }))) === 'over' ? 'back' : 'done';
  } catch (buryError) {
    log.error('dead-letter queue not reached', { messageId, error: messageOf(buryError) });
    return 'back';
  }
}
