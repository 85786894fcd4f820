import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type * as z from 'zod/mini';
import { announcementsOf } from '../../src/announcements/announcements-of.ts';
import { parseLedgerChange } from '../../src/intake/parse-ledger-change.ts';
import { announcedLook, bucketKey, repair } from '../../src/ledger/bucket-item.ts';
import { heldImage, imageOf } from './ledger-images.ts';

/** A value that a schema takes. */
function sampleOf(schema: z.core.$ZodType & { safeParse: (value: unknown) => { success: boolean } }): unknown {
  const sample = ['2026-11-02T10:16:31.250Z', true, 7, {}, []].find((each) => schema.safeParse(each).success);
  assert.notEqual(sample, undefined, 'give this test a sample of the new kind of field');
  return sample;
}

const samplesOf = (shape: Record<string, Parameters<typeof sampleOf>[0]>) =>
  Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, sampleOf(schema)]));

/** The announcement of an item, from the record of the stream on. */
function announced(item: object): object {
  const position = { stream: 'arn', sequence: '1' };
  const change = parseLedgerChange({ keys: bucketKey(imageOf()), before: imageOf(), after: item, position });
  assert.ok('kind' in change && change.kind === 'bucket');
  const [announcement] = announcementsOf({ ...change, announced: undefined }).announcements;
  return announcement ?? assert.fail('nothing is announced');
}

describe('what the ledger says of a bucket reaches its event by its schema alone', () => {
  it('every member of a look', () => {
    const look = { ...samplesOf(announcedLook), verdict: 'hold' };
    const announcement = announced({ ...heldImage(), ...look });
    assert.deepEqual({ ...announcement, ...look }, announcement);
  });

  it('every member of a repair', () => {
    const made = samplesOf(repair.shape);
    const announcement = announced(imageOf({ verdict: 'repair', repairs: [repair.parse(made)] }));
    assert.deepEqual({ ...announcement, ...made }, announcement);
  });
});
