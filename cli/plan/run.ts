import type { Place } from '../../src/bucket-id.ts';
import type { PlanBucket, PlanDeps } from '../../src/runtime/plan-deps.ts';
import { createOutlet, createSlots } from './outlet.ts';
import type { PlanAsked, PlannedBucket, PlanSurvey } from './planned-bucket.ts';

/** What all accounts and places of one plan share. */
export interface Run {
  asked: PlanAsked;
  deps: PlanDeps;
  survey: PlanSurvey;
  /** The looks at buckets of all places take turns. */
  inSlot: ReturnType<typeof createSlots>;
  put: (planned: PlannedBucket) => void;
  gone: () => void;
  /** Told of all buckets of an account, for the names that are asked for. */
  seen: (account: string, listed: readonly PlanBucket[]) => void;
  /** Where the buckets are that were asked for by name. */
  places: () => ReadonlyMap<string, Place>;
  /** Ends the plan: nothing is begun any more, and what is under way counts for nothing. */
  stop: (ended: NonNullable<PlanSurvey['ended']>) => void;
  isOver: () => boolean;
}

/** Looks at a time, of all accounts and Regions; each has a few calls under way, over 128 connections. */
const LOOKS = 96;

export function createRun(asked: PlanAsked, deps: PlanDeps, survey: PlanSurvey) {
  const outlet = createOutlet<PlannedBucket>();
  const names = new Set(asked.buckets);
  const places = new Map<string, Place>();
  const run: Run = {
    asked,
    deps,
    survey,
    inSlot: createSlots(LOOKS),
    put(planned) {
      if (run.isOver()) return;
      const why = deps.refused();
      // Then any of its facts may be missing for that reason alone, and that says nothing of the bucket.
      if (why !== undefined) return run.stop({ kind: 'failed', why });
      survey.done += 1;
      if (asked.rule === undefined || planned.rule === asked.rule) return outlet.put(planned);
      if (planned.rule === 'unknown') survey.unruled += 1;
    },
    gone() {
      survey.gone += 1;
      survey.done += 1;
    },
    seen(account, listed) {
      for (const { bucket, region } of listed) if (names.has(bucket)) places.set(bucket, { account, region });
    },
    places: () => places,
    stop(ended) {
      survey.ended ??= ended;
      outlet.end();
    },
    isOver: () => survey.ended !== undefined,
  };
  return { run, outlet };
}
