import { defineCommand } from 'citty';
import {
  DEAD_LETTER_QUEUES,
  parseReplayAnswer,
  type ReplayAnswer,
  type ReplayedQueue,
} from '../../src/intake/replay-request.ts';
import { present } from '../../src/present.ts';
import { sweepInvoker } from '../../src/runtime/operator-deps.ts';
import { confirmed } from '../confirmation.ts';
import { lettersInJson, lettersInWords } from '../dead-letters.ts';
import { strictArgs } from '../strict-args.ts';
import { UsageError } from '../usage-error.ts';

type Ask = (put: boolean, before?: string) => Promise<ReplayAnswer>;

/** A run takes at most a hundred letters of each queue, so this is more than anybody looks at. */
const MOST_RUNS = 1_000;

export const replayCommand = defineCommand({
  meta: {
    name: 'replay',
    description: 'Show the dead letters, say why each is there, and put them back where they came from',
  },
  plugins: [strictArgs],
  args: {
    function: {
      type: 'string',
      valueHint: 'name',
      description: "The stack's output SweepFunctionName",
      required: true,
    },
    region: { type: 'string', valueHint: 'region', description: 'The Region of the stack', required: true },
    queue: { type: 'string', valueHint: 'name', description: `Only this one: ${DEAD_LETTER_QUEUES.join(', ')}` },
    yes: { type: 'boolean', description: 'Put back without a question' },
    'dry-run': { type: 'boolean', description: 'Only show them' },
    json: { type: 'boolean', description: 'Print one JSON object; without --yes only show them' },
  },
  async run({ args }): Promise<number> {
    const { queue } = args;
    if (queue !== undefined && !DEAD_LETTER_QUEUES.some((each) => each === queue))
      throw new UsageError(`expected one of ${DEAD_LETTER_QUEUES.join(', ')} after --queue, found ${queue}`);
    const sweep = sweepInvoker({ region: args.region, functionName: args.function });
    const ask: Ask = async (put, before) =>
      parseReplayAnswer(await sweep.invoke({ replay: { ...present({ queue, before }), put } }));
    const isToPut = args['dry-run'] !== true && (args.json !== true || args.yes === true);
    const { account, arn } = await sweep.caller();
    if (args.json !== true) console.log(`Account ${account}, ${args.region}, as ${arn}`);
    return args.json === true ? inJson(ask, isToPut) : inWords(ask, { isToPut, isSure: args.yes === true });
  },
});

async function inJson(ask: Ask, isToPut: boolean): Promise<number> {
  const queues = isToPut ? await putAll(ask) : (await ask(false)).replay;
  console.log(lettersInJson(queues));
  return failedOf(queues) > 0 ? 1 : 0;
}

async function inWords(ask: Ask, { isToPut, isSure }: { isToPut: boolean; isSure: boolean }): Promise<number> {
  const { replay: shown } = await ask(false);
  console.log(lettersInWords(shown));
  const count = shown.flatMap(({ letters }) => letters).filter(({ to }) => to !== undefined).length;
  const hasMore = shown.some(({ more }) => more);
  if (count === 0 && !hasMore) {
    console.log('There is nothing to put back.');
    return 0;
  }
  if (!isToPut) {
    console.log('Nothing was put back (--dry-run).');
    return 0;
  }
  const more = hasMore ? ', and those that are not shown' : '';
  if (!isSure && !(await confirmed(`Put back ${count} of these letters${more}?`))) {
    console.log('Nothing was put back.');
    return 1;
  }
  const queues = await putAll(ask);
  const failed = failedOf(queues);
  const put = queues.reduce((sum, each) => sum + each.put, 0);
  const kept = queues.reduce((sum, each) => sum + each.kept, 0);
  console.log(`Put back: ${put}. Left where they were: ${kept}, of which ${failed} could not be put back.`);
  if (failed > 0)
    console.log(lettersInWords(queues.map((each) => ({ ...each, letters: each.letters.filter(isFailed) }))));
  return failed > 0 ? 1 : 0;
}

const isFailed = ({ to, stays }: ReplayedQueue['letters'][number]) => to !== undefined && stays !== undefined;

const failedOf = (queues: readonly ReplayedQueue[]) => queues.reduce((sum, { failed }) => sum + failed, 0);

/** One run after the other, until nothing more is put back of what was there at the first. */
async function putAll(ask: Ask): Promise<ReplayedQueue[]> {
  const put = new Map<string, number>();
  let began: string | undefined;
  for (let runs = 1; ; runs += 1) {
    const { replay: queues, before } = await ask(true, began);
    began = before;
    for (const each of queues) put.set(each.queue, (put.get(each.queue) ?? 0) + each.put);
    const goesOn = queues.some((each) => each.more && each.put > 0) && failedOf(queues) === 0 && runs < MOST_RUNS;
    if (!goesOn) return queues.map((each) => ({ ...each, put: put.get(each.queue) ?? 0 }));
  }
}
