import { randomUUID } from 'node:crypto';
import type { BusEvent, Events } from '../world.ts';
import type { AccountChange } from './account.ts';
import type { Organization } from './organization.ts';

interface Deps {
  readonly events: Events;
  readonly now: () => Date;
}

/**
 * The events that AWS sends of accounts, on default buses of us-east-1: what becomes of an account in the management account (Organizations guide,
 * "Logging and monitoring"), the status of a Region in its own (Account Management guide, "EventBridge"). Of a departure it is the event of the
 * service alone, whose fields are not documented but for departureMethod and departureTime. A suspension by AWS has none.
 */
export function announceAccounts(change: AccountChange, organization: Organization, { events, now }: Deps): void {
  const { managementId = '' } = organization;
  const about = { organization, change, managementId, time: `${now().toISOString().slice(0, 19)}Z` };
  if (change.kind === 'region') {
    const { accountId, region: regionName, status } = change;
    events.publish({
      ...envelope(accountId, about.time),
      'detail-type': 'Region Opt-In Status Change',
      source: 'aws.account',
      resources: [`arn:aws:account::${accountId}:account`],
      detail: { accountId, regionName, status },
    });
    return;
  }
  const { state } = organization.accounts.find(({ id }) => id === change.accountId) ?? {};
  const event = change.kind === 'state' && state !== 'CLOSED' ? undefined : EVENTS[change.kind](about);
  if (event !== undefined) events.publish(event);
}

const EVENTS: Record<Exclude<AccountChange['kind'], 'region'>, (about: About) => BusEvent> = {
  created: createResult,
  invited: handshake,
  moved: ({ change: { accountId }, managementId, time }) => ({
    ...trailEvent(managementId, time, {
      userIdentity: { type: 'Root', accountId: managementId, arn: `arn:aws:iam::${managementId}:root` },
      eventType: 'AwsApiCall',
      eventName: 'MoveAccount',
      requestParameters: { accountId },
      responseElements: null,
    }),
    'detail-type': 'AWS API Call via CloudTrail',
  }),
  left: ({ change: { accountId }, managementId, time }) =>
    trailEvent(managementId, time, {
      userIdentity: { accountId: managementId, invokedBy: 'organizations.amazonaws.com' },
      eventName: 'AccountDepartedOrganization',
      serviceEventDetails: { accountId, departureMethod: 'REMOVED', departureTime: time },
    }),
  state: ({ change: { accountId }, managementId, time }) =>
    trailEvent(managementId, time, {
      userIdentity: { accountId: managementId, invokedBy: 'AWS Internal' },
      eventName: 'CloseAccountResult',
      serviceEventDetails: { closeAccountStatus: { accountId, state: 'SUCCEEDED', completedTimestamp: time } },
    }),
};

interface About {
  readonly organization: Organization;
  readonly change: AccountChange;
  readonly managementId: string;
  readonly time: string;
}

function createResult({ organization, change: { accountId }, managementId, time }: About): BusEvent {
  return trailEvent(managementId, time, {
    userIdentity: { accountId: managementId, invokedBy: 'AWS Internal' },
    eventName: 'CreateAccountResult',
    serviceEventDetails: {
      createAccountStatus: {
        id: `car-${randomUUID().replaceAll('-', '')}`,
        state: 'SUCCEEDED',
        accountName: organization.account(accountId).name,
        accountId,
        requestedTimestamp: time,
        completedTimestamp: time,
      },
    },
  });
}

function handshake({ organization, change: { accountId }, managementId, time }: About): BusEvent {
  const parties = [
    { id: organization.id.slice('o-'.length), type: 'ORGANIZATION' },
    { id: accountId, type: 'ACCOUNT' },
  ];
  return trailEvent(managementId, time, {
    userIdentity: { accountId, invokedBy: 'AWS Internal' },
    eventName: 'AcceptHandshake',
    serviceEventDetails: { handshake: { state: 'ACCEPTED', action: 'INVITE', parties } },
  });
}

function trailEvent(managementId: string, time: string, detail: Readonly<Record<string, unknown>>): BusEvent {
  return {
    ...envelope(managementId, time),
    'detail-type': 'AWS Service Event via CloudTrail',
    source: 'aws.organizations',
    resources: [],
    detail: {
      eventVersion: '1.11',
      eventTime: time,
      eventSource: 'organizations.amazonaws.com',
      awsRegion: 'us-east-1',
      sourceIPAddress: 'AWS Internal',
      userAgent: 'AWS Internal',
      eventID: randomUUID(),
      readOnly: false,
      eventType: 'AwsServiceEvent',
      recipientAccountId: managementId,
      eventCategory: 'Management',
      ...detail,
    },
  };
}

function envelope(account: string, time: string): Pick<BusEvent, 'version' | 'id' | 'account' | 'time' | 'region'> {
  return { version: '0', id: randomUUID(), account, time, region: 'us-east-1' };
}
