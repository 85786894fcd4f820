import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { AttributeValue, DynamoDBRecord, ScheduledEvent } from 'aws-lambda';
import { streamHandler } from '../../src/runtime/stream-handler.ts';
import { needTime } from '../../src/runtime/deadline.ts';
import { CONTEXT } from './lambda-input.ts';
import { recordingProcess } from './recording-process.ts';

const SCHEDULED: ScheduledEvent = JSON.parse(
  readFileSync(new URL('../../events/sweep/scheduled.json', import.meta.url), 'utf8'),
);

function recordOf(sequence: number, pk: string, image: Record<string, AttributeValue> = {}): DynamoDBRecord {
  return {
    eventID: `e${sequence}`,
    eventName: 'MODIFY',
    eventSourceARN: 'arn:stream',
    dynamodb: { Keys: { pk: { S: pk } }, NewImage: image, SequenceNumber: String(sequence) },
  };
}

/** Tells what it is given, and fails for images that say so. */
function openHandler() {
  const told: string[] = [];
  const recording = recordingProcess();
  const handler = streamHandler({
    process: recording.process,
    parse: (record: unknown) => record as { keys: { pk: string }; after: Record<string, unknown> },
    story: async ({ keys, after }) => {
      // A look at the clock of nobody: others get their turn.
      await Promise.resolve();
      if (after['fails'] === true) throw new Error('no channel');
      told.push(`${keys.pk}${JSON.stringify(after['n']) ?? ''}`);
      return { kind: after['quiet'] === true ? 'quiet' : 'announced' };
    },
    again: async () => ({ kind: 'quiet' }),
    quiet: 'quiet',
  });
  const run = (...records: DynamoDBRecord[]) => handler({ Records: records }, CONTEXT);
  return { run, told, ...recording };
}

const n = (value: number) => ({ n: { N: String(value) } });

describe('a batch of stream records', () => {
  it('is told in order for each item', async () => {
    const { run, told } = openHandler();
    const records = [1, 2, 3, 4, 5, 6].map((at) => recordOf(at, at % 2 === 0 ? 'even' : 'odd', n(at)));
    assert.deepEqual(await run(...records), { batchItemFailures: [] });
    assert.deepEqual(
      [told.filter((each) => each.startsWith('even')), told.filter((each) => each.startsWith('odd'))],
      [
        ['even2', 'even4', 'even6'],
        ['odd1', 'odd3', 'odd5'],
      ],
    );
  });

  it('stops an item at its first failure, names that record, and goes on with the others', async () => {
    const { run, told, lines, counted } = openHandler();
    const bad = { fails: { BOOL: true } };
    const answer = await run(recordOf(1, 'a'), recordOf(2, 'b', bad), recordOf(3, 'b', n(3)), recordOf(4, 'c'));
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: '2' }] });
    assert.deepEqual(told.sort(), ['a', 'c']);
    assert.deepEqual(
      lines.filter(({ level }) => level === 'error'),
      [{ level: 'error', message: 'record failed', eventID: 'e2', subject: 'b', code: 'Error', error: 'no channel' }],
    );
    assert.deepEqual(counted.sort(), ['Announced', 'Announced', 'Failed']);
  });

  it('gives back by name what is not finished in time, and what came after it of the same item', async () => {
    const { process, lines, counted } = recordingProcess();
    const clock = { leftMs: 60_000 };
    const told: string[] = [];
    const handler = streamHandler({
      process,
      parse: (record: unknown) => record as { keys: { pk: string } },
      story: async ({ keys }) => {
        if (keys.pk === 'slow') {
          clock.leftMs = 3_000;
          needTime();
        }
        told.push(keys.pk);
        return { kind: 'announced' };
      },
      again: async () => ({ kind: 'quiet' }),
      quiet: 'quiet',
    });
    const Records = ['a', 'b', 'slow', 'c', 'slow', 'd'].map((pk, at) => recordOf(at + 1, pk));
    const answer = await handler({ Records }, { ...CONTEXT, getRemainingTimeInMillis: () => clock.leftMs });
    assert.deepEqual(told.sort(), ['a', 'b']);
    assert.deepEqual(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort(), ['3', '4', '6']);
    assert.deepEqual(
      counted.filter((each) => each !== 'Announced'),
      ['GivenBack', 'GivenBack', 'GivenBack'],
    );
    const said = lines.filter(({ message }) => message === 'given back').map(({ eventID }) => String(eventID));
    assert.deepEqual(said.sort(), ['e3', 'e4', 'e6']);
  });

  it('leaves no line and no count for what is quiet', async () => {
    const { run, lines, counted } = openHandler();
    await run(recordOf(1, 'a', { quiet: { BOOL: true } }));
    assert.deepEqual([lines, counted], [[], []]);
  });
});

describe('a scheduled event', () => {
  for (const [kind, leftMs, lines] of [
    ['still-owed', 60_000, [{ level: 'info', message: 'done', kind: 'still-owed' }]],
    ['quiet', 60_000, []],
    ['over', 3_000, []],
  ] as const) {
    it(`asks again, and tells what came of it: ${kind}`, async () => {
      const recording = recordingProcess();
      const seen: boolean[] = [];
      const handler = streamHandler({
        process: recording.process,
        parse: () => assert.fail('there is no record'),
        story: () => assert.fail('there is no change'),
        again: async (mayGoOn) => {
          seen.push(mayGoOn());
          if (kind === 'over') needTime();
          return { kind };
        },
        quiet: 'quiet',
      });
      const context = { ...CONTEXT, getRemainingTimeInMillis: () => leftMs };
      assert.deepEqual(await handler(SCHEDULED, context), { batchItemFailures: [] });
      assert.deepEqual([seen, recording.lines], [[leftMs > 20_000], lines]);
      assert.deepEqual(recording.counted, kind === 'still-owed' ? ['StillOwed'] : []);
    });
  }
});
