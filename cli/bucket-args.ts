import { bucketByArn } from '../src/bucket-id.ts';
import { UsageError } from './usage-error.ts';

/** How a command names one bucket and the hub that guards it. */
export const bucketArgs = {
  bucket: {
    type: 'positional',
    description: 'The name of the bucket, or the ARN of a table or vector bucket',
    required: true,
  },
  table: { type: 'string', valueHint: 'name', description: "The stack's output LedgerTableName", required: true },
  region: { type: 'string', valueHint: 'region', description: 'The Region of the bucket', required: true },
  account: { type: 'string', valueHint: 'id', description: 'The account of the bucket, if it is not your own' },
  'hub-region': { type: 'string', valueHint: 'region', description: 'The Region of the hub, if it is another one' },
} as const;

/** How a command names the role that it assumes in the account of a bucket. */
export const roleArg = {
  role: { type: 'string', valueHint: 'name', description: 'A role of that account to assume, by its name or ARN' },
} as const;

/** What these options say. */
export interface NamedPlace {
  account?: string | undefined;
  region: string;
  'hub-region'?: string | undefined;
  role?: string | undefined;
}

const ROLE_ARN = /^arn:[^:]+:iam::(\d{12}):role\/.+$/;

/** The place of the bucket and of its hub; a role's ARN says the account too. Throws UsageError. */
export function askedPlace({ account, region, 'hub-region': hubRegion = region, role }: NamedPlace) {
  const ofRole = role === undefined ? undefined : accountOf(role);
  if (account !== undefined && ofRole !== undefined && ofRole !== account)
    throw new UsageError(`expected --role of account ${account}, as --account says, found one of ${ofRole}`);
  const owner = account ?? ofRole;
  return {
    region,
    hubRegion,
    ...(owner === undefined ? {} : { account: owner }),
    ...(role === undefined ? {} : { role }),
  };
}

/** An ARN says itself whose the bucket is and where. Throws UsageError where that is another place than the one that is asked. */
export function needPlaceOf(
  bucket: string,
  { account, region }: { account?: string | undefined; region: string },
): void {
  const named = bucketByArn(bucket);
  if (named === undefined) {
    if (bucket.startsWith('arn:'))
      throw new UsageError(`expected the name of a bucket, or the ARN of a table or vector bucket, found ${bucket}`);
    return;
  }
  if (account !== undefined && named.account !== account)
    throw new UsageError(`expected a bucket of account ${account}, as --account says, found one of ${named.account}`);
  if (named.region !== region)
    throw new UsageError(`expected a bucket in ${region}, as --region says, found one in ${named.region}`);
}

/** The account in a role's ARN; undefined for a name. */
function accountOf(role: string): string | undefined {
  const [, account] = ROLE_ARN.exec(role) ?? [];
  if (account === undefined && (role.startsWith('arn:') || !/^[\w+=,.@/-]+$/.test(role)))
    throw new UsageError(`expected the name or the ARN of a role after --role (reseal-reader), found ${role}`);
  return account;
}

/** The options that name the same bucket in another command; empty ones are left out. */
export function sameBucket({ account, region, 'hub-region': hubRegion }: NamedPlace): string {
  const named = { account, region, 'hub-region': hubRegion };
  return Object.entries(named)
    .flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]))
    .join(' ');
}
