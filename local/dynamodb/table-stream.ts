import { createHash } from 'node:crypto';
import type { StreamRecord } from '../change-stream.ts';
import { canonical } from './canonical.ts';
import type { Json } from './json.ts';
import { isChange, streamRecord } from './stream-record.ts';
import type { Change, ViewType } from './stream-record.ts';

export interface StreamOptions {
  readonly arn: string;
  readonly label: string;
  readonly viewType: ViewType;
  readonly keyNames: readonly string[];
  readonly now: () => Date;
}

/** A stream keeps its records for a day. */
const RETENTION_MS = 86_400_000;

/** Sequence numbers are of one length, so that they have one order as text and as numbers. */
const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000n;

/** The changes of one table, in order, in one shard. */
export class TableStream {
  readonly arn: string;
  readonly label: string;
  readonly viewType: ViewType;
  readonly keyNames: readonly string[];
  #now: () => Date;
  #records: StreamRecord[] = [];
  #appended = 0n;
  /** What each item became by its newest record; absent where there is none, or the item is gone. */
  #images = new Map<string, Json>();
  #listeners = new Set<(record: StreamRecord) => void>();

  constructor({ arn, label, viewType, keyNames, now }: StreamOptions) {
    this.arn = arn;
    this.label = label;
    this.viewType = viewType;
    this.keyNames = keyNames;
    this.#now = now;
  }

  /** An item as its newest change left it, so that nobody need read it again; undefined where that is not known. */
  imageOf(key: Json): Json | undefined {
    return this.#images.get(canonical(key) ?? '');
  }

  /** Records the change unless it changed nothing, and tells whoever listens. */
  append(change: Change): void {
    if (!isChange(change)) return;
    const name = canonical(change.key) ?? '';
    if (change.after === undefined) this.#images.delete(name);
    else this.#images.set(name, change.after);
    this.#appended += 1n;
    const sequenceNumber = String(FIRST_SEQUENCE_NUMBER + this.#appended);
    const eventId = createHash('md5').update(`${this.arn} ${sequenceNumber}`).digest('hex');
    const { arn: streamArn, viewType } = this;
    const record = streamRecord(change, { streamArn, viewType, eventId, sequenceNumber, time: this.#now() });
    this.#records.push(record);
    this.#trim();
    this.#listeners.forEach((listener) => listener(record));
  }

  /** Hands over every record from then on, and before it those that are kept where `from` is TRIM_HORIZON. Returns how to end it. */
  subscribe(from: 'TRIM_HORIZON' | 'LATEST', listener: (record: StreamRecord) => void): () => void {
    this.#trim();
    if (from === 'TRIM_HORIZON') this.#records.forEach((record) => listener(record));
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #trim(): void {
    const oldestS = (this.#now().getTime() - RETENTION_MS) / 1000;
    const first = this.#records.findIndex(({ dynamodb }) => dynamodb.ApproximateCreationDateTime >= oldestS);
    this.#records.splice(0, first === -1 ? this.#records.length : first);
  }
}
