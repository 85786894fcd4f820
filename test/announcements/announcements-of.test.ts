import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Announced,
  announcementsOf,
  type BucketChange,
  isQuiet,
} from '../../src/announcements/announcements-of.ts';
import type { JudgedBucketItem } from '../../src/ledger/bucket-item.ts';
import { exampleAnnouncements } from './announcement-examples.ts';
import { heldImage, imageOf, reason, repairOf } from './ledger-images.ts';

/** What a row of changes announces, each before the next; what is remembered then. */
function newsOf(images: (JudgedBucketItem | undefined)[], start?: Announced) {
  const kinds: string[] = [];
  const ids: string[] = [];
  let announced = start;
  for (let at = 1; at < images.length; at += 1) {
    const [before, after] = [images[at - 1], images[at]];
    if (after === undefined) throw new Error('only the first image may be absent');
    const change: BucketChange = { before, after };
    if (announced === undefined && isQuiet(change)) continue;
    const news = announcementsOf({ ...change, announced });
    kinds.push(...news.announcements.map(({ kind }) => kind));
    ids.push(...news.announcements.map(({ id }) => id));
    announced = news.announced;
  }
  return { kinds, ids, announced };
}

const held = heldImage();
const good = imageOf();
const parked = imageOf({ verdict: 'unreadable', parked: true, reasons: [reason('read-denied')] });
const tried = imageOf({ verdict: 'unreadable', reasons: [reason('read-denied')] });
const exempt = imageOf({ verdict: 'exempt', reasons: [reason('exception')] });
const gone = imageOf({ verdict: 'gone', reasons: [], goneAt: '2026-11-03T08:00:00.000Z' });
const repaired = imageOf({ verdict: 'repair', repairs: [repairOf()] });

describe('nothing is announced of', () => {
  const rows: Record<string, (JudgedBucketItem | undefined)[]> = {
    'a bucket that is seen for the first time and compliant': [undefined, good],
    'a compliant bucket that is looked at again': [good, imageOf({ assessedAt: '2026-11-03T10:00:00.000Z' })],
    'a compliant bucket whose reasons to be so change': [
      good,
      imageOf({ reasons: [reason('stronger-than-standard')] }),
    ],
    'a compliant bucket that is deleted, or made again': [good, gone, good],
    'a bucket that is still tried': [good, tried, tried, good],
    'leftovers that are gone': [imageOf({ leftovers: [reason('beyond-first-page')] }), good],
    'a verdict of a later version': [good, imageOf({ verdict: 'quarantined' })],
  };
  for (const [name, images] of Object.entries(rows)) {
    it(name, () => assert.deepEqual(newsOf(images).kinds, []));
  }
});

describe('a bucket is announced', () => {
  const rows: Record<string, [images: (JudgedBucketItem | undefined)[], kinds: string[]]> = {
    'once while it is held for the same reasons': [
      [good, held, heldImage({ assessedAt: '2026-11-03T10:16:30.000Z' }), held],
      ['bucket-held'],
    ],
    'again when the reasons of a hold change': [
      [good, held, heldImage({ reasons: [reason('key-not-enabled')] })],
      ['bucket-held', 'bucket-held'],
    ],
    'once where the words of a hold change and its codes do not': [
      [good, held, heldImage({ reasons: held.reasons.map(({ code }) => reason(code, 'Other words.')).reverse() })],
      ['bucket-held'],
    ],
    'when a hold ends, and when it is held once more': [
      [undefined, held, good, held],
      ['bucket-held', 'hold-ended', 'bucket-held'],
    ],
    'once where a hold is interrupted by a failed look': [[good, held, tried, held], ['bucket-held']],
    'when a hold ends after a failed look': [
      [good, held, tried, good],
      ['bucket-held', 'hold-ended'],
    ],
    'as unreadable when it is parked, and once while every sweep parks it again': [
      [good, tried, parked, tried, parked],
      ['bucket-unreadable'],
    ],
    'when it can be read again': [
      [good, parked, good],
      ['bucket-unreadable', 'bucket-compliant'],
    ],
    'when it is repaired, and not as a hold that ended': [
      [good, held, repaired, imageOf({ repairs: [repairOf()] })],
      ['bucket-held', 'bucket-repaired'],
    ],
    'once when it is repaired': [[good, repaired, imageOf({ repairs: [repairOf()] })], ['bucket-repaired']],
    'for each repair': [
      [
        good,
        repaired,
        imageOf({ verdict: 'repair', repairs: [repairOf(), repairOf({ at: '2026-11-02T11:00:00.000Z' })] }),
      ],
      ['bucket-repaired', 'bucket-repaired'],
    ],
    'for both rules that a crash left': [
      [good, imageOf({ verdict: 'repair', repairs: [repairOf(), repairOf({ replaced: {} })] })],
      ['bucket-repaired', 'bucket-repaired'],
    ],
    'when it becomes exempt, and when it no longer is': [
      [good, exempt, exempt, good],
      ['bucket-exempt', 'bucket-compliant'],
    ],
    'as held again after a repair that is heard of late': [
      [good, held, heldImage({ assessedAt: '2026-11-04T10:00:00.000Z', repairs: [repairOf()] })],
      ['bucket-held', 'bucket-repaired', 'bucket-held'],
    ],
    'as compliant where one of its name was exempt and is gone': [
      [good, exempt, gone, imageOf({ assessedAt: '2026-11-04T10:00:00.000Z' })],
      ['bucket-exempt', 'bucket-compliant'],
    ],
    'once as observed': [
      [good, heldImage({ verdict: 'repair', observed: true }), heldImage({ verdict: 'repair', observed: true })],
      ['bucket-observed'],
    ],
    'when it is deleted while it is held': [
      [good, held, gone],
      ['bucket-held', 'bucket-gone'],
    ],
    'when objects are left over at a compliant bucket': [
      [
        good,
        imageOf({ leftovers: [reason('beyond-first-page')] }),
        imageOf({ leftovers: [reason('beyond-first-page')] }),
      ],
      ['objects-left-over'],
    ],
  };
  for (const [name, [images, kinds]] of Object.entries(rows)) {
    it(name, () => assert.deepEqual(newsOf(images).kinds, kinds));
  }

  it('where it is held since before anything could be announced', () => {
    assert.deepEqual(newsOf([held, held]).kinds, ['bucket-held']);
  });
});

