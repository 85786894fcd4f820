import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announceAgain, announceChange } from '../../src/remediation/announce-change.ts';
import { heldImage, imageOf, jobOf, repairOf } from '../announcements/ledger-images.ts';
import { changeOf, openChannels } from './channels.ts';

const good = imageOf();
const held = heldImage();

describe('what a channel was told is not known', () => {
  it('where it did not answer: a bucket that is held again is said to be, though it was before', async () => {
    const { deps, take, clock } = openChannels({ hasTopic: false });
    await announceChange(changeOf(1, good, held), deps);
    const { findings } = deps;
    assert.ok(findings);
    deps.findings = { ...findings, send: () => Promise.reject(new Error('taken, and the answer is lost')) };
    const mended = imageOf({ assessedAt: '2026-11-04T10:00:00.000Z' });
    await announceChange(changeOf(2, held, mended), deps);
    deps.findings = findings;
    clock.ms += 60_000;
    take();
    await announceChange(changeOf(3, mended, heldImage({ assessedAt: '2026-11-05T10:00:00.000Z' })), deps);
    assert.equal(take().at(-1), 'hub hold key-policy-lacks-writer weaker-algorithm since 2026-11-02');
  });
});

describe('a finding that was taken without an answer', () => {
  it('is resolved although Security Hub was turned off before it was told again', async () => {
    const channels = openChannels({ hasTopic: false });
    const { deps, hub, later } = channels;
    const { findings } = deps;
    assert.ok(findings);
    deps.findings = { ...findings, send: () => Promise.reject(new Error('taken, and the answer is lost')) };
    await announceChange(changeOf(1, good, held), deps);
    deps.findings = findings;
    hub.isEnabled = false;
    await later();
    await announceChange(changeOf(2, held, imageOf({ assessedAt: '2026-11-04T10:00:00.000Z' })), deps);
    channels.take();
    hub.isEnabled = true;
    assert.deepEqual(await later(), { kind: 'made-up', sent: ['hub good since 2026-11-02'] });
  });
});

describe('what the ledger cannot remember as owed', () => {
  it('is announced to nobody: a later look would not know of it', async () => {
    const { deps, broken, take } = openChannels();
    broken.add('memory');
    await assert.rejects(announceChange(changeOf(1, good, held), deps), { message: 'the memory is broken' });
    assert.deepEqual(take(), ['log bucket-held']);
  });
});

describe('a channel that is gone or denied', () => {
  it('is asked once, and costs the others no time, however many buckets it is owed', async () => {
    const { deps, refusing, broken, clock, take, later } = openChannels();
    refusing.add('topic');
    broken.add('hub');
    for (const bucket of ['first', 'second', 'third']) {
      await announceChange(changeOf(1, imageOf({ bucket }), heldImage({ bucket })), deps);
    }
    broken.clear();
    await later();
    clock.ms += 300_000;
    take();
    let reads = 0;
    const { memory } = deps;
    deps.memory = {
      ...memory,
      read: (subject) => {
        reads += 1;
        return memory.read(subject);
      },
    };
    const outcome = await announceAgain(deps, () => true);
    assert.deepEqual([outcome, reads], [{ kind: 'still-owed', subjects: 3, owing: 3 }, 1]);
  });
});

describe('a job whose letter is owed', () => {
  it('asks nobody to mend anything where its bucket was deleted meanwhile', async () => {
    const channels = openChannels({ hasHub: false });
    channels.broken.add('topic');
    await announceChange({ kind: 'job', position: { stream: 'arn', sequence: '1' }, after: jobOf() }, channels.deps);
    channels.take();
    channels.broken.clear();
    channels.verdicts.set('orders', 'gone');
    assert.deepEqual(await channels.later(), { kind: 'made-up', sent: [] });
    assert.deepEqual(await channels.later(), { kind: 'quiet', sent: [] });
  });
});

describe('what was lost with the stream is announced by the next look', () => {
  const at = '2026-11-03T10:00:00.000Z';
  const deeds = {
    repaired: imageOf({ verdict: 'repair', assessedAt: at, repairs: [repairOf({ at })] }),
    'rolled back': heldImage({ assessedAt: at, rolledBack: { at, by: 'ada' } }),
    acknowledged: imageOf({ assessedAt: at, acknowledgedAt: at, acknowledgedBy: 'ada' }),
    'left over': imageOf({ assessedAt: at, leftovers: [{ code: 'beyond-first-page', message: 'More.' }] }),
  };
  for (const [deed, done] of Object.entries(deeds)) {
    for (const wasHeld of [true, false]) {
      it(`that a bucket was ${deed}${wasHeld ? ' after it was held' : ''}`, async () => {
        const channels = openChannels({ hasHub: false, hasTopic: false });
        const before = wasHeld ? held : good;
        await announceChange(changeOf(1, good, before), channels.deps);
        channels.take();
        channels.broken.add('log');
        const lost = changeOf(2, before, done);
        for (let tries = 1; tries <= 6; tries += 1) await assert.rejects(announceChange(lost, channels.deps));
        channels.broken.clear();
        const looked = { ...done, assessedAt: '2026-11-04T10:00:00.000Z' };
        await announceChange(changeOf(3, done, looked), channels.deps);
        const word = deed.split(' ')[0] ?? '';
        assert.match(channels.take().join(), new RegExp(`bus Reseal \\w+ ${word}`, 'i'));
        await announceChange(changeOf(4, looked, { ...looked, assessedAt: '2026-11-05T10:00:00.000Z' }), channels.deps);
        assert.deepEqual(channels.take(), []);
      });
    }
  }
});
