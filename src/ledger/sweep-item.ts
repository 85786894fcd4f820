import * as z from 'zod/mini';
import { type Place, placeText } from '../bucket-id.ts';
import { count, flag, listOf, text, time } from './shapes.ts';

/** What is known of a sweep before it begins. */
export interface Swept {
  id: string;
  at: string;
  observe: boolean;
}

/** Where the ledger keeps one sweep. */
export function sweepKey(place: Place, id: string): { pk: string; sk: string } {
  return { pk: `SWEEP#${placeText(place)}`, sk: `SWEEP#${id}` };
}

const loggingUnread = z.object({ buckets: count, first: listOf(text) });
/** How many buckets could not be asked where their logs go, and the first of them by name. */
export type LoggingUnread = z.output<typeof loggingUnread>;

/** What a sweep came to. */
export const sweepEnd = z.object({
  /** How many buckets were sent to be looked at because S3 lists them, or because the ledger knows them and S3 lists them no more. */
  buckets: count,
  unlisted: z.exactOptional(count),
  /** Buckets that were asked for by name and are not in this account and Region. */
  missing: listOf(text),
  /** How many buckets receive server access logs, and whose logging could not be read; a sweep of some buckets does not look. */
  logTargets: z.exactOptional(count),
  loggingUnread: z.exactOptional(loggingUnread),
});
export type SweepEnd = z.output<typeof sweepEnd>;

/** Buckets by the beginnings of their names, and single ones. */
const partOfSweep = z.object({ prefixes: listOf(text), names: listOf(text) });
export type PartOfSweep = z.output<typeof partOfSweep>;

/** How a large account is swept. */
export const sweepPlan = z.object({
  parts: listOf(partOfSweep),
  /** True where every bucket is swept: only then is known who logs where. */
  complete: flag,
  unlisted: count,
});
export type SweepPlan = z.output<typeof sweepPlan>;

/** What is done with each part: the second begins when all parts have done the first. */
export const PART_STEPS = ['sources', 'buckets'] as const;
export type PartStep = (typeof PART_STEPS)[number];

/** What one step of one part came to. */
export const partEnd = z.object({
  buckets: z._default(count, 0),
  logTargets: z._default(count, 0),
  loggingUnread: z._default(loggingUnread, { buckets: 0, first: [] }),
});
export type PartEnd = z.output<typeof partEnd>;

/** Where the ledger keeps that, and the log sources that a part has found: under the sweep, for a week. */
export function partKey(place: Place, id: string, step: PartStep, part: number | '' = ''): { pk: string; sk: string } {
  return { pk: sweepKey(place, id).pk, sk: `PART#${id}#${step}#${part}` };
}

export function sourcesKey(place: Place, id: string, chunk = ''): { pk: string; sk: string } {
  return { pk: sweepKey(place, id).pk, sk: `SOURCES#${id}#${chunk}` };
}

/** Some targets of access logs with the buckets that send them. */
export const foundSources = z.object({
  targets: listOf(z.object({ bucket: text, sources: listOf(z.object({ bucket: text, prefix: text })) })),
});

/** A sweep, begun or ended. */
export const sweepItem = z.object({
  sweep: text,
  at: time,
  observe: flag,
  endedAt: z.exactOptional(time),
  ...z.partial(sweepEnd).shape,
  ...z.partial(sweepPlan).shape,
});
export type SweepItem = z.output<typeof sweepItem>;
