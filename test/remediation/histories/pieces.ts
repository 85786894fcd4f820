import type { Holder, PieceTable } from '../../../src/aws/ledger/piece-table.ts';
import { newRange, type Piece, type PieceName } from '../../../src/ledger/piece-item.ts';
import type { Step } from './scheduler.ts';
import type { World } from './world.ts';

/** The pieces of the jobs that Reseal runs itself, told a second time in other words: as docs/architecture.md promises them. */
export function imaginedPieces(world: World, step: Step): PieceTable {
  const { pieces, failedPieces, jobItems } = world;
  const change = (piece: PieceName, set: object, remove: readonly string[] = []) => {
    const kept = Object.entries(pieces.get(nameOf(piece)) ?? {}).filter(([name]) => !remove.includes(name));
    pieces.set(nameOf(piece), structuredClone({ ...Object.fromEntries(kept), ...set }) as Piece);
  };
  const isHeld = (piece: PieceName, { owner }: Holder) => {
    const item = pieces.get(nameOf(piece));
    return item?.owner === owner && item.endedAt === undefined;
  };
  /** False where somebody has closed the job. */
  const grow = (token: string, opened: readonly Piece[], by: 1 | -1, done = 0): boolean => {
    const item = jobItems.get(token);
    if (item === undefined || item['closedAt'] !== undefined) return false;
    const ranges = opened.filter(({ kind }) => kind === 'range').length;
    const added = { pieces: by * opened.length, ranges: by * ranges, done };
    const sums = Object.entries(added).map(([name, count]) => [name, Number(item[name] ?? 0) + count]);
    jobItems.set(token, { ...item, ...Object.fromEntries(sums) });
    return true;
  };
  /** A transaction that the SDK sends twice has one token, and is done once (DynamoDB API, TransactWriteItems). */
  const transact = <T>(name: string, effect: () => T) => {
    let done: { answer: T } | undefined;
    return step(name, () => (done ??= { answer: effect() }).answer);
  };
  return {
    begin: ({ token }, open) =>
      transact('pieces.begin', () => {
        const item = jobItems.get(token);
        if (item === undefined || item['jobId'] !== undefined || item['closedAt'] !== undefined) return false;
        jobItems.set(token, structuredClone({ ...item, ...open, pieces: 1, ranges: 1, done: 0 }));
        change(newRange(token, { after: '' }), newRange(token, { after: '' }));
        return true;
      }),
    begun: ({ token }) =>
      step('pieces.begun', () => {
        const item = jobItems.get(token);
        if (item?.['closedAt'] === undefined) jobItems.set(token, { ...item, open: 'OPEN' });
      }),
    take: (piece, holder, now) =>
      step('pieces.take', () => {
        const item = pieces.get(nameOf(piece));
        if (item === undefined || item.endedAt !== undefined) return undefined;
        if (item.owner !== undefined && (item.leaseUntil ?? '') >= now) return undefined;
        change(piece, holder);
        return structuredClone(pieces.get(nameOf(piece)));
      }),
    add: (from, holder, added) =>
      transact('pieces.add', () => {
        const fresh = added.filter((each) => !pieces.has(nameOf(each)));
        if (added.length > 0 && (!isHeld(from, holder) || !grow(from.token, fresh, 1))) return false;
        for (const each of fresh) change(each, each);
        return true;
      }),
    name: (failed) =>
      step('pieces.name', () => {
        for (const each of failed) failedPieces.set(nameOf(each), structuredClone(each));
      }),
    keep: (piece, holder, { done, ...set }, others) =>
      transact('pieces.keep', () => {
        const split = others ?? [];
        if (!isHeld(piece, holder) || split.some((each) => pieces.has(nameOf(each)))) return false;
        if (!grow(piece.token, split, 1, done)) return false;
        change(piece, set);
        for (const each of split) change(each, each);
        return true;
      }),
    release: (piece, holder, set) =>
      step('pieces.release', () => {
        if (isHeld(piece, holder)) change(piece, set ?? {}, ['owner', 'leaseUntil']);
      }),
    end: (piece, holder, { done, ...set }) =>
      transact('pieces.end', () => {
        if (!isHeld(piece, holder) || !grow(piece.token, [piece], -1, done)) return false;
        change(piece, set, ['code', 'cause', 'why']);
        return true;
      }),
    async *of(token) {
      yield* await step('pieces.of', () =>
        structuredClone([...pieces.values()].filter((each) => each.token === token)),
      );
    },
  };
}

function nameOf({ token, id }: PieceName): string {
  return `${token}/${id}`;
}
