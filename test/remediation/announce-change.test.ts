import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LedgerChange } from '../../src/intake/parse-ledger-change.ts';
import type { WritersItem } from '../../src/ledger/writers-item.ts';
import { announceChange } from '../../src/remediation/announce-change.ts';
import { heldImage, imageOf, jobOf, repairOf } from '../announcements/ledger-images.ts';
import { changeOf, openChannels } from './channels.ts';

const STREAM = 'arn:aws:dynamodb:eu-west-1:111111111111:table/ledger/stream/1';

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

  it('that names a client which writes below the standard is sent by every channel but Security Hub, once, beside the news of the bucket', async () => {
    const { deps, take, memories } = openChannels();
    const toldAt = '2026-11-02T10:16:30.000Z';
    const told = { first: toldAt, last: toldAt, days: [], toldAt, count: 1, principal: 'role/exporter' };
    const { bucket, account, region } = good;
    const after: WritersItem = {
      bucket,
      account,
      region,
      newsAt: toldAt,
      writers: [
        { ...told, applied: 'SSE_S3' },
        { ...told, applied: 'SSE_C' },
        { ...told, applied: 'SSE_S3', principal: 'role/known', toldAt: '2026-11-01T10:16:30.000Z' },
      ],
    };
    const change: LedgerChange = { kind: 'writers', position: { stream: STREAM, sequence: '7' }, after };
    assert.equal((await announceChange(change, deps)).kind, 'announced');
    const sent = take();
    assert.deepEqual(sent.toSorted(), [
      'bus Reseal Writes Below Standard',
      'bus Reseal Writes With Customer Key',
      'log writes-below-standard',
      'log writes-with-customer-key',
      'topic Reseal: orders is written to below the standard',
      'topic Reseal: orders is written to with customer keys',
    ]);
    assert.equal((await announceChange(change, deps)).kind, 'quiet');
    assert.deepEqual([take(), [...memories.keys()]], [[], ['BUCKET#111111111111/eu-west-1/orders#WRITERS']]);
  });

  it('that fails in the ledger is told to nobody, and to everybody when it comes again', async () => {
    const { deps, broken, take } = openChannels();
    broken.add('log');
    await assert.rejects(announceChange(changeOf(1, good, held), deps), { message: 'log is broken' });
    assert.deepEqual(take(), []);
    broken.clear();
    await announceChange(changeOf(1, good, held), deps);
    assert.deepEqual(take(), [...SENT_HOLD, `hub ${SAYS} since 2026-11-02`]);
  });

  it('forgets notices that this version does not know', async () => {
    const { deps, memories } = openChannels();
    await announceChange(changeOf(1, good, held), deps);
    const pk = 'BUCKET#111111111111/eu-west-1/orders';
    const memory = memories.get(pk);
    assert(memory !== undefined);
    memories.set(pk, { ...memory, notices: [...memory.notices, 'of a later version'] });
    await announceChange(changeOf(2, held, over), deps);
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

  it('that is quiet leaves nothing behind', async () => {
    const { deps, memories, take } = openChannels();
    assert.deepEqual(await announceChange(changeOf(1, good, over), deps), { kind: 'quiet' });
    assert.deepEqual([take(), [...memories]], [[], []]);
  });

  it('that was lost with the stream is made up for by the next look, although that found nothing new', async () => {
    const { deps, take } = openChannels();
    await announceChange(changeOf(1, good, held), deps);
    take();
    const next = imageOf({ assessedAt: '2026-11-05T10:00:00.000Z' });
    assert.deepEqual(await announceChange(changeOf(2, over, { ...over, rule: 'another' }), deps), { kind: 'quiet' });
    assert.equal((await announceChange(changeOf(3, over, next), deps)).kind, 'announced');
    assert.deepEqual(take().toSorted(), [
      'bus Reseal Hold Ended',
      'hub good since 2026-11-02',
      'log hold-ended',
      'topic Reseal: orders hold ended',
    ]);
    assert.deepEqual(await announceChange(changeOf(4, next, { ...next, assessedAt: over.assessedAt }), deps), {
      kind: 'quiet',
    });
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
    assert.deepEqual(take(), [
      'log job-ended',
      'bus Reseal Job Ended',
      'topic Reseal: orders job ended with objects left',
    ]);
    assert.deepEqual([...memories.keys()], [`JOB#${'b'.repeat(40)}`]);
  });

  it('of a job asks nobody to mend anything where its bucket is gone', async () => {
    const { deps, verdicts, take } = openChannels();
    verdicts.set('orders', 'gone');
    await announceChange({ kind: 'job', position: { stream: STREAM, sequence: '1' }, after: jobOf() }, deps);
    assert.deepEqual(take(), ['log job-ended', 'bus Reseal Job Ended']);
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

  it('stays small, also where a channel never takes anything', async () => {
    const { deps, memories, refusing } = openChannels({ hasHub: false });
    refusing.add('topic');
    for (let at = 0; at < 80; at += 2) {
      await announceChange(changeOf(at, good, held), deps);
      await announceChange(changeOf(at + 1, held, good), deps);
    }
    assert.equal(memories.get('BUCKET#111111111111/eu-west-1/orders')?.owed.length, 60);
  });
});
