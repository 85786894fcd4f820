import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMembershipEvent } from '../../src/intake/membership-event.ts';
import { memberTemplate } from '../infra/member-template.ts';

const AT = '2026-11-02T10:15:30Z';
const ENVELOPE = { version: '0', id: 'event-1', account: '999999999999', region: 'us-east-1', time: AT };
const of = (source: string, detail: object, type = 'AWS Service Event via CloudTrail') => ({
  ...ENVELOPE,
  source,
  'detail-type': type,
  detail,
});
const parsed = (detail: object, source = 'aws.organizations') => parseMembershipEvent(of(source, detail));

/** Those that no file of events/membership shows; of a departure only the names of two fields are documented. */
const NAMING: [name: string, detail: object][] = [
  ['CloseAccountResult', { serviceEventDetails: { closeAccountStatus: { accountId: '222222222222' } } }],
  ['RemoveAccountFromOrganization', { requestParameters: { accountId: '222222222222' } }],
  [
    'AccountDepartedOrganization',
    { serviceEventDetails: { departureMethod: 'LEFT', memberAccountId: '222222222222' } },
  ],
];

for (const [eventName, detail] of NAMING) {
  test(`${eventName} names its account, wherever it stands`, () => {
    assert.deepEqual(parsed({ eventName, ...detail }), {
      accounts: ['222222222222'],
      heard: { event: eventName, at: AT },
    });
  });
}

test('every event that the rules match is one that names accounts', () => {
  const { EventPattern } = memberTemplate('management').Resources['ManagementRule']?.Properties ?? {};
  const parts: { source: string[]; detail: { eventName: string[] } }[] = Object(EventPattern).$or;
  for (const { source, detail } of parts) {
    for (const eventName of detail.eventName) {
      const serviceEventDetails = { accountId: '222222222222' };
      const answer = parsed({ eventName, serviceEventDetails }, source[0]);
      assert.equal('ignored' in answer, false, eventName);
    }
  }
});

test('a Region that was turned on or off names the account whose it is', () => {
  const detail = { accountId: '222222222222', regionName: 'ap-east-1', status: 'ENABLED' };
  assert.deepEqual(parseMembershipEvent(of('aws.account', detail, 'Region Opt-In Status Change')), {
    accounts: ['222222222222'],
    heard: { event: 'Region Opt-In Status Change (ap-east-1 ENABLED)', at: AT },
    regions: ['ap-east-1'],
  });
  for (const odd of [{ status: 'DISABLED' }, { regionName: 'nowhere' }, { regionName: { toString: 1 } }]) {
    const answer = parseMembershipEvent(of('aws.account', { ...detail, ...odd }, 'Region Opt-In Status Change'));
    assert.equal('regions' in answer, false, JSON.stringify(odd));
  }
});

test('what failed, names no account or says nothing of membership is ignored by name', () => {
  const rows: [detail: object, why: RegExp][] = [
    [
      { eventName: 'CreateAccountResult', serviceEventDetails: { createAccountStatus: { state: 'FAILED' } } },
      /names no/,
    ],
    [
      { eventName: 'MoveAccount', errorCode: 'AccessDenied', requestParameters: { accountId: '222222222222' } },
      /failed/,
    ],
    [{ eventName: 'DescribeAccount', requestParameters: { accountId: '222222222222' } }, /says nothing of an account/],
  ];
  for (const [detail, why] of rows) assert.match(String(Object(parsed(detail)).ignored), why);
});

test('what is no event is refused, and an event that names many accounts brings a few looks', () => {
  assert.throws(() => parseMembershipEvent({}), {
    code: 'malformed-message',
    message: /^Not an event about an account: /,
  });
  const accounts = Array.from({ length: 50 }, (_, index) => String(100_000_000_000 + index));
  const many = parsed({ eventName: 'MoveAccount', requestParameters: { accounts } });
  assert.equal('accounts' in many && many.accounts.length, 10);
});
