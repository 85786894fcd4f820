import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { Context } from 'aws-lambda';
import { ResealError } from '../../src/errors.ts';
import type { Ignored } from '../../src/intake/payload.ts';
import { timeLeftMs, waitInTime } from '../../src/runtime/deadline.ts';
import { queueHandler, twoQueuesHandler } from '../../src/runtime/queue-handler.ts';
import { batchOf, CONTEXT } from './lambda-input.ts';
import { recordingProcess } from './recording-process.ts';

interface Fact {
  bucket: string;
  /** How the story of this fact ends. */
  end: string;
}

/** Reads `BUCKET END`. */
function parse(body: string): Fact | Ignored {
  const [bucket = '', end] = body.split(' ');
  if (bucket === 'ignore') return { ignored: 'none of our business' };
  if (end === undefined) throw new ResealError('malformed-message', `Not a message: ${body}`);
  return { bucket, end };
}

/** So says `batchOf`. */
const QUEUE = 'arn:aws:sqs:eu-west-1:111111111111:assess';

/** A handler over facts as `parse` reads them; `told` and `buried` are what came of them. */
function handled(
  options: {
    meanwhile?: (trigger: Fact) => Promise<void>;
    buryFails?: boolean;
    context?: Context;
  } = {},
) {
  const { process, lines, counted } = recordingProcess();
  const told: string[] = [];
  const buried: [string, { code: string; message: string }][] = [];
  const handler = queueHandler<Fact>({
    process,
    parse,
    story: async (trigger) => {
      told.push(`begin ${trigger.bucket} ${trigger.end}`);
      await options.meanwhile?.(trigger);
      told.push(`end ${trigger.bucket} ${trigger.end}`);
      if (trigger.end === 'crashes') throw new TypeError('of undefined');
      if (trigger.end === 'later')
        throw new ResealError('job-refused', 'try again', { retryable: true, bucket: trigger.bucket });
      if (trigger.end === 'never') throw new ResealError('write-refused', 'hopeless', { bucket: trigger.bucket });
      return { kind: trigger.end, jobs: 1 };
    },
    subject: (trigger) => trigger.bucket,
    bury: async (body, reason) => {
      if (options.buryFails === true) throw new Error('queue is away');
      buried.push([body, reason]);
    },
  });
  const run = async (...bodies: string[]) =>
    (await handler(batchOf(...bodies), options.context ?? CONTEXT)).batchItemFailures.map(
      ({ itemIdentifier }) => itemIdentifier,
    );
  return { run, told, buried, lines, counted };
}

test('a batch that went well returns nothing to the queue', async () => {
  const { run, told, counted, lines } = handled();
  assert.deepEqual(await run('a repair', 'b complete-with-failures'), []);
  assert.deepEqual(told.toSorted(), [
    'begin a repair',
    'begin b complete-with-failures',
    'end a repair',
    'end b complete-with-failures',
  ]);
  assert.deepEqual(counted.toSorted(), ['CompleteWithFailures', 'Repair']);
  assert.deepEqual(
    lines.toSorted((a, b) => String(a['bucket']).localeCompare(String(b['bucket']))),
    [
      { level: 'info', message: 'done', bucket: 'a', end: 'repair', kind: 'repair', jobs: 1 },
      {
        level: 'info',
        message: 'done',
        bucket: 'b',
        end: 'complete-with-failures',
        kind: 'complete-with-failures',
        jobs: 1,
      },
    ],
  );
});

test('one bad record never costs its neighbours', async () => {
  const { run, told, buried } = handled();
  assert.deepEqual(await run('a repair', 'nonsense', 'b crashes', 'c later', 'd never', 'ignore', 'e repair'), [
    'm2',
    'm3',
  ]);
  assert.deepEqual(told.filter((line) => line.startsWith('end')).toSorted(), [
    'end a repair',
    'end b crashes',
    'end c later',
    'end d never',
    'end e repair',
  ]);
  assert.deepEqual(buried, [
    ['nonsense', { code: 'malformed-message', message: 'Not a message: nonsense', queue: QUEUE }],
    ['d never', { code: 'write-refused', message: 'hopeless', queue: QUEUE }],
  ]);
});

