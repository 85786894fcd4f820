import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeardPlaces } from '../../src/runtime/heard-places.ts';
import { recordingProcess } from './recording-process.ts';

const PLACE = { account: '111111111111', region: 'eu-west-1' };
const OTHER = { ...PLACE, region: 'us-east-1' };

test('each place is noted once an hour, with the time', async () => {
  let nowMs = Date.parse('2026-11-02T10:00:00.000Z');
  const written: object[] = [];
  const write = async (item: object) => void written.push(item);
  const heard = createHeardPlaces(write, recordingProcess().process.log, () => new Date(nowMs));
  await Promise.all([heard(PLACE), heard(PLACE), heard(OTHER)]);
  nowMs += 3_599_999;
  await heard(PLACE);
  nowMs += 1;
  await heard(PLACE);
  assert.deepEqual(written, [
    { ...PLACE, heardAt: '2026-11-02T10:00:00.000Z' },
    { ...OTHER, heardAt: '2026-11-02T10:00:00.000Z' },
    { ...PLACE, heardAt: '2026-11-02T11:00:00.000Z' },
  ]);
});

test('what cannot be noted is said, and tried again at the next event', async () => {
  const { process, lines } = recordingProcess();
  let tries = 0;
  const write = async () => {
    tries += 1;
    throw new Error('no table');
  };
  const heard = createHeardPlaces(write, process.log, () => new Date());
  await heard(PLACE);
  await heard(PLACE);
  assert.equal(tries, 2);
  assert.deepEqual(lines[0], {
    level: 'warn',
    message: 'place not recorded',
    place: '111111111111/eu-west-1',
    error: 'no table',
  });
});
