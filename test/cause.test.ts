import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cause, CAUSES, causeRow } from '../src/cause.ts';

/** What follows from each cause, as docs and stories rest on it. */
const EXPECTED: [Cause, string[]][] = [
  ['created', ['isDrift', 'startsAsSseS3']],
  ['encryption-deleted', ['isDrift', 'takesAway', 'startsAsSseS3', 'coversObjects']],
  ['encryption-put', ['isDrift', 'takesAway']],
  ['tagged', []],
  ['access-changed', []],
  ['logging-changed', []],
  ['deleted', ['startsAsSseS3', 'endsLife']],
  ['sweep', []],
];

const followsFrom = (cause: string) =>
  Object.entries(causeRow(cause)).flatMap(([name, holds]) => (holds ? [name] : []));

test('each cause has one row', () => {
  assert.deepEqual(
    EXPECTED.map(([cause]) => cause),
    CAUSES,
  );
  for (const [cause, expected] of EXPECTED) assert.deepEqual(followsFrom(cause).toSorted(), expected.toSorted(), cause);
});

test('a cause that only a later version knows says nothing, whatever its name', () => {
  for (const cause of ['replicated', '', 'constructor', '__proto__', 'toString', 'Created']) {
    assert.deepEqual(followsFrom(cause), [], cause);
  }
});
