import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addObject, emptyVerifyTally } from '../../../cli/verify/verify-tally.ts';
import { type VerifyEnd, verifyProgress, verifyScreen, wordsOfCode } from '../../../cli/verify/verify-words.ts';
import { LACKS, LEFT_CODES } from '../../../src/policy/plan/object-standing.ts';

function tallyOf() {
  const tally = emptyVerifyTally();
  const add = (count: number, key: string, standing: Parameters<typeof addObject>[2]) => {
    for (let each = 0; each < count; each += 1) addObject(tally, { key: `${key}${each}` }, standing);
  };
  add(1_500, 'right', { kind: 'at-standard' });
  add(4, 'plain\u0007', { kind: 'below', lacks: 'algorithm', method: 'update-encryption' });
  add(1, 'hers', { kind: 'left', code: 'sse-c' });
  add(1, 'shut', { kind: 'unread', code: 'AccessDenied' });
  add(2, 'deleted', { kind: 'gone' });
  tally.changed = 1;
  return tally;
}

const END: VerifyEnd = {
  bucket: 'orders',
  account: '111122223333',
  region: 'eu-west-1',
  rule: 'default',
  standard: { algorithm: 'AES256', bucketKey: true },
  versions: false,
  complete: true,
  seconds: 12.3,
  tally: tallyOf(),
};

test('the screen has every count, the first keys of each code, and what to do', () => {
  assert.equal(
    verifyScreen(END, 80),
    `bucket        orders (111122223333, eu-west-1)
standard      AES256 (rule default)
read          1,508 objects, in 12 seconds
at standard   1,500
below         4, algorithm: Their algorithm is weaker than that of the standard.
              Where jobs of the bucket run or wait (reseal jobs), confirm them
              or wait for their end. Else have them run: objects.reencrypt: all,
              and reseal backfill. (plain\\u{7}0, plain\\u{7}1, plain\\u{7}2 ...)
left alone    1, sse-c: They are under a key that only their writer has (SSE-C).
              Whoever has the key writes them again without it. (hers0)
not read      1, AccessDenied: S3 did not show them. Allow s3:GetObject
              (s3:GetObjectVersion of versions), or try again where S3 was busy.
              (shut0)
changed       1 were replaced while they were read: what is said is of what is
              there now
gone          2 were deleted while they were read

1 object could not be read: of them nobody can say how they stand.`,
  );
});

test('it ends with what was read: objects, or versions', () => {
  const last = (versions: boolean, below: number) => {
    const tally = { ...emptyVerifyTally(), read: 2, below };
    return verifyScreen({ ...END, versions, tally }, 80)
      .split('\n')
      .at(-1);
  };
  assert.deepEqual(
    [last(true, 2), last(false, 1), last(true, 0)],
    ['2 versions are below the standard.', '1 object is below the standard.', 'Every version is at its standard.'],
  );
});

test('it fits into 20 and 40 columns, but for words that are longer', () => {
  for (const columns of [20, 40]) {
    const long = verifyScreen(END, columns)
      .split('\n')
      .filter((line) => line.length > columns && line.trim().includes(' '));
    assert.deepEqual(long, []);
  }
});

test('the conclusion is that of the worst', () => {
  const conclusion = (over: Partial<VerifyEnd['tally']>, complete = true) =>
    verifyScreen({ ...END, complete, tally: { ...emptyVerifyTally(), ...over } }, 80)
      .split('\n')
      .at(-1);
  assert.equal(conclusion({}, false), 'Not everything was read.');
  assert.equal(conclusion({ below: 1, left: 1 }), '1 object is below the standard.');
  assert.equal(conclusion({ left: 1 }), 'Every object is at its standard, or named with the reason.');
  assert.equal(conclusion({}), 'Every object is at its standard.');
});

test('progress has a bar where somebody knows how many there are, and what was found first', () => {
  const tally = { ...emptyVerifyTally(), read: 1_500, below: 3, unread: 1 };
  const since = { read: 500, ms: 10_000 };
  assert.equal(
    verifyProgress(tally, since, 6_000),
    '[#####---------------] 1,500 of about 6,000 objects, 100/s, 45 s left, 3 below, 1 unread',
  );
  assert.equal(
    verifyProgress(emptyVerifyTally(), { read: 0, ms: 9 }, 6_000),
    'reading the first page, of at most 1,000 objects',
  );
  assert.equal(verifyProgress(tally, { read: 0, ms: 0 }), '1,500 objects, 0/s, 3 below, 1 unread');
  assert.match(verifyProgress(tally, since, 1_000), /^\[#{20}\] 1,500 of about 1,500 objects, 100\/s, 3 below/);
});

test('every code has words', () => {
  for (const code of LACKS) assert.match(wordsOfCode({ standing: 'below', code }).remedy, /reseal backfill/);
  for (const code of LEFT_CODES)
    assert.notEqual(wordsOfCode({ standing: 'left', code }).meaning, 'They are left alone.');
  assert.equal(wordsOfCode({ standing: 'left', code: 'constructor' }).meaning, 'They are left alone.');
});
