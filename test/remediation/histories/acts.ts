import { isActive, updateJob } from './batch.ts';
import type { Play } from './play.ts';
import { changeObject, writeObject, writeOldObjects } from './objects.ts';
import { nextId, put, RULES, type RuleName, sendJob, tell, type World } from './world.ts';

/** What somebody else does: to the bucket, to the policy, to the key, or by hand. */
export type Act =
  | { kind: 'put'; rule: RuleName }
  | { kind: 'delete-encryption' | 'create' | 'delete' }
  /** An object on which the next tasks of jobs fail. */
  | { kind: 'write'; fails: number }
  /** Somebody writes over an object, or deletes it. */
  | { kind: 'overwrite' | 'remove'; nth: number }
  | { kind: 'publish'; policy: number }
  | { kind: 'key'; enabled: boolean }
  | { kind: 'sweep' | 'observing-sweep' }
  | { kind: 'tell-again'; event: number }
  | { kind: 'rollback' | 'acknowledge' }
  /** Somebody cancels a job, confirms those that wait for people, or the schedule asks for the open ones. */
  | { kind: 'cancel-job' | 'confirm-jobs' | 'ask-open-jobs' };

/** Does it at once; a person who asks for a rollback or acknowledges makes calls of their own. */
export function perform(act: Act, world: World, play: Play): 'rollback' | 'acknowledge' | undefined {
  switch (act.kind) {
    case 'put':
    case 'delete-encryption':
      if (!world.exists) return undefined;
      setRule(
        act.kind === 'put' ? act.rule : 'weak',
        act.kind === 'put' ? 'encryption-put' : 'encryption-deleted',
        world,
        play,
      );
      return undefined;
    case 'create':
      create(world, play);
      return undefined;
    case 'delete':
      remove(world, play);
      return undefined;
    case 'write':
      writeObject(world, { fails: act.fails });
      return undefined;
    case 'overwrite':
    case 'remove':
      changeObject(world, act.nth, act.kind);
      return undefined;
    case 'publish':
      world.published.push(act.policy);
      world.publishedMs.push(world.nowMs);
      return undefined;
    case 'key':
      world.keyEnabled = act.enabled;
      return undefined;
    case 'sweep':
    case 'observing-sweep':
      play.sweep(act.kind === 'observing-sweep');
      return undefined;
    case 'tell-again': {
      const event = world.events[act.event % Math.max(1, world.events.length)];
      if (event !== undefined) play.tell(event);
      return undefined;
    }
    case 'cancel-job': {
      const job = [...world.batch.values()].find((each) => isActive(each));
      if (job !== undefined) updateJob(world, job.jobId, 'Cancelled', { lateness: play.jobNews() });
      else wishOf(world, 'cancel', ({ closedAt }) => closedAt === undefined);
      return undefined;
    }
    case 'confirm-jobs':
      confirmJobs(world, play);
      return undefined;
    case 'ask-open-jobs':
      play.askForOpenJobs();
      return undefined;
    case 'rollback':
    case 'acknowledge':
      return act.kind;
  }
}

function setRule(rule: RuleName, cause: 'encryption-put' | 'encryption-deleted' | 'created', world: World, play: Play) {
  const causeId = tell(world, cause, play.lateness());
  put(world, RULES[rule], { by: 'others', cause, causeId });
}

/** In us-east-1 a bucket that one has already is "created" once more; elsewhere that is an error. */
function create(world: World, play: Play): void {
  if (world.exists) return;
  // A name is not free at once. Events tell whole seconds, so nobody could say which of two in one second was first.
  if (world.life > 0) world.nowMs += 2_000;
  world.exists = true;
  world.life += 1;
  setRule('weak', 'created', world, play);
  if (world.life === 1) writeOldObjects(world, play.oldObjects);
}

/** S3 deletes empty buckets only, so its objects go first. */
function remove(world: World, play: Play): void {
  if (!world.exists) return;
  world.exists = false;
  world.objects = world.objects.filter(({ life }) => life !== world.life);
  for (const each of world.rollbacks) each.endedMs ??= world.nowMs;
  tell(world, 'deleted', play.lateness());
  nextId(world);
}

/** People let run what waits for them, as Reseal tells them. */
export function confirmJobs(world: World, play: Play): void {
  for (const { jobId, status, token } of world.batch.values()) {
    if (status !== 'Suspended' || world.jobItems.get(token)?.['status'] !== 'suspended') continue;
    play.count('job confirmed');
    updateJob(world, jobId, 'Ready', { lateness: play.jobNews(), byPeople: true });
  }
  while (
    wishOf(
      world,
      'confirm',
      ({ needsConfirmation, closedAt }) => needsConfirmation !== undefined && closedAt === undefined,
    )
  )
    play.count('own job confirmed');
}

/** What people ask of a job that Reseal runs itself stands in its item (`reseal job`). */
function wishOf(
  world: World,
  what: 'cancel' | 'confirm',
  isMeant: (item: Record<string, unknown>) => boolean,
): boolean {
  const [token, item] =
    [...world.jobItems].find(([, each]) => each['own'] !== undefined && each['wish'] === undefined && isMeant(each)) ??
    [];
  if (token === undefined) return false;
  const at = new Date(world.nowMs).toISOString();
  world.jobItems.set(token, { ...item, wish: { what, by: 'people', at } });
  sendJob(world, { token }, world.nowMs, 0);
  return true;
}