test('a malformed record is buried with its reason and acknowledged', async () => {
  const { run, buried, lines, counted } = handled();
  assert.deepEqual(await run('nonsense'), []);
  assert.deepEqual(buried, [
    ['nonsense', { code: 'malformed-message', message: 'Not a message: nonsense', queue: QUEUE }],
  ]);
  assert.deepEqual(counted, ['Buried']);
  assert.deepEqual(lines, [
    {
      level: 'error',
      message: 'message buried',
      messageId: 'm0',
      code: 'malformed-message',
      error: 'Not a message: nonsense',
      subject: undefined,
    },
  ]);
});

test('what cannot be buried goes back to the queue, whose redrive buries it', async () => {
  const { run, lines } = handled({ buryFails: true });
  assert.deepEqual(await run('nonsense', 'a repair'), ['m0']);
  assert.deepEqual(
    lines.map(({ level, message, error }) => [level, message, error]),
    [
      ['error', 'message buried', 'Not a message: nonsense'],
      ['error', 'dead-letter queue not reached', 'queue is away'],
      ['info', 'done', undefined],
    ],
  );
});

test('an error that nobody foresaw is tried again, and its line names it', async () => {
  const { run, buried, lines, counted } = handled();
  assert.deepEqual(await run('a crashes'), ['m0']);
  assert.deepEqual(buried, []);
  assert.deepEqual(counted, ['Failed']);
  assert.deepEqual(lines, [
    {
      level: 'error',
      message: 'message failed',
      messageId: 'm0',
      code: 'TypeError',
      error: 'of undefined',
      subject: undefined,
    },
  ]);
});

test('a failure that a retry may mend goes back to the queue and names its bucket', async () => {
  const { run, lines } = handled();
  assert.deepEqual(await run('a later'), ['m0']);
  assert.deepEqual(lines, [
    {
      level: 'error',
      message: 'message failed',
      messageId: 'm0',
      code: 'job-refused',
      error: 'try again',
      subject: 'a',
    },
  ]);
});

test('an ignored record is counted and said, and no story is told', async () => {
  const { run, told, lines, counted } = handled();
  assert.deepEqual(await run('ignore'), []);
  assert.deepEqual(told, []);
  assert.deepEqual(counted, ['Ignored']);
  assert.deepEqual(lines, [{ level: 'info', message: 'ignored', messageId: 'm0', why: 'none of our business' }]);
});

test('facts of one subject are told one after the other, others at once', async () => {
  // Nobody goes on before every subject has begun: this ends only if they run at once.
  const begun = new Set<string>();
  const all = Promise.withResolvers<void>();
  const { run, told } = handled({
    meanwhile: async ({ bucket }) => {
      begun.add(bucket);
      if (begun.size === 2) all.resolve();
      await all.promise;
    },
  });
  assert.deepEqual(await run('a repair', 'a compliant', 'b repair', 'a hold'), []);
  assert.deepEqual(
    told.filter((line) => line.includes(' a ')),
    ['begin a repair', 'end a repair', 'begin a compliant', 'end a compliant', 'begin a hold', 'end a hold'],
  );
  assert.deepEqual(told.slice(0, 2), ['begin a repair', 'begin b repair']);
});

test('a trigger is told although the one before it about the same subject failed', async () => {
  const { run, told } = handled();
  assert.deepEqual(await run('a later', 'a crashes', 'a repair'), ['m0', 'm1']);
  assert.equal(told.at(-1), 'end a repair');
});

test('an empty batch is no failure', async () => {
  const { run, lines, counted } = handled();
  assert.deepEqual([await run(), lines, counted], [[], [], []]);
});

const NEVER = Promise.withResolvers<void>().promise;

/** The clock of one invocation, which the test moves. */
function invocation(leftMs: number) {
  mock.timers.enable({ apis: ['setTimeout'] });
  const clock = { leftMs };
  return {
    context: { ...CONTEXT, getRemainingTimeInMillis: () => clock.leftMs },
    pass: (ms: number) => {
      clock.leftMs -= ms;
      mock.timers.tick(ms);
    },
    [Symbol.dispose]: () => mock.timers.reset(),
  };
}