describe('exceptions are announced', () => {
  const ending = imageOf({ verdict: 'exempt', reasons: [reason('exception'), reason('exception-ending')] });
  const expired = imageOf({ reasons: [reason('exception-expired')] });
  const heldAndExpired = heldImage({ reasons: [...held.reasons, reason('exception-expired')] });

  it('once before they end, and once when they have', () => {
    assert.deepEqual(newsOf([good, exempt, ending, ending, expired, expired, good]).kinds, [
      'bucket-exempt',
      'exception-ending',
      'bucket-compliant',
      'exception-expired',
    ]);
  });

  it('beside a hold, which they do not make another', () => {
    assert.deepEqual(newsOf([good, held, heldAndExpired, heldAndExpired]).kinds, ['bucket-held', 'exception-expired']);
  });

  it('again where one was renewed in between', () => {
    const { kinds, ids } = newsOf([good, exempt, ending, exempt, ending]);
    assert.deepEqual(kinds, ['bucket-exempt', 'exception-ending', 'exception-ending']);
    assert.equal(new Set(ids).size, 2, 'the same words of the same standing are the same notice');
  });

  it('as refused, whatever the reason', () => {
    for (const code of ['malformed', 'unproven', 'not-allowed', 'too-long']) {
      const asked = imageOf({ reasons: [reason(`exception-request-${code}`)] });
      assert.deepEqual(newsOf([good, asked, asked]).kinds, ['exception-refused'], code);
    }
  });
});

describe('what is to be known of a compliant bucket is announced', () => {
  for (const code of ['log-target-unproven', 'key-shut']) {
    const noticed = imageOf({ reasons: [reason('stronger-than-standard'), reason(code)] });

    it(`${code}: once, however often it is seen, and again where it was gone in between`, () => {
      assert.deepEqual(newsOf([good, noticed, noticed, good, noticed]).kinds, [code, code]);
    });
  }

  it('as the hold alone where the policy makes a hold of it', () => {
    const proven = heldImage({ reasons: [reason('log-target-unproven')] });
    assert.deepEqual(newsOf([good, proven, proven, good]).kinds, ['bucket-held', 'hold-ended']);
  });
});

describe('what people did is announced', () => {
  const rolledBack = { at: '2026-11-02T12:00:00.000Z', by: 'ada' };
  const atOnce = imageOf({ verdict: 'repair', repairs: [repairOf()], rolledBack });
  const looked = heldImage({
    repairs: [repairOf()],
    rolledBack,
    reasons: [reason('rolled-back'), reason('key-other')],
  });

  it('a rollback, and not the hold that it makes', () => {
    const { kinds, announced } = newsOf([good, repaired, atOnce, looked, looked]);
    assert.deepEqual(kinds, ['bucket-repaired', 'bucket-rolled-back']);
    assert.equal(announced?.standing, 'hold rolled-back');
  });

  it('an acknowledgement, and then what becomes of the bucket', () => {
    const { rolledBack: _, ...rest } = looked;
    const acknowledged = { ...rest, acknowledgedAt: '2026-11-02T13:00:00.000Z', acknowledgedBy: 'ada' };
    const again = { ...imageOf({ verdict: 'repair' }), acknowledgedAt: acknowledged.acknowledgedAt };
    const repairs = [repairOf(), repairOf({ at: '2026-11-02T13:00:09.000Z' })];
    assert.deepEqual(newsOf([good, repaired, atOnce, looked, acknowledged, { ...again, repairs }]).kinds, [
      'bucket-repaired',
      'bucket-rolled-back',
      'bucket-acknowledged',
      'bucket-repaired',
    ]);
  });

  it('an acknowledgement before anybody looked, which ends no hold yet', () => {
    const { rolledBack: _, ...rest } = atOnce;
    const acknowledged = { ...rest, acknowledgedAt: '2026-11-02T12:00:30.000Z', acknowledgedBy: 'ada' };
    assert.deepEqual(newsOf([good, repaired, atOnce, acknowledged]).kinds, [
      'bucket-repaired',
      'bucket-rolled-back',
      'bucket-acknowledged',
    ]);
  });
});

describe('ids', () => {
  it('are the same for the same change again', () => {
    assert.deepEqual(exampleAnnouncements(), exampleAnnouncements());
    const ids = exampleAnnouncements().map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('are the same where a later look announces what an earlier one could not', () => {
    const first = announcementsOf({ before: good, after: held, announced: undefined });
    const later = announcementsOf({
      before: held,
      after: heldImage({ assessedAt: '2026-11-03T10:00:00.000Z' }),
      announced: undefined,
    });
    assert.deepEqual(
      later.announcements.map(({ id }) => id),
      first.announcements.map(({ id }) => id),
    );
  });

  it('differ for two holds with the same reasons, and for namesakes in two Regions', () => {
    const { ids } = newsOf([good, held, good, held]);
    const elsewhere = newsOf([undefined, heldImage({ region: 'eu-central-1' })]).ids;
    assert.equal(new Set([...ids, ...elsewhere]).size, 4);
  });
});

describe('jobs', () => {});
