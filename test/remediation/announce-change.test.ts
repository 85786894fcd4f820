import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LedgerChange } from '../../src/intake/parse-ledger-change.ts';
import type { AnnouncedItem } from '../../src/ledger/announced-item.ts';
import type { JudgedBucketItem } from '../../src/ledger/bucket-item.ts';
import { announceChange, type AnnounceDeps } from '../../src/remediation/announce-change.ts';
import { heldImage, imageOf, jobOf, repairOf } from '../announcements/ledger-images.ts';

const STREAM = 'arn:aws:dynamodb:eu-west-1:111111111111:table/ledger/stream/1';

function changeOf(sequence: number, before: JudgedBucketItem | undefined, after: JudgedBucketItem): LedgerChange {
  return {
    kind: 'bucket',
    position: { stream: STREAM, sequence: String(sequence) },
    ...(before === undefined ? {} : { before }),
    after,
  };
}

/** Channels that write down what they are given, in order; those in `broken` fail. */
function openChannels({ hasHub = true, hasTopic = true } = {}) {
  const sent: string[] = [];
  const broken = new Set<string>();
  const memories = new Map<string, AnnouncedItem>();
  const hub = { isEnabled: true };
  const channel = async (name: string, what: string) => {
    if (broken.has(name)) throw new Error(`${name} is broken`);
    sent.push(`${name} ${what}`);
  };
  const deps: AnnounceDeps = {
    changeLog: { write: ({ kind }) => channel('log', kind) },
    eventBus: { put: ({ detailType }) => channel('bus', detailType) },
    ...(hasTopic ? { topic: { publish: ({ subject }) => channel('topic', subject) } } : {}),
    ...(hasHub
      ? {
          findings: {
            send: async ({ says }, createdAt) => {
              if (hub.isEnabled) await channel('hub', `${says} since ${createdAt.slice(0, 10)}`);
              return hub.isEnabled;
            },
          },
        }
      : {}),
    memory: {
      read: async ({ pk }) => structuredClone(memories.get(pk)),
      write: async ({ pk }, memory) => {
        if (broken.has('memory')) throw new Error('the memory is broken');
        memories.set(pk, structuredClone(memory));
      },
    },
    log: {
      info: () => {},
      warn: (message, fields) => sent.push(`warning: ${message} ${Reflect.get(fields, 'bucket')}`),
      error: () => {},
    },
  };
  const take = () => sent.splice(0);
  return { deps, broken, hub, memories, take };
}

const good = imageOf();
const held = heldImage();
const later = heldImage({ assessedAt: '2026-11-03T10:00:00.000Z' });
const over = imageOf({ assessedAt: '2026-11-04T10:00:00.000Z' });
const SAYS = 'hold key-policy-lacks-writer weaker-algorithm';
const SENT_HOLD = ['log bucket-held', 'bus Reseal Bucket Held', 'topic Reseal: orders held'];

