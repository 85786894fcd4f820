import { type AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { present } from '../../present.ts';
import { oddAnswer } from '../sdk/service-error.ts';

/** The states in which S3 answers in a Region (Account Management API, Region RegionOptStatus). */
const ON = ['ENABLED', 'ENABLED_BY_DEFAULT'] as const;

/** The Regions that the account of the client's credentials has turned on (API ListRegions), sorted. Throws the SDK's error, or ResealError unreadable. */
export function createAccountRegions(client: AccountClient) {
  return async function accountRegions(): Promise<string[]> {
    const regions: string[] = [];
    let token: string | undefined;
    do {
      const page = { MaxResults: 50, RegionOptStatusContains: [...ON], ...present({ NextToken: token }) };
      const output = await client.send(new ListRegionsCommand(page));
      if (output.Regions === undefined) throw oddAnswer('ListRegions', 'Regions', {});
      for (const { RegionName } of output.Regions) if (RegionName !== undefined) regions.push(RegionName);
      token = output.NextToken;
    } while (token !== undefined);
    return regions.toSorted();
  };
}
