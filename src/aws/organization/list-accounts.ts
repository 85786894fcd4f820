import { ListAccountsCommand, type OrganizationsClient } from '@aws-sdk/client-organizations';
import { present } from '../../present.ts';
import { oddAnswer } from '../sdk/service-error.ts';
import { organizationOf, saidPath } from './ou-path.ts';

export interface ListedAccount {
  account: string;
  name?: string;
  /** `State` takes the place of `Status`, which AWS retires (API Account). */
  state?: string;
  /** Where AWS Organizations says it with the list. */
  ouPath?: string;
}

/**
 * Every account of the organization, whatever its state, page by page: a page may be empty and have a next one (API ListAccounts). For the management
 * account, a delegated administrator, or one that a delegation policy lets read. Throws the SDK's error, or ResealError unreadable.
 */
export function createListAccounts(client: OrganizationsClient) {
  return async function* listAccounts(): AsyncGenerator<ListedAccount> {
    let token: string | undefined;
    do {
      const output = await client.send(new ListAccountsCommand({ MaxResults: 20, ...present({ NextToken: token }) }));
      if (output.Accounts === undefined) throw oddAnswer('ListAccounts', 'Accounts', {});
      for (const found of output.Accounts) {
        const { Id: account, Name: name, State, Status } = found;
        if (account === undefined) throw oddAnswer('ListAccounts', 'the Id of every account', {});
        const ouPath = saidPath(found, organizationOf(found) ?? 'o-');
        yield { account, ...present({ name, state: State ?? Status, ouPath }) };
      }
      token = output.NextToken;
    } while (token !== undefined);
  };
}
