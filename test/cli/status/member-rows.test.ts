import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memberLines, memberRows } from '../../../cli/status/member-rows.ts';
import { AT, bucketsOf, HUB, MEMBER, overviewWith, tallyOf } from './some-overview.ts';

const THIRD = '777788889999';

function overview() {
  const { accounts: [hub, member] = [], places: [first, second, third] = [] } = overviewWith();
  assert.ok(hub && member && first && second && third);
  return overviewWith({
    accounts: [
      { ...hub, name: 'a name that is longer than a column\n' },
      { ...member, role: { there: false, at: AT } },
    ],
    places: [first, { ...second, rule: 'NONE' }, third],
    tally: tallyOf([
      ...bucketsOf(1_200, 'compliant'),
      ...bucketsOf(2, 'hold', 'flapping'),
      ...bucketsOf(1, 'compliant', 'other', { account: THIRD }),
    ]),
  });
}

test('an account is one line in columns', () => {
  assert.deepEqual(memberLines(memberRows(overview()), AT, 120), [
    'account       name                  state   unit              role  Regions  buckets  below  event  sweep',
    '111122223333  a name that is lo...  ACTIVE  ou-ab12-11111111  yes       1/1        0      0     3h    14h',
    '444455556666  shop                  ACTIVE  ou-ab12-11111111  no        1/2    1,202      2     3h    14h',
    '777788889999  -                     ?       ?                 ?         0/0        1      0      -      -',
  ]);
});

test('a terminal that is too narrow has each account in lines that fit', () => {
  const lines = memberLines(memberRows(overview()), AT, 40);
  assert.deepEqual(
    lines.filter(({ length }) => length > 40),
    [],
  );
  assert.deepEqual(lines.slice(5, 10), [
    MEMBER,
    '  name: shop, state: ACTIVE, unit:',
    '  ou-ab12-11111111, role: no, Regions:',
    '  1/2, buckets: 1,202, below: 2, event:',
    '  3h, sweep: 14h',
  ]);
});

test('what could not be read is not taken for none', () => {
  const { tally: _, places: __, ...rest } = overview();
  const rows = memberRows(rest);
  assert.deepEqual([rows[0]?.buckets, rows[0]?.below, rows[0]?.regions], [undefined, undefined, undefined]);
  assert.match(memberLines(rows, AT, 120)[1] ?? '', / yes +\? +\? +\? +- +-$/);
});

test('a program gets all that is known of each, and nothing of what is not', () => {
  const [hub, , third] = memberRows(overview());
  assert.deepEqual(hub?.account, HUB);
  assert.deepEqual(third, {
    account: THIRD,
    regions: { forwarding: 0, withoutRule: 0, ruleDisabled: 0, ruleUnseen: 0 },
    buckets: 1,
    below: 0,
  });
});
