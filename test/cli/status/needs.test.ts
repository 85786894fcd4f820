import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Need, needsOf } from '../../../cli/status/needs.ts';
import type { AccountItem } from '../../../src/ledger/account-item.ts';
import type { PlaceItem } from '../../../src/ledger/place-item.ts';
import type { OrganizationSweep } from '../../../src/ledger/sweep-item.ts';
import { AT, bucketsOf, HUB, MEMBER, overviewWith, REGION, tallyOf } from './some-overview.ts';

const whats = (needs: readonly Need[]) => needs.map(({ what }) => what);

function withMember(over: Partial<AccountItem>): AccountItem[] {
  const { accounts: [hub, member] = [] } = overviewWith();
  assert.ok(hub && member);
  return [hub, { ...member, ...over }];
}

function withPlace(over: Partial<PlaceItem>): PlaceItem[] {
  const { places: [first, ...others] = [] } = overviewWith();
  assert.ok(first);
  return [{ ...first, ...over }, ...others];
}

function sweepWith(over: Partial<OrganizationSweep>): OrganizationSweep {
  const { sweeps: [sweep] = [] } = overviewWith();
  assert.ok(sweep);
  return { ...sweep, ...over };
}

test('nothing needs a person where all is well', () => assert.deepEqual(needsOf(overviewWith()), []));

describe('an account', () => {
  const tally = tallyOf(bucketsOf(1, 'compliant'));

  test('that is outside or shut is named where buckets of it are in the ledger, and not asked for its roles', () => {
    const role = { there: false, at: AT };
    const outside = needsOf(overviewWith({ tally, accounts: withMember({ state: 'OUTSIDE', role }) }));
    assert.deepEqual(outside, [
      {
        what: `1 account is not in the organization and has buckets in the ledger: ${MEMBER}`,
        command: `aws organizations describe-account --account-id ${MEMBER}`,
      },
    ]);
    const shut = overviewWith({ tally, accounts: withMember({ state: 'SUSPENDED', role }) });
    assert.deepEqual(whats(needsOf(shut)), [
      `1 account is suspended or closed and has buckets in the ledger: ${MEMBER}`,
    ]);
    assert.deepEqual(needsOf({ ...shut, tally: tallyOf([]) }), [], 'none of its buckets is known');
  });

  test('of which nobody knows where it is needs the hub to read the organization, if it has one', () => {
    const { ouPath: _, ...lost } = withMember({ unread: 'AccessDeniedException: no' })[1] ?? {};
    const overview = overviewWith({ accounts: [lost as AccountItem] });
    assert.deepEqual(whats(needsOf(overview)), [
      `1 account has no known place in the organization: ${MEMBER} (AccessDeniedException: no)`,
    ]);
    assert.deepEqual(needsOf({ ...overview, hub: overviewWith({}, { OrganizationId: '' }).hub }), []);
  });

  test('that lets nobody in gets the parameters that the hub has', () => {
    const accounts = withMember({ role: { there: false, at: AT, why: 'AccessDenied' } });
    const changed = { RolePath: '/teams/', RolePrefix: 'acme-', HubBusName: 'reseal' };
    const [need] = needsOf(overviewWith({ accounts }, changed));
    assert.match(
      need?.command ?? '',
      / --parameter-overrides HubAccountId=111122223333 HubRegion=eu-west-1 OrganizationId=o-a1b2c3d4e5 RolePath=\/teams\/ RolePrefix=acme-$/,
    );
  });
});

describe('a Region', () => {
  test('whose rule is disabled is named with the command that enables it', () => {
    assert.deepEqual(needsOf(overviewWith({ places: withPlace({ rule: 'DISABLED' }) }, { RolePrefix: 'acme-' })), [
      {
        what: `1 Region where that rule is disabled: ${HUB}/${REGION}. Enable it in each, here ${HUB}/${REGION}`,
        command: `aws events enable-rule --region ${REGION} --name acme-reseal-forward`,
      },
    ]);
  });

  test('that forwards events and from which none was ever heard may have no trail', () => {
    const { heardAt: _, ...silent } = withPlace({})[0] ?? {};
    const [need] = needsOf(overviewWith({ places: [silent as PlaceItem] }));
    assert.match(need?.what ?? '', /^1 Region with buckets from which no event was ever heard: .+ No trail/);
    assert.equal(need?.command, `aws cloudtrail describe-trails --region ${REGION}`);
  });

  test('without a bucket, or of an account that lets nobody in, needs no rule', () => {
    assert.deepEqual(needsOf(overviewWith({ places: withPlace({ rule: 'NONE', buckets: 0 }) })), []);
    const accounts = withMember({ role: { there: false, at: AT } });
    const places = withPlace({ rule: 'NONE', account: MEMBER });
    assert.deepEqual(whats(needsOf(overviewWith({ accounts, places }))).length, 1);
  });
});