describe('a change of the ledger', () => {
  it('is sent by every channel once, and its finding is resolved with it', async () => {
    const { deps, take } = openChannels();
    const outcome = await announceChange(changeOf(1, good, held), deps);
    const [first] = outcome.kind === 'announced' ? outcome.announcements : [];
    assert.deepEqual(outcome, {
      kind: 'announced',
      bucket: '111111111111/eu-west-1/orders',
      announcements: [{ kind: 'bucket-held', id: first?.id }],
    });
    assert.deepEqual(take(), [...SENT_HOLD, `hub ${SAYS} since 2026-11-02`]);
    assert.deepEqual(await announceChange(changeOf(2, held, later), deps), { kind: 'quiet' });
    assert.deepEqual(take(), []);
    await announceChange(changeOf(3, later, over), deps);
    assert.deepEqual(take(), [
      'log hold-ended',
      'bus Reseal Hold Ended',
      'topic Reseal: orders hold ended',
      'hub good since 2026-11-02',
    ]);
  });

  it('leaves a mark of every channel, which a later version of a function reads', async () => {
    const { deps, memories } = openChannels();
    const outcome = await announceChange(changeOf(1, good, held), deps);
    assert(outcome.kind === 'announced');
    const [first] = outcome.announcements;
    const marks = ['log', 'bus', 'topic'].map((channel) => `${channel} ${first?.id}`);
    assert.deepEqual(memories.get('BUCKET#111111111111/eu-west-1/orders')?.marks, marks);
  });

  it('that fails remembers no notices that this version does not know', async () => {
    const { deps, broken, memories } = openChannels();
    await announceChange(changeOf(1, good, held), deps);
    const pk = 'BUCKET#111111111111/eu-west-1/orders';
    const memory = memories.get(pk);
    assert(memory !== undefined);
    memories.set(pk, { ...memory, notices: [...memory.notices, 'of a later version'] });
    broken.add('bus');
    await assert.rejects(announceChange(changeOf(2, held, over), deps), { message: 'bus is broken' });
    assert.deepEqual(memories.get(pk)?.notices, memory.notices);
  });

  it('that stays the same is sent to Security Hub once a month, which forgets what nobody updates', async () => {
    const { deps, take } = openChannels();
    await announceChange(changeOf(1, good, held), deps);
    take();
    const months = ['2026-11-20', '2026-12-03', '2026-12-20', '2027-01-10'].map((day) =>
      heldImage({ assessedAt: `${day}T10:00:00.000Z` }),
    );
    const sent: string[][] = [];
    for (const [at, image] of months.entries()) {
      await announceChange(changeOf(at + 2, held, image), deps);
      sent.push(take());
    }
    assert.deepEqual(sent, [[], [`hub ${SAYS} since 2026-11-02`], [], [`hub ${SAYS} since 2026-11-02`]]);
  });

  it('whose words change under the same codes sends its finding anew, and nothing else', async () => {
    const { deps, take } = openChannels();
    await announceChange(changeOf(1, good, held), deps);
    take();
    const reasons = (held.reasons ?? []).map((reason) => ({ ...reason, message: `${reason.message} Now for WAF.` }));
    const other = heldImage({ assessedAt: '2026-11-03T10:00:00.000Z', reasons });
    assert.deepEqual(await announceChange(changeOf(2, held, other), deps), { kind: 'quiet' });
    assert.deepEqual(take(), [`hub ${SAYS} since 2026-11-02`]);
  });

  it('that comes again is not announced again, even after what followed it', async () => {
    const { deps, take } = openChannels();
    const changes = [changeOf(9, good, held), changeOf(10, held, over)];
    for (const change of changes) await announceChange(change, deps);
    take();
    for (const change of changes) assert.deepEqual(await announceChange(change, deps), { kind: 'quiet' });
    assert.deepEqual(take(), []);
  });

  it('of another stream is not taken for an old one', async () => {
    const { deps, take } = openChannels();
    await announceChange(changeOf(9, good, held), deps);
    take();
    const position = { stream: STREAM.replace('/1', '/2'), sequence: '1' };
    const restored = await announceChange({ ...changeOf(1, held, over), position }, deps);
    assert.equal(restored.kind, 'announced');
  });

  it('that is quiet asks for nothing, not even for what was announced', async () => {
    const { deps, broken } = openChannels();
    broken.add('memory');
    deps.memory.read = async () => assert.fail('was read');
    assert.deepEqual(await announceChange(changeOf(1, good, over), deps), { kind: 'quiet' });
  });

  it('is announced without a topic and without Security Hub', async () => {
    const { deps, take } = openChannels({ hasHub: false, hasTopic: false });
    await announceChange(changeOf(1, good, held), deps);
    assert.deepEqual(take(), ['log bucket-held', 'bus Reseal Bucket Held']);
  });

  it('of a job is announced once, under the key of the job, and makes no finding', async () => {
    const { deps, memories, take } = openChannels();
    const job: LedgerChange = {
      kind: 'job',
      position: { stream: STREAM, sequence: '1' },
      after: jobOf(),
    };
    await announceChange(job, deps);
    await announceChange(job, deps);
    assert.deepEqual(take(), ['log job-ended', 'bus Reseal Job Ended', 'topic Reseal: orders job ended with failures']);
    assert.deepEqual([...memories.keys()], [`JOB#${'b'.repeat(40)}`]);
  });
});

