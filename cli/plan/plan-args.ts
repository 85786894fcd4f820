import { nearest } from '../../src/nearest.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import { present } from '../../src/present.ts';
import { hubArgs } from '../hub-args.ts';
import { pricesArg } from '../price-file.ts';
import { valuesOf } from '../strict-args.ts';
import { UsageError } from '../usage-error.ts';
import type { PlanFilter } from './planned-bucket.ts';

/** How a command names many buckets. */
export const filterArgs = {
  account: { type: 'string', valueHint: 'id,...', description: 'Accounts by id, instead of your own' },
  ou: {
    type: 'string',
    valueHint: 'id,...',
    description: 'Only accounts below these organizational units: ids or paths',
  },
  region: { type: 'string', valueHint: 'region,...', description: 'Regions, instead of all that an account has' },
  bucket: { type: 'string', valueHint: 'name,...', description: 'Buckets by their whole names, instead of all' },
  rule: { type: 'string', valueHint: 'name', description: 'Only buckets under this rule of the policy' },
} as const;

export const planArgs = {
  policy: { type: 'string', valueHint: 'file', description: 'The policy, in YAML or JSON', default: 'reseal.yaml' },
  ...filterArgs,
  role: {
    type: 'string',
    valueHint: 'name',
    description:
      'The role to assume in other accounts (reseal-reader). Without --account: in every account of the organization',
  },
  stack: { ...hubArgs.stack, description: "A deployed hub's stack: its ledger says what is remembered of buckets" },
  'hub-region': {
    ...hubArgs['hub-region'],
    description: "The hub's Region, and where the account is asked for its buckets",
  },
  prices: pricesArg,
  json: { type: 'boolean', description: 'Print a JSON object a bucket as it is judged, and one with the totals' },
  summary: {
    type: 'enum',
    options: ['account', 'ou', 'verdict', 'reason'] as string[],
    description: 'Print counts and price alone, by one of these',
  },
} as const;

interface Named {
  policy?: string | undefined;
  account?: string | undefined;
  ou?: string | undefined;
  region?: string | undefined;
  bucket?: string | undefined;
  rule?: string | undefined;
  role?: string | undefined;
}

const OU = /^(?:o-[a-z0-9]+\/r-[a-z0-9]+(?:\/ou-[a-z0-9-]+)*\/?|r-[a-z0-9]+|ou-[a-z0-9]+-[a-z0-9]+)$/;

/** What these options say. Throws UsageError. */
export function askedFilter({ account, ou, region, bucket, rule, role }: Named, policy: PolicyDocument): PlanFilter {
  const ous = valuesOf(ou);
  const odd = ous?.find((one) => !OU.test(one));
  if (odd !== undefined)
    throw new UsageError(
      `expected an organizational unit after --ou (ou-ab12-11111111, or its path o-.../r-.../ou-.../), found ${odd}`,
    );
  const accounts = valuesOf(account) ?? (role === undefined && ous === undefined ? undefined : ('all' as const));
  checkRule(rule, policy);
  return present({ accounts, ous, regions: valuesOf(region), buckets: valuesOf(bucket), rule });
}

function checkRule(rule: string | undefined, { rules }: PolicyDocument): void {
  if (rule === undefined) return;
  const known = [...rules.map(({ name }) => name), 'default'];
  if (known.includes(rule) || rule.startsWith('built-in: ')) return;
  const near = nearest(rule, known);
  const meant = near === undefined ? '' : `; is ${near} meant?`;
  throw new UsageError(
    `expected a rule of the policy after --rule (${known.slice(0, 5).join(', ')}), found ${rule}${meant}`,
  );
}

/** The options that name the same buckets in another command, ready to paste into a shell. */
export function sameFilter({ policy, account, ou, region, bucket, rule, role }: Named): string {
  const said = {
    policy: policy === planArgs.policy.default ? undefined : policy,
    account,
    ou,
    region,
    bucket,
    rule,
    role,
  };
  return Object.entries(said)
    .flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${quoted(value)}`]))
    .join('');
}

/** As a POSIX shell reads it as one word. */
function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
