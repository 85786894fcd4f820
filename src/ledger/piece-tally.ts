import { causeById } from '../policy/plan/task-codes.ts';
import { present } from '../present.ts';
import type { ClosedJob } from './job-item.ts';
import type { Piece } from './piece-item.ts';

/** How many failed objects are named in the job's item; all of them have an item. */
const NAMED = 10;

export type PieceTally = ReturnType<typeof startPieceTally>;

/** What of the objects of a job that Reseal runs itself has failed or was left, by code, and the first of them by name. */
export function startPieceTally() {
  const failures = new Map<string, ClosedJob['failures'][number]>();
  const failedKeys: ClosedJob['failedKeys'] = [];
  const unlisted: string[] = [];
  let again = false;
  const add = (code: string, by: number, keys: readonly string[], more: { cause?: string; versionId?: string }) => {
    const { cause, versionId } = more;
    const id = `${code} ${cause}`;
    failures.set(id, { code, count: (failures.get(id)?.count ?? 0) + by, ...present({ cause }) });
    if (cause !== undefined && causeById(cause)?.again !== 'no') again = true;
    for (const key of keys)
      if (failedKeys.length < NAMED) failedKeys.push({ key, code, ...present({ versionId, cause }) });
  };
  return {
    add(piece: Piece): void {
      const { code, why, endedAt } = piece;
      if (piece.kind === 'range') {
        for (const each of piece.left) add(each.code, each.count, each.keys, present({ cause: each.cause }));
        if (code !== undefined) unlisted.push(`${code}: ${why}`);
      } else if (code !== undefined && endedAt !== undefined) {
        const { cause, versionId } = piece;
        add(code, 1, [piece.key], present({ cause, versionId }));
      }
    },
    failed: () => [...failures.values()].reduce((sum, each) => sum + each.count, 0),
    mayTryAgain: () => again || unlisted.length > 0,
    failures: () => [...failures.values()],
    failedKeys,
    unlisted,
  };
}