describe('a channel that fails', () => {
  for (const [name, before] of Object.entries({ bus: 1, topic: 2, hub: 3 })) {
    it(`is tried again without those before it: ${name}`, async () => {
      const { deps, broken, take } = openChannels();
      broken.add(name);
      await assert.rejects(announceChange(changeOf(1, good, held), deps), { message: `${name} is broken` });
      const all = [...SENT_HOLD, `hub ${SAYS} since 2026-11-02`];
      assert.deepEqual(take(), all.slice(0, before));
      broken.clear();
      await announceChange(changeOf(1, good, held), deps);
      assert.deepEqual(take(), all.slice(before));
    });
  }

  it('does not hide its error behind a memory that fails too; everything is repeated then', async () => {
    const { deps, broken, take } = openChannels({ hasHub: false });
    broken.add('topic').add('memory');
    await assert.rejects(announceChange(changeOf(1, good, held), deps), { message: 'topic is broken' });
    assert.deepEqual(take(), [...SENT_HOLD.slice(0, 2), 'warning: progress not kept 111111111111/eu-west-1/orders']);
    broken.clear();
    await announceChange(changeOf(1, good, held), deps);
    assert.deepEqual(take(), SENT_HOLD);
  });

  it('for good leaves a hold unsaid, and its next look announces it', async () => {
    const { deps, broken, take } = openChannels({ hasHub: false });
    broken.add('bus');
    await assert.rejects(announceChange(changeOf(1, good, held), deps));
    broken.clear();
    take();
    await announceChange(changeOf(2, held, later), deps);
    assert.deepEqual(take(), SENT_HOLD.slice(1));
  });
});

describe('Security Hub', () => {
  it('that is enabled later gets the finding at the next look', async () => {
    const { deps, hub, take } = openChannels();
    hub.isEnabled = false;
    await announceChange(changeOf(1, good, held), deps);
    assert.deepEqual(take(), SENT_HOLD);
    hub.isEnabled = true;
    await announceChange(changeOf(2, held, later), deps);
    assert.deepEqual(take(), [`hub ${SAYS} since 2026-11-03`]);
  });

  it('hears nothing of a bucket that was repaired and never had a finding', async () => {
    const { deps, take } = openChannels({ hasTopic: false });
    await announceChange(changeOf(1, good, imageOf({ verdict: 'repair', repairs: [repairOf()] })), deps);
    assert.deepEqual(take(), ['log bucket-repaired', 'bus Reseal Bucket Repaired']);
  });

  it('has its finding opened again where the bucket is held again, since the first time', async () => {
    const { deps, take } = openChannels({ hasTopic: false });
    await announceChange(changeOf(1, good, held), deps);
    await announceChange(changeOf(2, held, imageOf({ verdict: 'repair', repairs: [repairOf()] })), deps);
    take();
    await announceChange(changeOf(3, over, later), deps);
    assert.deepEqual(take().slice(2), [`hub ${SAYS} since 2026-11-02`]);
  });
});

describe('the memory', () => {
  it('is not written where a look found nothing new', async () => {
    const { deps, broken } = openChannels();
    await announceChange(changeOf(1, good, held), deps);
    broken.add('memory');
    assert.deepEqual(await announceChange(changeOf(2, held, later), deps), { kind: 'quiet' });
  });

  it('stays small', async () => {
    const { deps, memories } = openChannels({ hasHub: false });
    for (let at = 0; at < 60; at += 2) {
      await announceChange(changeOf(at, good, held), deps);
      await announceChange(changeOf(at + 1, held, good), deps);
    }
    assert.equal(memories.get('BUCKET#111111111111/eu-west-1/orders')?.marks.length, 60);
  });
});
