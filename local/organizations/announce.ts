import { randomUUID } from 'node:crypto';
import type { BusEvent, Events } from '../world.ts';
import type { AccountChange } from './account.ts';
import type { Organization } from './organization.ts';

interface Deps {
  readonly events: Events;
  readonly now: () => Date;
}

/**
 * The events that AWS sends of accounts, on default buses of us-east-1: CreateAccountResult and AcceptHandshake in the management account
 * (Organizations guide, "Logging and monitoring"), the status of a Region in its own (Account Management guide, "EventBridge"). What a move,
 * a closure or a departure sends is not played.
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
  } else if (change.kind === 'created' || change.kind === 'invited') {
    events.publish(change.kind === 'created' ? createResult(about) : handshake(about));
  }
}

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
