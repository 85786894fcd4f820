import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announceChange, announceAgain } from '../../src/remediation/announce-change.ts';
import { heldImage, imageOf, jobOf, repairOf } from '../announcements/ledger-images.ts';
import { changeOf, openChannels } from './channels.ts';

const good = imageOf();
const held = heldImage();
const repairs = [repairOf({ at: '2026-11-03T10:00:00.000Z' })];
const repaired = imageOf({
  verdict: 'repair',
  assessedAt: '2026-11-03T10:00:00.000Z',
  repairs,
});
const heldAgain = heldImage({ assessedAt: '2026-11-04T10:00:00.000Z', repairs });
const gone = imageOf({
  verdict: 'gone',
  reasons: [],
  assessedAt: '2026-11-05T10:00:00.000Z',
  repairs,
});
const LIFE = [good, held, repaired, heldAgain, gone];

type Channels = ReturnType<typeof openChannels>;

/** A bucket is held, repaired, held again and deleted; and a job of another one fails. */
async function live({ deps }: Channels): Promise<void> {
  for (const [at, image] of LIFE.slice(1).entries()) await announceChange(changeOf(at, LIFE[at], image), deps);
  const position = { stream: 'arn', sequence: '1' };
  await announceChange({ kind: 'job', position, after: jobOf() }, deps);
}

const heardBy = (sent: readonly string[], channel: string) => sent.filter((each) => each.startsWith(`${channel} `));

/** How each channel stands in the end where nothing ever fails. */
async function undisturbed() {
  const channels = openChannels();
  await live(channels);
  const sent = channels.take();
  return { sent, ids: channels.ids, hub: heardBy(sent, 'hub').at(-1) };
}

const BROKEN = [
  ['bus'],
  ['topic'],
  ['hub'],
  ['bus', 'topic'],
  ['bus', 'hub'],
  ['topic', 'hub'],
  ['bus', 'topic', 'hub'],
];

describe('a channel that does not answer', () => {
  for (const names of BROKEN) {
    for (const [howLong, tries] of [
      ['five minutes', 1],
      ['a day', 288],
    ] as const) {
      it(`for ${howLong} is told everything at last, in order and once: ${names.join(' and ')}`, async () => {
        const expected = await undisturbed();
        const channels = openChannels();
        for (const name of names) channels.broken.add(name);
        await live(channels);
        const heard = channels.take();
        for (const name of ['log', 'bus', 'topic', 'hub'].filter((each) => !names.includes(each))) {
          assert.deepEqual(heardBy(heard, name), heardBy(expected.sent, name), `${name} misses nothing`);
        }
        for (let at = 0; at < tries; at += 1) {
          assert.deepEqual(await channels.later(), { kind: 'still-owed', sent: [] });
        }
        channels.broken.clear();
        const { kind, sent } = await channels.later();
        assert.equal(kind, 'made-up');
        for (const name of ['bus', 'topic']) {
          assert.deepEqual(heardBy([...heard, ...sent], name), heardBy(expected.sent, name), name);
        }
        assert.deepEqual(channels.ids.toSorted(), expected.ids.toSorted());
        const last = heardBy([...heard, ...sent], 'hub').at(-1);
        assert.equal(
          last?.split(' since')[0],
          expected.hub?.split(' since')[0],
          'the finding of a bucket that is gone is resolved',
        );
        assert.deepEqual(await channels.later(), { kind: 'quiet', sent: [] });
      });
    }
  }

  it('for good costs the others nothing, and is said again and again', async () => {
    const expected = await undisturbed();
    const channels = openChannels();
    channels.broken.add('topic');
    await live(channels);
    const heard = channels.take();
    assert.deepEqual(
      heard,
      expected.sent.filter((each) => !each.startsWith('topic')),
    );
    for (let at = 0; at < 3; at += 1) assert.deepEqual(await channels.later(), { kind: 'still-owed', sent: [] });
  });

  it('is left alone for half a minute, also by other buckets, and one that refuses is not', async () => {
    const channels = openChannels({ hasHub: false });
    const asked: string[] = [];
    const refusal = Object.assign(new Error('no'), {
      name: 'InvalidParameterException',
      $metadata: { httpStatusCode: 400 },
    });
    let error: Error = new Error('no answer');
    channels.deps.topic = {
      publish: async ({ subject }) => {
        asked.push(subject);
        throw error;
      },
    };
    const other = heldImage({ bucket: 'other' });
    await announceChange(changeOf(1, good, held), channels.deps);
    await announceChange(changeOf(1, imageOf({ bucket: 'other' }), other), channels.deps);
    assert.deepEqual(asked.splice(0), ['Reseal: orders held']);
    const { kind, owing } = await announceAgain(channels.deps, () => true);
    assert.deepEqual([kind, owing, asked.splice(0)], ['still-owed', 2, ['Reseal: orders held']]);
    error = refusal;
    assert.equal((await channels.later()).kind, 'still-owed');
    assert.deepEqual(asked, ['Reseal: orders held', 'Reseal: other held']);
  });
});

