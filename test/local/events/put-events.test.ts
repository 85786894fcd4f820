import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { startLocal } from '../../../local/start-local.ts';
import type { BusEvent } from '../../../local/world.ts';
import { createClients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';

const BUS = 'arn:aws:events:eu-west-1:111111111111:event-bus/default';

const entry = (changes: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'reseal',
  DetailType: 'Bucket repaired',
  Detail: '{"bucket":"b"}',
  ...changes,
});

async function openBus() {
  const aws = await startLocal({ now: () => new Date('2026-11-22T01:02:03.456Z') });
  const clients = createClients(aws);
  return {
    aws,
    send: (...Entries: PutEventsRequestEntry[]) => clients.eventBridge.send(new PutEventsCommand({ Entries })),
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

describe('PutEvents', () => {
  test('puts an event on the default bus of the caller, where rules and people see it', async () => {
    await using open = await openBus();
    const arrived: BusEvent[] = [];
    open.aws.bus.faults.add({ kind: 'lose' }, { when: (event) => arrived.push(event) > 0 && false });
    const Time = new Date('2026-01-01T00:00:00.999Z');
    const answer = await open.send(entry(), entry({ Resources: ['arn:aws:s3:::b'], Time, EventBusName: BUS }));
    assert.equal(answer.FailedEntryCount, 0);
    const ids = answer.Entries?.map(({ EventId }) => EventId) ?? [];
    const event = {
      version: '0',
      'detail-type': 'Bucket repaired',
      source: 'reseal',
      account: '111111111111',
      region: 'eu-west-1',
      detail: { bucket: 'b' },
    };
    assert.deepEqual(arrived, [
      { ...event, id: ids[0], time: '2026-11-22T01:02:03Z', resources: [] },
      { ...event, id: ids[1], time: '2026-01-01T00:00:00Z', resources: ['arn:aws:s3:::b'] },
    ]);
    const { events } = Object(await (await fetch(`${open.aws.endpoint}/_local/events`)).json());
    assert.deepEqual(
      Object(events).map(({ id }: { id: string }) => id),
      ids,
    );
  });

  test('fails the entries that are wrong, each in its place, and takes the others', async () => {
    await using open = await openBus();
    const answer = await open.send(
      entry({ Source: undefined }),
      entry(),
      entry({ Detail: '{' }),
      entry({ Detail: '[1]' }),
      entry({ Source: 'aws.s3' }),
      entry({ DetailType: '' }),
    );
    assert.equal(answer.FailedEntryCount, 5);
    assert.deepEqual(
      answer.Entries?.map(({ ErrorCode }) => ErrorCode),
      [
        'InvalidArgument',
        undefined,
        'MalformedDetail',
        'MalformedDetail',
        'NotAuthorizedForSourceException',
        'InvalidArgument',
      ],
    );
    assert.equal(open.aws.bus.log.events.length, 1);
  });

  for (const [what, entries, refusal] of [
    ['no entry', [], { name: 'ValidationException' }],
    ['eleven entries', Array.from({ length: 11 }, () => entry()), { name: 'ValidationException' }],
    [
      'entries of 256 KB',
      [entry({ Detail: JSON.stringify({ long: 'x'.repeat(256 * 1024) }) })],
      { name: 'ValidationException' },
    ],
    ['another bus', [entry({ EventBusName: 'other' })], { name: 'ResourceNotFoundException' }],
    ['a trace header', [entry({ TraceHeader: 'Root=1' })], { name: 'NotImplemented', message: /TraceHeader/ }],
  ] as const) {
    test(`refuses ${what}`, async () => {
      await using open = await openBus();
      await assert.rejects(open.send(...entries), refusal);
      assert.deepEqual(open.aws.bus.log.events, []);
    });
  }

  test('needs events:PutEvents on the bus, under the conditions of each entry', async () => {
    await using open = await openBus();
    const credentials = sessionThatMay(open.aws, {
      actions: ['events:PutEvents'],
      resource: BUS,
      condition: { StringEquals: { 'events:source': 'reseal', 'events:detail-type': 'Bucket repaired' } },
    });
    await using limited = createClients(open.aws, { credentials });
    const send = (...Entries: PutEventsRequestEntry[]) => limited.eventBridge.send(new PutEventsCommand({ Entries }));
    assert.equal((await send(entry())).FailedEntryCount, 0);
    for (const other of [{ Source: 'other' }, { DetailType: 'other' }]) {
      await assert.rejects(send(entry(), entry(other)), { name: 'AccessDeniedException', message: /events:PutEvents/ });
    }
  });
});
