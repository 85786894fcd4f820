import type { ReplayedQueue } from '../src/intake/replay-request.ts';
import { clipped, inOneLine } from '../src/problem.ts';

/** What the queues are called in infra/queues.yml. */
const NAMES = new Map([
  ['assess', 'AssessDeadLetters: live events'],
  ['sweep', 'SweepDeadLetters: buckets of a sweep, and later tries'],
  ['job', 'JobDeadLetters: news of jobs'],
  ['run', 'SweepRunDeadLetters: sweeps and parts of sweeps'],
  ['rule', 'RuleDeadLetters: what EventBridge could not deliver'],
  ['announce', 'AnnounceDeadLetters: changes that were not announced'],
]);

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

/** The same for programs. JSON escapes only some of what a terminal obeys, so the rest is escaped here. */
export function lettersInJson(queues: readonly ReplayedQueue[]): string {
  return JSON.stringify({ queues }, undefined, 2).replaceAll(
    /[\u007F-\u009F\u2028\u2029\p{Bidi_Control}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
