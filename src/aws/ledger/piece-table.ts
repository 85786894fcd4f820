import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { atOnce } from '../../at-once.ts';
import { ITEM_VERSION } from '../../ledger/bucket-item.ts';
import { jobKey, type JobRequest, type QueuedJob } from '../../ledger/job-item.ts';
import {
  failedKey,
  newRange,
  type ObjectPiece,
  type Piece,
  type PieceName,
  pieceKey,
  type RangePiece,
  readPiece,
} from '../../ledger/piece-item.ts';
import { itemsUnder } from './items-under.ts';
import { IS_QUEUED } from './job-ledger.ts';
import { type Update, update, updateAll } from './ledger-update.ts';

/** A transaction takes 100 writes (DynamoDB quotas). */
const MOST_AT_ONCE = 90;

/** Items that do not hang together are written so many at once. */
const WRITES_AT_ONCE = 16;

const IS_NOT_CLOSED = 'attribute_not_exists(#closedAt)';

/** Somebody who works on a piece. */
export interface Holder {
  owner: string;
  /** ISO 8601. */
  leaseUntil: string;
}

/** How a piece changes, and how many more objects of it are done. */
type Change = Partial<RangePiece> & Partial<ObjectPiece> & { kind?: never; done?: number };

/** How the pieces of a job are written together with its item, which nobody has closed. */
function createPieceWrites(table: string) {
  return {
    /** The job grows by these open pieces, and by so many objects that are done. */
    ofJob: (token: string, opened: readonly Piece[], by: 1 | -1, done = 0): Update => {
      const ranges = opened.filter(({ kind }) => kind === 'range').length;
      const grown = Object.entries({ pieces: by * opened.length, ranges: by * ranges, done });
      const add = Object.fromEntries(grown.filter(([, count]) => count !== 0));
      return { table, key: jobKey(token), set: { v: ITEM_VERSION }, add, condition: IS_NOT_CLOSED };
    },
    made: (piece: Piece): Update => {
      const condition = 'attribute_not_exists(#kind)';
      return { table, key: pieceKey(piece), set: { v: ITEM_VERSION, ...piece }, condition };
    },
    held: (piece: PieceName, { owner }: Holder, change: Partial<Update> = {}): Update => {
      const condition = '#owner = :owner AND attribute_not_exists(#endedAt)';
      const conditionValues = { owner };
      return { table, key: pieceKey(piece), set: { v: ITEM_VERSION }, ...change, condition, conditionValues };
    },
  };
}

export type PieceTable = ReturnType<typeof createPieceTable>;

/**
 * The pieces of the jobs that Reseal runs itself. The job's item counts those that have not ended (`pieces`), and only who holds one makes others: where none is open, none will be. Each method throws
 * the SDK's error, or ResealError ledger-failed.
 */
export function createPieceTable(client: DynamoDBClient, table: string) {
  const { ofJob, made, held } = createPieceWrites(table);
  const all = async (...changes: readonly Update[]) => (await updateAll(client, changes)).length === 0;
  return {
    /** Opens a queued job with all keys of its bucket as its only piece; false where it is not queued any more. It stays in its queue until that piece was asked for. */
    async begin({ token }: QueuedJob, open: Readonly<Record<string, unknown>>): Promise<boolean> {
      const set = { ...open, pieces: 1, ranges: 1, done: 0 };
      return all({ table, key: jobKey(token), set, condition: IS_QUEUED }, made(newRange(token, { after: '' })));
    },

    /** Its first piece was asked for: it leaves its queue, unless it has ended already. */
    async begun({ token }: JobRequest): Promise<void> {
      await update(client, { table, key: jobKey(token), set: { open: 'OPEN' }, condition: IS_NOT_CLOSED });
    },

    /** Takes a piece for a while; undefined where it has ended, or somebody has it. */
    async take(piece: PieceName, { owner, leaseUntil }: Holder, now: string): Promise<Piece | undefined> {
      const free = 'attribute_not_exists(#owner) OR #leaseUntil < :now';
      const condition = `attribute_exists(#kind) AND attribute_not_exists(#endedAt) AND (${free})`;
      const change = { set: { owner, leaseUntil }, condition, conditionValues: { now } };
      const taken = await update(client, { table, key: pieceKey(piece), ...change });
      return taken && readPiece(unmarshall(taken));
    },

    /** Adds open pieces that came out of another; those that are there already stay as they are. False where that is somebody else's now, or the job was closed. */
    async add(from: Piece, holder: Holder, pieces: readonly Piece[]): Promise<boolean> {
      for (let rest = [...pieces]; rest.length > 0;) {
        const some = rest.slice(0, MOST_AT_ONCE);
        const conditions = [held(from, holder), ofJob(from.token, some, 1)];
        const writes = new Map(some.map((piece) => [made(piece), piece]));
        const refused = await updateAll(client, [...conditions, ...writes.keys()]);
        if (conditions.some((each) => refused.includes(each))) return false;
        // All or none: without those that are there already it is tried once more.
        const there = new Set(refused.map((each) => writes.get(each)));
        rest = there.size === 0 ? rest.slice(MOST_AT_ONCE) : rest.filter((piece) => !there.has(piece));
      }
      return true;
    },

    /** Names objects that failed, which their range counts. */
    async name(failed: readonly ObjectPiece[]): Promise<void> {
      await atOnce(failed, WRITES_AT_ONCE, async (each) => {
        await update(client, { table, key: failedKey(each), set: { v: ITEM_VERSION, ...each }, isBlind: true });
      });
    },

    /** Keeps how far a piece is, together with the piece that was split off; false where it is somebody else's now, or its job was closed. */
    async keep(piece: Piece, holder: Holder, { done, ...set }: Change, split: readonly Piece[] = []): Promise<boolean> {
      return all(held(piece, holder, { set }), ofJob(piece.token, split, 1, done), ...split.map(made));
    },

    /** Gives a piece back that somebody else, or a later message, goes on with. */
    async release(piece: PieceName, holder: Holder, set: Change = {}): Promise<void> {
      await update(client, held(piece, holder, { set, remove: ['owner', 'leaseUntil'] }));
    },

    /** Ends a piece once; false where it has ended, or is somebody else's now. Why it waited before is no word of its end. */
    async end(piece: Piece, holder: Holder, { done, ...set }: Change): Promise<boolean> {
      const remove = ['code', 'cause', 'why'].filter((each) => !Object.hasOwn(set, each));
      return all(held(piece, holder, { set, remove }), ofJob(piece.token, [piece], -1, done));
    },

    /** All pieces of a job, in no order that matters. */
    async *of(token: string): AsyncGenerator<Piece> {
      for await (const item of itemsUnder(client, table, pieceKey({ token, id: '' }))) yield readPiece(item);
    },
  };
}
