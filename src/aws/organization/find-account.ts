import {
  type Account,
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { ResealError } from '../../errors.ts';
import type { AccountReading } from '../../ledger/account-item.ts';
import { present } from '../../present.ts';
import { createForAWhile } from '../sdk/remembered.ts';
import { errorName, failureOf, isOutOfTime, oddAnswer, whyOf } from '../sdk/service-error.ts';
import { createOuPath, organizationOf } from './ou-path.ts';

/**
 * What AWS Organizations says of an account (API DescribeAccount), as the hub's account: its management account, a delegated administrator, or one
 * that a delegation policy lets read. What it does not say is `unread` with what to do. Throws ResealError out-of-time alone.
 */
export function createFindAccount(client: OrganizationsClient, organizationId: string, now: () => Date) {
  const silence = createForAWhile<string>(now, SILENT_MS);
  const ouPathOf = createOuPath(client);
  return async function findAccount(account: string): Promise<AccountReading> {
    const silent = silence.get(organizationId);
    if (silent !== undefined) return unread(account, silent);
    try {
      const { Account: found } = await client.send(new DescribeAccountCommand({ AccountId: account }));
      if (found?.Arn === undefined) throw oddAnswer('DescribeAccount', 'an Account with its Arn', {});
      const actual = organizationOf(found) ?? '';
      if (actual !== organizationId) return { kind: 'unread', why: wrongOrganization(organizationId, actual) };
      return {
        kind: 'member',
        ...present({ name: found.Name, state: stateOf(found) }),
        ouPath: await ouPathOf(found, organizationId),
      };
    } catch (error) {
      if (isOutOfTime(error)) throw error;
      if (!isSilence(error)) return notFound(error, account);
      silence.put(organizationId, whyOf(error));
      return unread(account, whyOf(error));
    }
  };

  /** Whether it is the account that is not there, or this hub that is wrong about its organization. */
  async function notFound(error: unknown, account: string): Promise<AccountReading> {
    const actual = await ownOrganization(client);
    if (actual.kind === 'none' || (actual.kind === 'id' && actual.id !== organizationId)) {
      return { kind: 'unread', why: wrongOrganization(organizationId, actual.kind === 'id' ? actual.id : undefined) };
    }
    if (errorName(error) === 'AccountNotFoundException') return { kind: 'outside' };
    const isDenied = errorName(error) === 'AccessDeniedException';
    const hint = isDenied
      ? "; make the hub's account a delegated administrator of any service, or let it organizations:DescribeAccount and organizations:ListParents in a delegation policy"
      : '';
    return unread(account, whyOf(error), hint);
  }
}

/** The same for whoever is of an organization and was not told which. */
export function createFindNeighbour(client: OrganizationsClient, now: () => Date) {
  let own: ReturnType<typeof ownOrganization> | undefined;
  let find: ReturnType<typeof createFindAccount> | undefined;
  return async function findNeighbour(account: string): Promise<AccountReading> {
    const found = await (own ??= ownOrganization(client));
    if (found.kind !== 'id' || found.id === undefined)
      return unread(
        account,
        found.kind === 'none' ? 'these credentials are of no organization' : 'it did not say which this is',
      );
    return (find ??= createFindAccount(client, found.id, now))(account);
  };
}

/** A call that hangs takes 15 s: after one account the thousand others do not wait for the same answer. */
const SILENT_MS = 20_000;

function isSilence(error: unknown): boolean {
  const isAnswer = error instanceof ResealError || errorName(error) === 'AccountNotFoundException';
  return !isAnswer && failureOf(error) === 'unavailable';
}

function unread(account: string, because: string, hint = ''): AccountReading {
  return { kind: 'unread', why: `AWS Organizations did not say where account ${account} is (${because})${hint}` };
}

/** `State` takes the place of `Status`, which AWS retires (API Account). */
function stateOf({ State, Status }: Account): string | undefined {
  return State ?? Status;
}

/** Every account may ask for its own organization (API DescribeOrganization). */
async function ownOrganization(
  client: OrganizationsClient,
): Promise<{ kind: 'id'; id: string | undefined } | { kind: 'none' | 'unread' }> {
  try {
    const { Organization } = await client.send(new DescribeOrganizationCommand({}));
    return { kind: 'id', id: Organization?.Id };
  } catch (error) {
    if (isOutOfTime(error)) throw error;
    return { kind: errorName(error) === 'AWSOrganizationsNotInUseException' ? 'none' : 'unread' };
  }
}

function wrongOrganization(said: string, actual: string | undefined): string {
  const where = actual === undefined ? 'in no organization' : `in organization ${actual}`;
  return `this hub was deployed with OrganizationId ${said}, and its account is ${where}: deploy the hub and its members with the right one`;
}
