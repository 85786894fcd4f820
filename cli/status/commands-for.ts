import type { BucketId } from '../../src/bucket-id.ts';
import type { Overview } from '../../src/remediation/overview.ts';
import { sameHub } from '../hub-args.ts';

export type Commands = ReturnType<typeof commandsFor>;

/** The commands that mend what is wrong with a hub, ready to paste: those for a member are run with a profile of that account. */
export function commandsFor({ account, region, stack, table, sweepFunction, parameters }: Overview['hub']) {
  const named = (names: readonly string[]) => names.flatMap((name) => changed(name, parameters.get(name)));
  const ofHub = [`HubAccountId=${account}`, `HubRegion=${region}`];
  const same = sameHub({ stack, 'hub-region': region });
  return {
    organizationId: parameters.get('OrganizationId') || undefined,
    /** docs/deploy.md has the same commands, and those of stack sets. */
    roles: `aws cloudformation deploy --stack-name reseal-roles --template-file infra/member/roles.yml --region ${region} --capabilities CAPABILITY_NAMED_IAM --parameter-overrides ${[...ofHub, ...named(OF_ROLES)].join(' ')}`,
    region: (where: string) =>
      `aws cloudformation deploy --stack-name reseal-region --template-file infra/member/region.yml --region ${where} --parameter-overrides ${[...ofHub, ...named(OF_REGION)].join(' ')}`,
    enableRule: (where: string) =>
      `aws events enable-rule --region ${where} --name ${parameters.get('RolePrefix') ?? ''}reseal-forward`,
    replay: (queue: string) =>
      `reseal replay --function ${sweepFunction} --region ${region} --queue ${queue} --dry-run`,
    explain: (id: BucketId) =>
      `reseal policy explain ${id.bucket} --account ${id.account} --region ${id.region} --table ${table} --hub-region ${region}`,
    status: `reseal status${same}`,
    watch: (id: string) => `reseal watch ${id}${same}`,
    backfill: `reseal backfill${same}`,
    members: `reseal members${same}`,
    jobs: (status: string) => `reseal jobs --status ${status}${same}`,
  };
}

const OF_ROLES = ['OrganizationId', 'RolePath', 'RolePrefix', 'ReportsBucketPrefix', 'HubBusName', 'OperatorRoleArns'];
const OF_REGION = ['RolePath', 'RolePrefix', 'ReportsBucketPrefix', 'HubBusName'];

/** What every stack has that nobody said anything else for. */
const USUAL = new Map([
  ['RolePath', '/'],
  ['ReportsBucketPrefix', 'reseal-reports'],
  ['HubBusName', 'reseal'],
]);

function changed(name: string, value: string | undefined): string[] {
  return value === undefined || value === '' || value === USUAL.get(name) ? [] : [`${name}=${value}`];
}