describe('what is owed', () => {
  it('is told with the next change of its bucket, before that', async () => {
    const { deps, broken, clock, take } = openChannels({ hasHub: false });
    broken.add('topic');
    await announceChange(changeOf(1, good, held), deps);
    broken.clear();
    clock.ms += 60_000;
    take();
    await announceChange(changeOf(2, held, repaired), deps);
    assert.deepEqual(heardBy(take(), 'topic'), ['topic Reseal: orders held', 'topic Reseal: orders repaired']);
  });

  it('is not owed to a channel that the stack has no more, nor where the change log has lost it', async () => {
    const channels = openChannels({ hasHub: false });
    channels.broken.add('topic').add('bus');
    await announceChange(changeOf(1, good, held), channels.deps);
    channels.broken.delete('bus');
    delete channels.deps.topic;
    assert.deepEqual(await channels.later(), { kind: 'made-up', sent: ['log bucket-held', 'bus Reseal Bucket Held'] });
    channels.broken.add('bus');
    await announceChange(changeOf(2, held, repaired), channels.deps);
    channels.log.clear();
    channels.take();
    assert.deepEqual(await channels.later(), { kind: 'made-up', sent: [] });
    assert.deepEqual(await channels.later(), { kind: 'quiet', sent: [] });
  });

  it('waits where the time is short, and one bucket whose memory fails costs the others nothing', async () => {
    const { deps, broken, clock, take } = openChannels({ hasHub: false });
    broken.add('bus');
    await announceChange(changeOf(1, good, held), deps);
    await announceChange(changeOf(1, imageOf({ bucket: 'other' }), heldImage({ bucket: 'other' })), deps);
    broken.clear();
    take();
    clock.ms += 60_000;
    assert.deepEqual(await announceAgain(deps, () => false), { kind: 'quiet', subjects: 0, owing: 0 });
    broken.add('memory');
    assert.deepEqual(await announceAgain(deps, () => true), { kind: 'still-owed', subjects: 2, owing: 2 });
    assert.deepEqual(take(), ['bus Reseal Bucket Held', 'bus Reseal Bucket Held']);
  });
});

describe('Security Hub', () => {
  it('that was turned off while the owner mended the bucket resolves its finding when it is on again', async () => {
    const channels = openChannels({ hasTopic: false });
    await announceChange(changeOf(1, good, held), channels.deps);
    channels.hub.isEnabled = false;
    await announceChange(changeOf(2, held, imageOf({ assessedAt: '2026-11-04T10:00:00.000Z' })), channels.deps);
    channels.take();
    assert.deepEqual(await channels.later(), { kind: 'made-up', sent: [] });
    channels.hub.isEnabled = true;
    assert.deepEqual(await channels.later(), { kind: 'made-up', sent: ['hub good since 2026-11-02'] });
    assert.deepEqual(await channels.later(), { kind: 'quiet', sent: [] });
  });

  it('that never was on is owed nothing', async () => {
    const channels = openChannels({ hasTopic: false });
    channels.hub.isEnabled = false;
    await live(channels);
    channels.take();
    assert.deepEqual(await channels.later(), { kind: 'quiet', sent: [] });
  });

  it('of an account that cannot be reached is owed its finding, asked in vain without an alarm, and told when it can be', async () => {
    const channels = openChannels({ hasTopic: false });
    channels.hub.isReached = false;
    await announceChange(changeOf(1, good, held), channels.deps);
    assert.deepEqual(heardBy(channels.take(), 'bus'), ['bus Reseal Bucket Held'], 'the others are told');
    const reads: string[] = [];
    const { memory } = channels.deps;
    channels.deps.memory = {
      ...memory,
      read: (subject) => {
        reads.push(subject.pk);
        return memory.read(subject);
      },
    };
    for (let at = 0; at < 288; at += 1) assert.deepEqual(await channels.later(), { kind: 'quiet', sent: [] });
    assert.deepEqual(reads, [], 'nothing is read for what nobody takes');
    channels.hub.isReached = true;
    assert.deepEqual(await channels.later(), {
      kind: 'made-up',
      sent: ['hub hold key-policy-lacks-writer weaker-algorithm since 2026-11-02'],
    });
    assert.deepEqual(await channels.later(), { kind: 'quiet', sent: [] });
  });

  it('that may have taken a finding without an answer is told when it is resolved', async () => {
    const channels = openChannels({ hasTopic: false });
    channels.broken.add('hub');
    await announceChange(changeOf(1, good, held), channels.deps);
    channels.broken.clear();
    channels.clock.ms += 60_000;
    channels.take();
    await announceChange(changeOf(2, held, imageOf({ assessedAt: '2026-11-04T10:00:00.000Z' })), channels.deps);
    assert.deepEqual(heardBy(channels.take(), 'hub'), ['hub good since 2026-11-02']);
  });
});
