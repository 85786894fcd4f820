import { DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Place } from '../place.ts';
import { HUB_PLACE, LAYOUT, PLACES } from './accounts.ts';
import { MANAGEMENT_PLACE, memberStacks, ORGANIZATION_STACK, plainStacks } from './deploy.ts';
import type { Left } from './org-result.ts';
import type { OrgPlayed } from './played.ts';
import { ledgerJobs } from './read-back.ts';

const HUB_STACK = 'reseal-prod';

type Removed = Awaited<ReturnType<typeof memberStacks>>[number];

/**
 * Removes everything: nothing may run, then the rules go, so that no event comes any more, then the roles, and the hub last. What CloudFormation
 * has kept is what is left.
 */
export async function removeAll(played: OrgPlayed): Promise<void> {
  const running = (await ledgerJobs(played)).filter(({ isClosed }) => !isClosed);
  const names = running.map(({ jobId, account }) => `${jobId} in ${account}`);
  note(played, 'jobs that run before the removal', 'none', names.join(', ') || 'none');
  const stacks = await memberStacks(played);
  const { rules, roles } = plainStacks(LAYOUT);
  for (const { name, place } of rules) await remove(played, place, name);
  // In it the set of the rules depends on the set of the roles, so it goes first.
  await remove(played, MANAGEMENT_PLACE, ORGANIZATION_STACK);
  for (const { name, place } of roles) await remove(played, place, name);
  const hub = { kind: 'hub', place: HUB_PLACE, id: await remove(played, HUB_PLACE, HUB_STACK) };
  await played.stage.settle();
  note(played, 'the order of the removal', 'rules, then roles, then the hub', await orderOf(played, [...stacks, hub]));
  played.left = (await Promise.all([...stacks, hub].map((one) => keptOf(played, one)))).flat();
  const count = (type: string) => played.left.filter((one) => one.type === type).length;
  const found = `${count('AWS::DynamoDB::Table')} ledger, ${count('AWS::S3::Bucket')} buckets, ${played.left.length} in all`;
  note(
    played,
    'what the removal has left',
    `1 ledger, ${PLACES.length + 1} buckets, ${PLACES.length + 2} in all`,
    found,
  );
}

function note({ seen }: OrgPlayed, what: string, expected: string, found: string): void {
  seen.push({ what, account: 'all accounts', expected, found });
}

/** Answers the id by which the stack is known when it is gone. */
async function remove({ clients }: OrgPlayed, place: Place, name: string): Promise<string> {
  const { cloudFormation } = clients(place);
  const stackOf = async (StackName: string) =>
    (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  const { StackId: id = '' } = (await stackOf(name)) ?? {};
  await cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  const stack = await stackOf(id);
  if (stack?.StackStatus === 'DELETE_COMPLETE') return id;
  throw new Error(`the stack ${name} is ${stack?.StackStatus}: ${stack?.StackStatusReason}`);
}

/** The kinds of stacks in the order in which the last of each was gone, where no kind began before the one before had ended. */
async function orderOf(played: OrgPlayed, stacks: readonly Removed[]): Promise<string> {
  const spans = await Promise.all(
    stacks.map(async (stack) => {
      const times = (await eventsOf(played, stack))
        .filter(({ ResourceStatus: status }) => status?.startsWith('DELETE_') === true)
        .map(({ Timestamp }) => Timestamp?.getTime() ?? 0);
      return { kind: WORDS.get(stack.kind) ?? stack.kind, from: Math.min(...times), to: Math.max(...times) };
    }),
  );
  const kinds = [...Map.groupBy(spans, ({ kind }) => kind)].map(([kind, its]) => ({
    kind,
    from: Math.min(...its.map(({ from }) => from)),
    to: Math.max(...its.map(({ to }) => to)),
  }));
  const sorted = kinds.toSorted((one, other) => one.from - other.from);
  const isMixed = sorted.some(({ from }, at) => from < (sorted[at - 1]?.to ?? 0));
  const words = sorted.map(({ kind }) => kind).join(', then ');
  return isMixed ? `${words}, mixed` : words;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['reseal-region', 'rules'],
  ['reseal-management', 'rules'],
  ['reseal-roles', 'roles'],
  ['hub', 'the hub'],
]);

async function eventsOf({ clients }: OrgPlayed, { place, id: StackName }: Removed) {
  const { cloudFormation } = clients(place);
  return (await cloudFormation.send(new DescribeStackEventsCommand({ StackName }))).StackEvents ?? [];
}

async function keptOf(played: OrgPlayed, stack: Removed): Promise<Left[]> {
  const kept = (await eventsOf(played, stack)).filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED');
  return kept.map(({ ResourceType: type = '', PhysicalResourceId: name = '' }) => ({ type, name, ...stack.place }));
}
