import * as z from 'zod/mini';
import { BATCH_METHODS, METHODS, RESTORE_TIERS } from '../policy/model.ts';
import { count, listOf, text } from './shapes.ts';

/** What a job of Reseal's own function is asked for (src/policy/plan/plan-model.ts, OwnPart). */
export const ownPart = z.object(
  {
    /** The methods by which it brings objects to the standard. */
    does: listOf(z.enum(METHODS)),
    /** What jobs of S3 do in the same bucket. */
    others: z.exactOptional(listOf(z.enum(BATCH_METHODS))),
    /** A tiny bucket, from a queue of its own. */
    lane: z.exactOptional(z.literal('inline')),
    /** Objects under customer keys keep them. */
    keepKey: z.exactOptional(z.literal(true)),
    awsManagedKeyArn: z.exactOptional(text),
    /** Absent: archived objects are left. */
    restore: z.exactOptional(z.object({ tier: z.enum(RESTORE_TIERS), days: count })),
  },
  { error: 'does, others, lane, keepKey, awsManagedKeyArn and restore' },
);
