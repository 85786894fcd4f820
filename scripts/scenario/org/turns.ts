import { setTimeout as wait } from 'node:timers/promises';
import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { sweep } from '../invoke-sweep.ts';
import type { Place } from '../place.ts';
import { ADDED, BROKEN, HOME, HUB_PLACE, LEAVING, SUSPENDED } from './accounts.ts';
import type { Turn } from './cast.ts';
import { mendHalfDeployed, seeStacks, STACKS } from './deploy.ts';
import { actsOf, arrived, disturbAll, type OrgPlayed, stacksAtRest, viewOf } from './played.ts';

const ROLE = { RoleName: 'reseal-assess-bucket' };
const BROKEN_PLACE: Place = { account: BROKEN, region: HOME };

/** A bucket loses its encryption, and before Reseal looks at it its account has left: its stacks go with it. */
export async function leave(played: OrgPlayed, over: AbortSignal): Promise<void> {
  await disturbAll('leave', played);
  await arrived(played, actsOf('leave', played.acts).length, over);
  played.stage.organization.removeAccount(LEAVING);
  await stacksAtRest(played, over);
  await seeStacks(played, LEAVING, 'its stacks went with it', 0);
  await played.stage.settle();
  await see(played, 'leave', { account: LEAVING, what: 'left while a repair was due', ...UNREACHABLE });
}

/** The same where the account is suspended; another account's bucket is repaired meanwhile. */
export async function suspend(played: OrgPlayed, over: AbortSignal): Promise<void> {
  await disturbAll('suspend', played);
  await arrived(played, actsOf('suspend', played.acts).length, over);
  played.stage.organization.setState(SUSPENDED, 'SUSPENDED');
  await played.stage.settle();
  for (const { play } of actsOf('suspend', played.acts)) {
    const { account } = play.place;
    if (account === SUSPENDED)
      await see(played, 'suspend', { account, what: 'suspended while a repair was due', ...UNREACHABLE });
    else await see(played, 'suspend', { account, what: 'meanwhile in another account', expected: 'repair' });
  }
}

/** The role that repairs loses every second right of its policy's statements. Answers what puts them back. */
export async function breakRole(played: OrgPlayed): Promise<() => Promise<unknown>> {
  const { iam } = played.clients(BROKEN_PLACE);
  const { PolicyNames: [PolicyName] = [] } = await iam.send(new ListRolePoliciesCommand(ROLE));
  const { PolicyDocument: whole = '' } = await iam.send(new GetRolePolicyCommand({ ...ROLE, PolicyName }));
  const document = decodeURIComponent(whole);
  const put = (PolicyDocument: string) => iam.send(new PutRolePolicyCommand({ ...ROLE, PolicyName, PolicyDocument }));
  await put(halved(document));
  await disturbAll('break', played);
  await played.stage.settle();
  const expected = 'unreadable (read-denied), s3:GetEncryptionConfiguration';
  await see(played, 'break', { account: BROKEN, what: 'its role lost half of its rights', expected });
  return () => put(document);
}

/** A policy with the second half of the actions of every statement that has several. */
export function halved(policy: string): string {
  const { Statement, ...rest }: { Statement: { Action: string | string[] }[] } = JSON.parse(policy);
  const half = Statement.map(({ Action, ...statement }) => ({
    ...statement,
    Action: [Action].flat().slice(Math.floor([Action].flat().length / 2)),
  }));
  return JSON.stringify({ ...rest, Statement: half });
}

/** An account is created below the unit and another is mended: auto-deployment reaches the one, the stack set the other. */
export async function join(played: OrgPlayed): Promise<void> {
  const { stage, unit } = played;
  stage.organization.createAccount(ADDED, unit);
  await mendHalfDeployed(played);
  await stage.settle();
  await seeStacks(played, ADDED, 'its stacks came by themselves', STACKS);
  await disturbAll('join', played);
  await stage.settle();
  for (const { play } of actsOf('join', played.acts)) {
    const what = play.place.account === ADDED ? 'created in the organization' : 'its half deployment was mended';
    await see(played, 'join', { account: play.place.account, what, expected: 'repair' });
  }
}

const SWEEP_AGAIN_MS = 1_000;

/** All is as it was for the three, and sweeps try their buckets again until they are repaired: nothing that was due is lost. */
export async function comeBack(
  played: OrgPlayed,
  restoreRole: () => Promise<unknown>,
  over: AbortSignal,
): Promise<void> {
  const { stage, unit, hub } = played;
  await restoreRole();
  stage.organization.setState(SUSPENDED, 'ACTIVE');
  stage.organization.inviteAccount(LEAVING, unit);
  await stage.settle();
  await seeStacks(played, LEAVING, 'its stacks came back with it', STACKS);
  const due = (['leave', 'suspend', 'break'] as const).map((turn) => ({ turn, account: ACCOUNT_OF[turn] }));
  // A session that was refused is not asked for again for 20 s, so the first sweep may come too early.
  for (let left = due; left.length > 0 && !over.aborted;) {
    await sweep(played.clients(HUB_PLACE), hub.sweepFunction);
    await stage.settle();
    const found = await Promise.all(left.map(({ turn, account }) => foundOf(played, turn, account)));
    left = left.filter((_, at) => found[at]?.found !== 'repair');
    if (left.length > 0) await wait(SWEEP_AGAIN_MS);
  }
  await see(played, 'leave', { account: LEAVING, what: 'returned', expected: 'repair' });
  await see(played, 'suspend', { account: SUSPENDED, what: 'reinstated', expected: 'repair' });
  await see(played, 'break', { account: BROKEN, what: 'its role has its rights again', expected: 'repair' });
}

const ACCOUNT_OF = { leave: LEAVING, suspend: SUSPENDED, break: BROKEN } as const;

/** The `deleted` buckets, which Reseal knows by now, are deleted. */
export async function deleteBuckets({ acts, stage }: OrgPlayed): Promise<void> {
  for (const { play, clients } of acts.filter(({ play: { kind } }) => kind === 'deleted'))
    await clients.s3.send(new DeleteBucketCommand({ Bucket: play.bucket }));
  await stage.settle();
}

const UNREACHABLE = { expected: 'unreadable (account-unreachable)' } as const;

interface Expecting {
  account: string;
  what: string;
  /** A verdict, then the code of its first reason, then words of that reason. */
  expected: string;
}

/** Notes what the ledger says of the bucket of this act in this account. */
async function see(played: OrgPlayed, turn: Turn, { account, what, expected }: Expecting): Promise<void> {
  const { found, message } = await foundOf(played, turn, account, expected.split(', ')[1]);
  played.seen.push({ what, account, expected, found, ...(expected === 'repair' ? {} : { message }) });
}

async function foundOf(played: OrgPlayed, turn: Turn, account: string, words?: string) {
  const act = actsOf(turn, played.acts).find(({ play }) => play.place.account === account);
  if (act === undefined) throw new Error(`no bucket of ${account} in the act ${turn}`);
  const { verdict, reasons } = await viewOf(played, act.play, HUB_PLACE);
  const { code = '', message = '' } = reasons[0] ?? {};
  const said = words !== undefined && message.includes(words) ? `, ${words}` : '';
  return { found: verdict === 'repair' ? verdict : `${verdict} (${code})${said}`, message };
}
