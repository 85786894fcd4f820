import * as z from 'zod/mini';
import { clipped, describeValue, valueAt } from '../problem.ts';
import { envelope, region } from './bus-event.ts';
import { checkPayload, type Ignored } from './payload.ts';

/** Accounts to look at anew, and the event that named them; nothing else of an event is trusted, and a message of our own has none. */
export interface AccountsTask {
  accounts: string[];
  heard?: { event: string; at: string };
  /** The Region that was turned on, where the event is about that. */
  regions?: string[];
}

/**
 * Reads an event that says that something became of an account: of AWS Organizations or Control Tower (in the management account), or that a
 * Region was turned on or off. Throws `malformed-message`.
 */
export function parseMembershipEvent(message: unknown): AccountsTask | Ignored {
  const { source, time: at, detail } = checkPayload(membershipEvent, message, 'an event about an account');
  const event = source === 'aws.account' ? regionChange(detail) : textOf(detail['eventName']);
  if (source !== 'aws.account' && EVENTS.get(source)?.has(event) !== true) {
    return { ignored: `${source} ${clipped(event, 200)} says nothing of an account's membership` };
  }
  if (detail['errorCode'] !== undefined) {
    return { ignored: `${event} failed (${describeValue(detail['errorCode'])}) and changed nothing` };
  }
  const accounts =
    source === 'aws.account' ? idsIn(detail['accountId']) : MEMBERS.flatMap((name) => idsIn(detail[name]));
  if (accounts.length === 0) return { ignored: `${event} names no account` };
  const about = { accounts: [...new Set(accounts)].slice(0, MOST_ACCOUNTS), heard: { event, at } };
  return { ...about, ...(source === 'aws.account' ? turnedOn(detail) : {}) };
}

const membershipEvent = z.object({
  ...envelope,
  detail: z.record(z.string(), z.unknown(), { error: 'a mapping' }),
});

/** What the rule of infra/member/management.yml matches. */
const EVENTS = new Map([
  [
    'aws.organizations',
    new Set([
      'CreateAccountResult',
      'AcceptHandshake',
      'AccountJoinedOrganization',
      'MoveAccount',
      'CloseAccount',
      'CloseAccountResult',
      'RemoveAccountFromOrganization',
      'AccountDepartedOrganization',
    ]),
  ],
  ['aws.controltower', new Set(['CreateManagedAccount', 'UpdateManagedAccount'])],
]);

/** Where a record may name accounts. Each event has them in another place, and not every place is documented. */
const MEMBERS = ['requestParameters', 'responseElements', 'serviceEventDetails'];

const MOST_ACCOUNTS = 10;
const MOST_DEPTH = 6;

/** Every account id in a part of a record: one too many costs a look. */
function idsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return /^\d{12}$/.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null || depth === MOST_DEPTH) return [];
  return Object.values(value).flatMap((each) => idsIn(each, depth + 1));
}

/** Account Management guide, "Event for enabling and disabling Regions". */
function regionChange(detail: unknown): string {
  const [region, status] = ['regionName', 'status'].map((name) => clipped(textOf(valueAt(detail, [name])), 50));
  return `Region Opt-In Status Change (${region} ${status})`;
}

/** The Region that can be used now. */
function turnedOn(detail: unknown): { regions?: string[] } {
  const name = region.safeParse(valueAt(detail, ['regionName']));
  return valueAt(detail, ['status']) === 'ENABLED' && name.success ? { regions: [name.data] } : {};
}

/** Not String(), which a mapping may make throw. */
const textOf = (value: unknown) => (typeof value === 'string' ? value : describeValue(value));
