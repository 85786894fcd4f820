import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { codeOf, messageOf } from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import type { Ignored } from '../intake/payload.ts';
import { clipped } from '../problem.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { metricName, type Process } from './process.ts';

/** One function behind a queue: how a record is read, which story it starts, and where its failures go. */
export type QueueWork<Trigger> = Queue<Trigger> &
  (
    | { story: (trigger: Trigger) => Promise<{ kind: string }> }
    /** All messages of a batch about one subject are one story. */
    | { storyOfAll: (triggers: readonly Trigger[]) => Promise<{ kind: string }> }
  );

interface Queue<Trigger> {
  process: Process;
  /** `queueArn` is the queue that the message was in. */
  parse: (body: string, queueArn: string) => Trigger | Ignored;
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
  return work.process.wrap((event: SQSEvent, context) => handleBatch(event, context, work));
}

/** The same of a function behind queues of two kinds; a batch is of one queue. */
export function twoQueuesHandler<One extends object, Other extends object>(
  isOne: (queueArn: string) => boolean,
  one: QueueWork<One>,
  other: QueueWork<Other>,
) {
  return one.process.wrap((event: SQSEvent, context) =>
    isOne(event.Records[0]?.eventSourceARN ?? '')
      ? handleBatch(event, context, one)
      : handleBatch(event, context, other),
  );
}

async function handleBatch<Trigger extends object>(
  event: SQSEvent,
  context: Context,
  work: QueueWork<Trigger>,
): Promise<SQSBatchResponse> {
  using deadline = startDeadline(context);
  const reads = event.Records.flatMap((record) => readRecord(record, work));
  // One that cannot be read is a subject of its own.
  const subjects = Map.groupBy(reads, (read) => ('trigger' in read ? work.subject(read.trigger) : read.record));
  const back = await Promise.all([...subjects.values()].map((inOrder) => backOf(inOrder, work, deadline)));
  return { batchItemFailures: back.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

interface Told<Trigger> {
  record: SQSRecord;
  trigger: Trigger;
}

/** A record with what it asks for, or with why it cannot be read. */
type Read<Trigger> = Told<Trigger> | { record: SQSRecord; error: unknown };

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

/** The ids of those that come back, of the records of one subject: all can be read, or it is one that cannot. */
async function backOf<Trigger>(
  inOrder: readonly Read<Trigger>[],
  work: QueueWork<Trigger>,
  deadline: Deadline,
): Promise<string[]> {
  const back: string[] = [];
  const told = inOrder.flatMap((read) => ('trigger' in read ? [read] : []));
  for (const turn of 'storyOfAll' in work ? [told] : told.map((each) => [each]))
    back.push(...(await runStory(turn, work, deadline)));
  for (const read of inOrder) {
    if ('trigger' in read) continue;
    if ((await fail(read.record, read.error, work, deadline)) === 'back') back.push(read.record.messageId);
  }
  return back;
}

/** The ids of those that come back, of the records of one story. */
async function runStory<Trigger>(
  turn: readonly Told<Trigger>[],
  work: QueueWork<Trigger>,
  deadline: Deadline,
): Promise<string[]> {
  const [first] = turn;
  if (first === undefined) return [];
  const givenBack = () => turn.map(({ record, trigger }) => giveBack(record, trigger, work));
  if (!deadline.mayBegin()) return givenBack();
  try {
    const outcome = await deadline.orOver(() =>
      'storyOfAll' in work ? work.storyOfAll(turn.map(({ trigger }) => trigger)) : work.story(first.trigger),
    );
    if (outcome === 'over') return givenBack();
    work.process.count(metricName(outcome.kind));
    work.process.log.info('done', { ...first.trigger, ...outcome });
    return [];
  } catch (error) {
    const settled = await Promise.all(turn.map(({ record }) => fail(record, error, work, deadline)));
    return turn.flatMap(({ record }, at) => (settled[at] === 'back' ? [record.messageId] : []));
  }
}

function giveBack<Trigger>(
  { messageId }: SQSRecord,
  trigger: Trigger,
  { process, subject }: QueueWork<Trigger>,
): string {
  process.log.warn('given back', { messageId, subject: subject(trigger) });
  process.count('GivenBack');
  return messageId;
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