describe('a sweep', () => {
  test('that has not ended in time is named, unless a later one has', () => {
    const { endedAt: _, ...lost } = sweepWith({ sweep: 'sweep-9', at: '2026-11-29T03:00:00.000Z' });
    const before = sweepWith({ sweep: 'sweep-1', at: '2026-11-28T03:00:00.000Z', endedAt: '2026-11-28T04:00:00.000Z' });
    const [need, ...others] = needsOf(overviewWith({ sweeps: [lost, before] }));
    assert.match(need?.what ?? '', /^sweep sweep-9 of 2026-11-29T03:00:00\.000Z has not ended within 30 hours/);
    assert.equal(need?.command, `reseal watch sweep-9 --hub-region ${REGION}`);
    assert.deepEqual(others, []);
    assert.deepEqual(needsOf(overviewWith({ sweeps: [sweepWith({}), lost] })), []);
  });

  test('of everything is missing where the last one that ended was of some buckets, or long ago', () => {
    const none = ['no sweep of everything has ended in the last 30 hours'];
    assert.deepEqual(whats(needsOf(overviewWith({ sweeps: [sweepWith({ scope: { prefix: 'a' } })] }))), none);
    const old = sweepWith({ at: '2026-11-20T03:00:00.000Z', endedAt: '2026-11-20T04:00:00.000Z' });
    assert.deepEqual(whats(needsOf(overviewWith({ sweeps: [old] }))), none);
  });

  test('that did not reach an account which lets the hub in says why', () => {
    const unreached = { accounts: 1, first: [{ account: MEMBER, why: 'TooManyRequestsException' }] };
    assert.deepEqual(whats(needsOf(overviewWith({ sweeps: [sweepWith({ unreached })] }))), [
      `the last sweep did not reach all accounts, ${MEMBER} among them: TooManyRequestsException`,
    ]);
  });
});

test('exceptions that have ended or end soon are named', () => {
  const tally = tallyOf([
    ...bucketsOf(1, 'repair', 'exception-expired'),
    ...bucketsOf(2, 'exempt', 'exception-ending'),
  ]);
  assert.deepEqual(whats(needsOf(overviewWith({ tally }))), [
    'the exception of 2 buckets ends within 14 days: exception-ending-0, exception-ending-1',
    'the exception of 1 bucket has ended: exception-expired-0',
  ]);
});

test('jobs that wait for people, and those that left objects behind, are shown by the command that lists them', () => {
  const job = { sk: 'JOB', account: MEMBER, region: REGION, bucket: 'orders' };
  const tally = tallyOf([
    { ...job, status: 'queued' },
    { ...job, status: 'suspended', jobId: 'job-1' },
    { ...job, status: 'complete-with-failures', closedAt: AT },
    { ...job, status: 'complete-with-failures', closedAt: AT, nextToken: 'next' },
    { ...job, status: 'cancelled', closedAt: AT, again: 'next-sweep' },
    { ...job, status: 'superseded', closedAt: AT },
  ]);
  assert.deepEqual([tally.odd, tally.jobs.open, tally.jobs.ended], [0, 2, 4]);
  const failed = 'complete-with-failures,failed,cancelled,expired,forgotten,refused';
  assert.deepEqual(needsOf(overviewWith({ tally })), [
    {
      what: '1 job waits for somebody to confirm it: of orders',
      command: `reseal jobs --status suspended --hub-region ${REGION}`,
    },
    {
      what: '1 job of the last 14 days failed, or left objects behind: of orders',
      command: `reseal jobs --status ${failed} --hub-region ${REGION}`,
    },
  ]);
});
