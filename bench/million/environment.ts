/** One environment of the function sweep, for ../million.ts: it gets one invocation at a time, and tells what was asked of AWS and what it took. */
import { batchOf, CONTEXT } from '../../test/runtime/lambda-input.ts';
import { type Asked, stubAws } from './stubbed-aws.ts';

/** What an environment tells after an invocation; its figures are those since it started. */
export interface Told {
  answer: {
    accounts?: number;
    accountsUnread?: string;
    why?: string;
    left?: number;
    ended?: { buckets: number; unlisted: number };
  };
  seconds: number;
  asked: Asked;
  cpuSeconds: number;
  rssMb: number;
  peakMb: number;
}

const asked = stubAws(JSON.parse(process.env['ORGANIZATION'] ?? '{}'), (work) => process.send?.({ work }));
const { handler } = await import('../../functions/sweep.ts');
const MEGABYTE = 1_024 ** 2;

process.on('message', ({ body }: { body?: string }) => void invoke(body === undefined ? {} : batchOf(body)));
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });

async function invoke(payload: unknown): Promise<void> {
  const started = performance.now();
  const untilMs = started + 900_000;
  const context = { ...CONTEXT, getRemainingTimeInMillis: () => untilMs - performance.now() };
  const answer = await handler(payload, context, { signal: new AbortController().signal });
  const { user, system } = process.cpuUsage();
  const told = {
    answer: answer as Told['answer'],
    seconds: (performance.now() - started) / 1_000,
    asked,
    cpuSeconds: (user + system) / 1e6,
    rssMb: Math.round(process.memoryUsage.rss() / MEGABYTE),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1_024),
  } satisfies Told;
  process.send?.({ told });
}
