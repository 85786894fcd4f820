import { acknowledge } from '../../../src/remediation/acknowledge.ts';
import { assessBucket } from '../../../src/remediation/assess-bucket.ts';
import type { TrackDeps } from '../../../src/remediation/deps.ts';
import { rollback } from '../../../src/remediation/rollback.ts';
import { trackJob } from '../../../src/remediation/track-job.ts';
import { imaginedLedger } from './ledger.ts';
import type { Stories } from './play.ts';
import { trackVerbs } from './track-verbs.ts';
import { type Caller, verbs } from './verbs.ts';
import { ACCOUNT, BUCKET, REGION, type World } from './world.ts';

const ASKED = { account: ACCOUNT, region: REGION, bucket: BUCKET, by: `arn:aws:iam::${ACCOUNT}:role/operator` };

/** The stories of src/remediation over the imagined AWS; `spoiled` makes the means of track-job worse than they are. */
export function storiesOver(spoiled: (deps: TrackDeps, world: World) => TrackDeps = (deps) => deps): Stories {
  return {
    assess: ({ fact }, caller, world) => assessBucket(fact, depsOf(caller, world)),
    track: ({ trigger }, caller, world) => trackJob(trigger, spoiled(trackVerbs(world, caller), world)),
    rollback: (caller, world) => rollback(ASKED, depsOf(caller, world)),
    acknowledge: (caller, world) => acknowledge(ASKED, depsOf(caller, world)),
  };
}

export const STORIES: Stories = storiesOver();

function depsOf(caller: Caller, world: World) {
  return { ...verbs(world, caller), ledger: imaginedLedger(world, caller.step) };
}
