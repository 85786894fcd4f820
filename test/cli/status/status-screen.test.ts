import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Overview } from '../../../src/remediation/overview.ts';
import { statusScreen } from '../../../cli/status/status-screen.ts';
import { statusSummary } from '../../../cli/status/status-summary.ts';
import { bucketsOf, HUB, MEMBER, overviewWith, REGION, tallyOf } from './some-overview.ts';

const screen = (overview: Overview, columns = 80) => statusScreen(statusSummary(overview), columns);

/** Much that is wrong. */
function troubled(): Overview {
  const { accounts = [], places = [] } = overviewWith();
  const [hub, member] = accounts;
  const [first, second, third] = places;
  assert.ok(hub && member && first && second && third);
  return overviewWith({
    accounts: [hub, { ...member, role: { there: false, at: 'x', why: 'AccessDenied: no\u001b[2Jrole' } }],
    places: [{ ...first, rule: 'NONE' }, second, third],
    tally: tallyOf([
      ...bucketsOf(1_200, 'compliant'),
      ...bucketsOf(40, 'repair', undefined, { observed: true }),
      ...bucketsOf(4, 'hold', 'key-policy-lacks-writer'),
      ...bucketsOf(1, 'unreadable', 'account-unreachable', { parked: true }),
      {
        sk: 'JOB',
        account: MEMBER,
        region: REGION,
        bucket: 'orders',
        jobId: 'job-1',
        status: 'failed',
        closedAt: '2026-11-29',
      },
      { sk: 'JOB', account: MEMBER, region: REGION, bucket: 'orders', jobId: 'job-2', status: 'open' },
    ]),
    deadLetters: new Map([['job', 3]]),
  });
}

describe('the screen', () => {
  test('of an organization where all is well says so in one line', () => {
    assert.equal(
      screen(overviewWith()),
      `Reseal 0.2.0, hub 111122223333 in eu-west-1 (stack reseal-prod), 2026-11-30
16:45 UTC

accounts      2, and the hub gets into all
Regions       3 of all accounts, and all forward events
last event    about 3 hours ago
last sweep    14 hours ago, in 12 minutes: 9 buckets
buckets       9: 7 compliant, 2 repaired
jobs          none
dead letters  none

Nothing needs a person.`,
    );
  });

  test('names what needs a person with its command, and obeys no control character of others', () => {
    const text = screen(troubled());
    assert.equal(
      text.slice(text.indexOf('accounts')),
      `accounts      2: 1 reached, 1 not reached
Regions       3 of all accounts: 2 forward events, 1 without the rule
last event    about 3 hours ago
last sweep    14 hours ago, in 12 minutes: 9 buckets
buckets       1,245: 1,200 compliant, 40 would be repaired, 4 held, 1 unreadable
jobs          1 open, 1 ended, 0 objects re-encrypted
dead letters  job 3

These 6 need a person
1.  1 account lets nobody in: 444455556666 (AccessDenied: no\\u{1b}[2Jrole).
    Deploy the roles in each, here 444455556666
      aws cloudformation deploy --stack-name reseal-roles --template-file infra/member/roles.yml --region eu-west-1 --capabilities CAPABILITY_NAMED_IAM --parameter-overrides HubAccountId=111122223333 HubRegion=eu-west-1 OrganizationId=o-a1b2c3d4e5
2.  1 Region without the rule that forwards events: 111122223333/eu-west-1.
    Deploy it in each, here 111122223333/eu-west-1
      aws cloudformation deploy --stack-name reseal-region --template-file infra/member/region.yml --region eu-west-1 --parameter-overrides HubAccountId=111122223333 HubRegion=eu-west-1
3.  3 dead letters of news of jobs
      reseal replay --function reseal-prod-sweep --region eu-west-1 --queue job --dry-run
4.  4 buckets are held, key-policy-lacks-writer: key-policy-lacks-writer-0,
    key-policy-lacks-writer-1, key-policy-lacks-writer-2 and 1 more
      reseal policy explain key-policy-lacks-writer-0 --account 444455556666 --region eu-west-1 --table ledger --hub-region eu-west-1
5.  1 bucket is unreadable, account-unreachable: account-unreachable-0
      reseal policy explain account-unreachable-0 --account 444455556666 --region eu-west-1 --table ledger --hub-region eu-west-1
6.  1 job of the last 14 days failed, or left objects behind: of orders
      reseal jobs --status complete-with-failures,failed,cancelled,expired,forgotten,refused --hub-region eu-west-1`,
    );
  });

  test('fits 80 columns, and 40 where names stand above their values; only commands are longer', () => {
    for (const columns of [80, 40]) {
      const lines = screen(troubled(), columns).split('\n');
      const long = lines.filter((line) => line.length > columns && !line.startsWith('      '));
      assert.deepEqual(long, [], String(columns));
    }
    const [, , , ...narrow] = screen(overviewWith(), 40).split('\n');
    assert.deepEqual(narrow.slice(1, 7), [
      'accounts',
      '  2, and the hub gets into all',
      'Regions',
      '  3 of all accounts, and all forward',
      '  events',
      'last event',
    ]);
  });

  test('of a hub that has swept nothing yet says what is not known', () => {
    const empty = { accounts: [], places: [], sweeps: [], tally: tallyOf([]), deadLetters: new Map() };
    const text = screen(overviewWith(empty));
    assert.match(text, /^accounts {6}none is known yet: a sweep finds them$/m);
    assert.match(text, /^last event {4}none was heard yet$/m);
    assert.match(text, /^last sweep {4}none of everything has ended yet$/m);
    assert.match(text, /^buckets {7}none was judged yet$/m);
    assert.match(
      text,
      /^1\.  no sweep of everything has ended in the last 30 hours\n {6}reseal backfill --hub-region eu-west-1$/m,
    );
  });

  test('says what could not be read, and that a later version wrote some of the ledger', () => {
    const { accounts: _, tally: __, deadLetters: ___, ...rest } = overviewWith();
    const text = screen({
      ...rest,
      unread: ['the dead letters could not be read (AccessDenied: no): allow sqs:GetQueueAttributes'],
      odd: 2,
    });
    for (const name of ['accounts     ', 'buckets      ', 'jobs         ', 'dead letters '])
      assert.match(text, new RegExp(`^${name} not read$`, 'm'));
    assert.match(
      text,
      /^1\.  the dead letters could not be read \(AccessDenied: no\): allow\n {4}sqs:GetQueueAttributes\n {6}reseal status --hub-region eu-west-1$/m,
    );
    assert.match(text, /^2\.  2 items of the ledger are not read: a later version wrote them\./m);
  });
});

test('what is printed for programs has counts by name', () => {
  const { accounts, regions, buckets, held, jobs, deadLetters, lastSweep, hub } = statusSummary(troubled());
  assert.deepEqual(hub, { account: HUB, region: REGION, stack: 'reseal-prod', version: '0.2.0' });
  assert.deepEqual(accounts, { known: 2, entered: 1, shutOut: 1, outside: 0, closed: 0 });
  assert.deepEqual(regions, { known: 3, forwarding: 2, withoutRule: 1, ruleDisabled: 0, ruleUnseen: 0 });
  assert.equal(buckets?.count, 1_245);
  assert.deepEqual(
    held?.map(({ code, count, first }) => [code, count, first.length]),
    [['key-policy-lacks-writer', 4, 4]],
  );
  assert.deepEqual(jobs, { open: 1, ended: 1, objects: 0, failed: 0, failures: [] });
  assert.deepEqual(deadLetters, [{ queue: 'job', count: 3 }]);
  assert.deepEqual(lastSweep?.id, 'sweep-2');
});
