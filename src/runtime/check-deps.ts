import { createKeys, type Keys } from '../aws/key/keys.ts';
import { messageOf, nameOf } from '../aws/sdk/service-error.ts';
import { ResealError } from '../errors.ts';
import { createClients } from './clients.ts';
import { readOptional } from './config.ts';

export interface CheckDeps {
  /** Where an alias is asked for that holds in every Region, when the policy names none. Throws ResealError missing-setting. */
  homeRegion: () => string;
  /** Whether the operator's account has a KMS alias in a Region. Throws ResealError unreadable where KMS does not say. */
  hasAlias: (region: string, alias: string) => Promise<boolean>;
}

/** What `policy check --live` asks of AWS, under the operator's own credentials. */
export function checkDeps(): CheckDeps {
  const keysOf = new Map<string, Keys>();
  return {
    homeRegion,
    async hasAlias(region, alias) {
      const keys = keysOf.get(region) ?? createKeys(createClients(region).kms(), () => new Date());
      keysOf.set(region, keys);
      try {
        return (await keys.read(alias, Infinity)).kind === 'found';
      } catch (cause) {
        throw new ResealError(
          'unreadable',
          `KMS did not say whether ${alias} is in ${region}: ${nameOf(cause)}: ${messageOf(cause)}; check the credentials and allow them kms:DescribeKey`,
          { cause },
        );
      }
    },
  };
}

function homeRegion(): string {
  const region = readOptional('AWS_REGION') ?? readOptional('AWS_DEFAULT_REGION');
  if (region !== undefined) return region;
  throw new ResealError('missing-setting', 'the policy names no Region: set AWS_REGION to the one to ask KMS in');
}
