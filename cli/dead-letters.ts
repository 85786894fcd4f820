import { DEAD_LETTER_QUEUES, type DeadLetterQueue, type ReplayedQueue } from '../src/intake/replay-request.ts';
import { clipped, inOneLine } from '../src/problem.ts';
import { QUEUE_NAMES } from '../src/remediation/overview.ts';
import { asJson } from './terminal-json.ts';

/** What waits in them. */
export const WAITING: Readonly<Record<DeadLetterQueue, string>> = {
  assess: 'live events',
  sweep: 'buckets of a sweep, and of later tries',
  job: 'news of jobs',
  object: 'pieces of jobs that Reseal runs itself',
  run: 'sweeps and parts of sweeps',
  rule: 'what EventBridge could not deliver',
  announce: 'changes that were not announced',
};
const NAMES = new Map<string, string>(
  DEAD_LETTER_QUEUES.map((each) => [each, `${QUEUE_NAMES[each]}: ${WAITING[each]}`]),
);

const MOST_BODY = 300;

/** Dead letters for people. What is in them comes from others: it stays in its line, and a terminal obeys none of it. */
export function lettersInWords(queues: readonly ReplayedQueue[]): string {
  const lines = queues
    .filter(({ letters }) => letters.length > 0)
    .flatMap(({ queue, letters, more }) => [
      `${NAMES.get(queue) ?? inOneLine(queue)}, ${letters.length}${more ? ' and more' : ''}`,
      ...letters.flatMap(({ id, sentAt, why, to, stays, body }) => [
        `  ${inOneLine(id)} of ${inOneLine(sentAt)}`,
        `    why:  ${inOneLine(why)}`,
        `    ${stays === undefined ? `back: to the queue ${inOneLine(to ?? '?')}` : `stays: ${inOneLine(stays)}`}`,
        `    body: ${inOneLine(clipped(body, MOST_BODY))}`,
      ]),
    ]);
  return lines.length === 0 ? 'There are no dead letters.' : lines.join('\n');
}

/** The same for programs. */
export function lettersInJson(queues: readonly ReplayedQueue[]): string {
  return asJson({ queues }, 2);
}
