import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcementId } from '../../src/announcements/announcement.ts';

const PLACE = { account: '111122223333', region: 'eu-west-1', bucket: 'orders' };

test('the same announcement has the same id, whatever else is known of the bucket', () => {
  const id = announcementId(PLACE, 'bucket-held', 'flapping');
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(announcementId({ ...PLACE, verdict: 'hold' } as typeof PLACE, 'bucket-held', 'flapping'), id);
});

test('no two announcements share one', () => {
  const ids = [
    announcementId(PLACE, 'bucket-held', 'a', 'b'),
    announcementId(PLACE, 'bucket-held', 'ab'),
    announcementId(PLACE, 'bucket-held', 'b', 'a'),
    announcementId(PLACE, 'bucket-held', 'a", "b'),
    announcementId(PLACE, 'bucket-gone', 'a', 'b'),
    announcementId({ ...PLACE, account: '444455556666' }, 'bucket-held', 'a', 'b'),
    announcementId({ ...PLACE, region: 'eu-west-2' }, 'bucket-held', 'a', 'b'),
    announcementId({ ...PLACE, bucket: 'orders-2' }, 'bucket-held', 'a', 'b'),
  ];
  assert.equal(new Set(ids).size, ids.length);
});
