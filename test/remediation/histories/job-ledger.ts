import type { JobLedger } from '../../../src/aws/ledger/job-ledger.ts';
import { type JobRequest } from '../../../src/ledger/job-item.ts';
import { readJobItem } from '../../../src/ledger/read-job-item.ts';
import type { Step } from './scheduler.ts';
import type { World } from './world.ts';

type Item = Record<string, unknown>;

/** The jobs of the ledger, told a second time in other words: as docs/architecture.md promises them. */
export function imaginedJobLedger(world: World, step: Step): JobLedger {
  const { jobItems: items, slots } = world;
  const stands = (token: string) => {
    const item = items.get(token);
    if (item === undefined) return undefined;
    return item['closedAt'] !== undefined ? 'closed' : item['jobId'] === undefined ? 'queued' : String(item['status']);
  };
  const change = (token: string, set: Item, remove: readonly string[] = []) => {
    const kept = Object.entries(items.get(token) ?? {}).filter(([name]) => !remove.includes(name));
    items.set(token, structuredClone({ ...Object.fromEntries(kept), ...set }));
  };
  return {
    read: (token) =>
      step('jobs.read', () => {
        const item = items.get(token);
        return item && readJobItem(structuredClone(item));
      }),
    slotsOf: () => step('jobs.slots', () => [...slots]),
    claim: ({ token, via }, { rest, ...launching }, most) =>
      step('jobs.claim', () => {
        if (stands(token) !== 'queued') return 'passed';
        if (via === undefined && items.get(token)?.['via'] !== undefined) return 'passed';
        if (slots.size >= most && !slots.has(token)) return 'full';
        if (rest !== undefined && !queue(world, rest)) return 'passed';
        slots.add(token);
        change(token, launching);
        return 'claimed';
      }),
    unclaim: ({ token }) =>
      step('jobs.unclaim', () => {
        if (stands(token) !== 'queued') return;
        slots.delete(token);
        change(token, {}, ['via']);
      }),
    free: ({ token }) => step('jobs.free', () => void slots.delete(token)),
    open: ({ token }, jobId, launchedAt) =>
      step('jobs.open', () => {
        if (stands(token) !== 'queued') return false;
        change(token, { jobId, launchedAt, status: 'open', open: 'OPEN' });
        return true;
      }),
    suspend: ({ token }, suspendedAt) =>
      step('jobs.suspend', () => {
        if (stands(token) !== 'open') return false;
        slots.delete(token);
        change(token, { status: 'suspended', suspendedAt });
        return true;
      }),
    waitForSlot: ({ token }) => step('jobs.waitForSlot', () => void stands(token)),
    resume: ({ token }, most = Infinity) =>
      step('jobs.resume', () => {
        if (stands(token) !== 'suspended' || (slots.size >= most && !slots.has(token))) return false;
        slots.add(token);
        change(token, { status: 'open' }, ['suspendedAt']);
        return true;
      }),
    forgetWish: ({ token }) =>
      step('jobs.forgetWish', () => {
        if (items.has(token)) change(token, {}, ['wish']);
      }),
    confirm: ({ token }) =>
      step('jobs.confirm', () => {
        if (stands(token) === 'queued' && items.get(token)?.['via'] === undefined)
          change(token, {}, ['wish', 'needsConfirmation']);
      }),
    close: (job, after) =>
      step('jobs.close', () => {
        const { next, reopening, isUnlaunched } = after ?? {};
        const { token } = job;
        const known = items.get(token);
        if (known?.['closedAt'] !== undefined) return false;
        if (isUnlaunched === true && known?.['via'] !== undefined) return false;
        if (reopening !== undefined && !mayReopen(world, reopening, job.closedAt)) return false;
        if (next !== undefined && !queue(world, next)) return false;
        slots.delete(token);
        change(token, job, ['open', 'wish']);
        if (job.again === 'next-sweep') world.item = { ...world.item, undone: new Set([...undoneOf(world), token]) };
        if (reopening !== undefined) reopen(world, reopening);
        return true;
      }),
    again: ({ token }, next) =>
      step('jobs.again', () => {
        if (stands(token) !== 'closed' || items.get(token)?.['nextToken'] !== undefined) return false;
        if (!queue(world, next)) return false;
        change(token, { again: 'now', nextToken: next.token }, ['wish']);
        const left = undoneOf(world).filter((each) => each !== token);
        const { undone: _, ...item } = world.item ?? {};
        world.item = left.length === 0 ? item : { ...item, undone: new Set(left) };
        return true;
      }),
  };
}

/** Queues a job that nobody has queued before. */
export function queue(world: World, job: JobRequest): boolean {
  if (world.jobItems.has(job.token)) return false;
  world.jobItems.set(job.token, structuredClone({ ...job, status: 'queued' }));
  return true;
}

/** The tokens that wait for S3 or for our own function, the most urgent first, and of those the oldest. */
export function queuedTokens({ jobItems }: World, { own }: { own: boolean }): string[] {
  const waiting = [...jobItems.values()].filter(
    (item) => item['open'] !== 'OPEN' && item['closedAt'] === undefined && (item['own'] !== undefined) === own,
  );
  const byAge = waiting.toSorted((one, other) => (String(one['createdAt']) < String(other['createdAt']) ? -1 : 1));
  return byAge
    .toSorted((one, other) => Number(other['priority']) - Number(one['priority']))
    .map(({ token }) => String(token));
}

export function undoneOf({ item }: World): string[] {
  const undone = item?.['undone'];
  return undone instanceof Set ? [...undone].map(String) : [];
}

/** Nobody has written the item since it was read, nor has it claimed. */
function mayReopen({ item }: World, { rev }: { rev: number | undefined }, at: string): boolean {
  const claimUntil = Number(item?.['claimUntil'] ?? -1);
  return item?.['rev'] === rev && claimUntil < Date.parse(at);
}

function reopen(world: World, { set, remove }: { set: object; remove: readonly string[] }): void {
  const kept = Object.entries(world.item ?? {}).filter(([name]) => !remove.includes(name));
  const rev = Number(world.item?.['rev'] ?? 0) + 1;
  world.item = structuredClone({ ...Object.fromEntries(kept), ...set, rev });
}