test('of ten records one never ends: it is given back by name before the time is over, and the nine are not', async () => {
  using time = invocation(60_000);
  let ended = 0;
  const nine = Promise.withResolvers<void>();
  const { run, lines, counted } = handled({
    context: time.context,
    meanwhile: async ({ bucket }) => {
      if (bucket === 'slow') await NEVER;
      if (++ended === 9) nine.resolve();
    },
  });
  const bodies = ['a', 'b', 'c', 'slow', 'd', 'e', 'f', 'g', 'h', 'i'].map((bucket) => `${bucket} repair`);
  const answer = run(...bodies);
  await nine.promise;
  time.pass(56_999);
  assert.equal(lines.filter(({ message }) => message === 'given back').length, 0);
  time.pass(1);
  assert.deepEqual(await answer, ['m3']);
  assert.deepEqual(
    lines.filter(({ level }) => level !== 'info'),
    [{ level: 'warn', message: 'given back', messageId: 'm3', subject: 'slow' }],
  );
  assert.deepEqual(counted.toSorted(), ['GivenBack', ...Array(9).fill('Repair')]);
});

test('no story begins with too little time left, and those of its bucket that wait are given back with it', async () => {
  using time = invocation(60_000);
  const { run, told, counted } = handled({
    context: time.context,
    meanwhile: async () => time.pass(40_001),
  });
  assert.deepEqual(await run('a repair', 'a hold', 'a compliant'), ['m1', 'm2']);
  assert.deepEqual(told, ['begin a repair', 'end a repair']);
  assert.deepEqual(counted, ['Repair', 'GivenBack', 'GivenBack']);
});

test('a story knows the time it has, and one that will not wait past it is given back at once', async () => {
  using time = invocation(60_000);
  const seen: number[] = [];
  const { run, lines } = handled({
    context: time.context,
    meanwhile: async () => {
      seen.push(timeLeftMs());
      await waitInTime(57_000);
    },
  });
  assert.deepEqual([await run('a repair'), seen], [['m0'], [57_000]]);
  assert.deepEqual(lines, [{ level: 'warn', message: 'given back', messageId: 'm0', subject: 'a' }]);
});

test('a story that ends badly after it was given back leaves no line and no dead letter', async () => {
  using time = invocation(30_000);
  const late = Promise.withResolvers<void>();
  const { run, lines, counted, buried, told } = handled({ context: time.context, meanwhile: () => late.promise });
  const answer = run('a never');
  time.pass(27_000);
  assert.deepEqual(await answer, ['m0']);
  late.resolve();
  await new Promise(setImmediate);
  assert.deepEqual(told, ['begin a never', 'end a never']);
  assert.deepEqual([lines.length, counted, buried], [1, ['GivenBack'], []]);
});

/** Two queues: of facts one by one, and of facts by bucket, `told` together. */
function handledTogether() {
  const { process, lines } = recordingProcess();
  const told: string[] = [];
  const buried: string[] = [];
  const work = {
    process,
    parse,
    subject: ({ bucket }: Fact) => bucket,
    bury: async (body: string) => void buried.push(body),
  };
  const tell = (facts: readonly Fact[]) => {
    told.push(facts.map(({ bucket, end }) => `${bucket} ${end}`).join(', '));
    if (facts.some(({ end }) => end === 'later')) throw new ResealError('ledger-failed', 'later', { retryable: true });
    return Promise.resolve({ kind: 'done' });
  };
  const handler = twoQueuesHandler(
    (queue) => queue === QUEUE,
    { ...work, storyOfAll: tell },
    { ...work, story: (fact) => tell([fact]) },
  );
  return { handler, told, buried, lines };
}

test('where all messages of a subject are one story, they come back together, and the others do not', async () => {
  const { handler, told, buried } = handledTogether();
  const batch = batchOf('a 1', 'b later', 'bad', 'a 2', 'b 2', 'ignore');
  const { batchItemFailures } = await handler(batch, CONTEXT);
  assert.deepEqual(told.toSorted(), ['a 1, a 2', 'b later, b 2']);
  const ids = [1, 4].map((at) => ({ itemIdentifier: batch.Records[at]?.messageId ?? '' }));
  assert.deepEqual([batchItemFailures, buried], [ids, ['bad']]);
});

test('the messages of another queue are told one by one', async () => {
  const { handler, told } = handledTogether();
  const batch = batchOf('a 1', 'a 2');
  for (const record of batch.Records) record.eventSourceARN = `${QUEUE}-of-others`;
  assert.deepEqual(await handler(batch, CONTEXT), { batchItemFailures: [] });
  assert.deepEqual(told, ['a 1', 'a 2']);
});
